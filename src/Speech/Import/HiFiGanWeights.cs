using Kouyin.Speech.Model.Vocoder;

namespace Kouyin.Speech.Import;

/// <summary>
/// A HiFi-GAN generator. Strides, dilations and mels are not in the weights: its config file has them.
/// </summary>
/// <remarks>https://github.com/jik876/hifi-gan/blob/master/models.py</remarks>
internal sealed record HiFiGanWeights() : ForeignModel("hifi-gan")
{
    // What a convolution's weight is called: folded, with weight norm, with weight norm of PyTorch 2.
    private static readonly string[] WeightNames = ["weight", "weight_v", "parametrizations.weight.original1"];

    protected override bool Matches(Weights weights) =>
        weights.Has("conv_pre.bias")
        && (weights.Has("resblocks.0.convs.0.bias") || weights.Has("resblocks.0.convs1.0.bias"));

    protected override IEnumerable<(string Key, string Value)> Sizes(Weights weights, string? config)
    {
        Shape shape = Shape.Of(weights);
        HiFiGanConfig known = config is null ? Published(shape, weights.Source) : Read(config);
        if (!shape.Fits(known) || shape.Channels != known.UpsampleInitialChannel)
            throw new UserException(
                $"the config does not fit the weights, which show {shape}", config ?? weights.Source,
                "give the config.json that these weights were trained with");
        yield return ("config", known.ToJson());
    }

    private static HiFiGanConfig Published(Shape shape, string source) =>
        Array.Find([HiFiGanConfig.V1, HiFiGanConfig.V3], shape.Fits) is { } published
            ? published with { UpsampleInitialChannel = shape.Channels }   // V2 is V1 with fewer channels
            : throw new UserException(
                "this HiFi-GAN has no published shape, and its strides and dilations are not in the weights", source,
                "give its config file too: --config config.json");

    private static HiFiGanConfig Read(string config)
    {
        try
        {
            return HiFiGanConfig.Parse(File.ReadAllText(config), config);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot read the file: {e.Message}", config, "give an existing, readable file");
        }
    }

    /// <summary>What the weights show of a config.</summary>
    private sealed record Shape(string Resblock, int Channels, int Bands, int[] UpsampleKernels, int[] ResblockKernels)
    {
        public static Shape Of(Weights weights)
        {
            bool paired = weights.Has("resblocks.0.convs1.0.bias");
            string first = paired ? "convs1.0" : "convs.0";
            int stages = weights.CountOf("ups.", ".bias");
            int stacks = weights.CountOf("resblocks.", $".{first}.bias") / Math.Max(stages, 1);
            return new(
                paired ? "1" : "2",
                Size(weights, "conv_pre", 0),
                Size(weights, "conv_pre", 1),
                [.. Enumerable.Range(0, stages).Select(i => Size(weights, $"ups.{i}", 2))],
                [.. Enumerable.Range(0, stacks).Select(i => Size(weights, $"resblocks.{i}.{first}", 2))]);
        }

        public bool Fits(HiFiGanConfig config) =>
            Resblock == config.Resblock
            && Bands == config.NumMels
            && UpsampleKernels.SequenceEqual(config.UpsampleKernelSizes)
            && ResblockKernels.SequenceEqual(config.ResblockKernelSizes);

        public override string ToString() =>
            $"resblock {Resblock}, {Channels} channels, {Bands} mel bands, upsample kernels "
                + $"{string.Join(' ', UpsampleKernels)}, resblock kernels {string.Join(' ', ResblockKernels)}";

        private static int Size(Weights weights, string module, int dimension)
        {
            string name = WeightNames.FirstOrDefault(name => weights.Has($"{module}.{name}")) ?? WeightNames[0];
            return (int)weights.Size($"{module}.{name}", dimension, 3);
        }
    }
}
