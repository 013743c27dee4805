namespace Kouyin.Speech.Import;

/// <summary>A kind of model that others publish weights of.</summary>
internal abstract record ForeignModel(string Name)
{
    /// <summary>The version of the metadata that an import writes.</summary>
    public const string FormatVersion = "1";

    private static readonly ForeignModel[] Known = [new GradTtsWeights(), new HiFiGanWeights()];

    /// <summary>The kind that these weights are of, judged by their names; null if it is none.</summary>
    public static ForeignModel? Recognize(Weights weights) => Known.FirstOrDefault(model => model.Matches(weights));

    /// <summary>The metadata: the kind, where it came from, and every size that the weights show.</summary>
    /// <param name="weights">The model's tensors.</param>
    /// <param name="config">A file with what the weights do not show, or null.</param>
    public IEnumerable<(string Key, string Value)> Describe(Weights weights, string? config) =>
    [
        ("format_version", FormatVersion),
        ("model", Name),
        ("source", Path.GetFileName(weights.Source)),
        .. Sizes(weights, config),
    ];

    protected abstract bool Matches(Weights weights);

    protected abstract IEnumerable<(string Key, string Value)> Sizes(Weights weights, string? config);
}
