using Kouyin.Speech.Model.Vocoder;

namespace Kouyin.Speech.Import;

/// <summary>A HiFi-GAN generator. Strides and dilations are not in the weights: they come from its config file.</summary>
/// <remarks>https://github.com/jik876/hifi-gan/blob/master/models.py and config_v1.json to config_v3.json there.</remarks>
internal sealed record HiFiGanWeights() : ForeignModel("hifi-gan")
{
    // What a convolution's weight is called: folded, with weight norm, with weight norm of PyTorch 2.
    private static readonly string[] WeightNames = ["weight", "weight_v", "parametrizations.weight.original1"];

    protected override bool Matches(Weights weights) =>
        WeightNames.Any(name => weights.Has($"conv_pre.{name}")) && weights.Has("resblocks.0.convs.0.bias")
        || weights.Has("conv_pre.bias") && weights.Has("resblocks.0.convs1.0.bias");

    protected override IEnumerable<(string Key, string Value)> Sizes(Weights weights, string? config)
    {
        HiFiGanConfig seen = Seen(weights);
        HiFiGanConfig shape = config is null ? Published(seen, weights.Source) : Read(config);
        if (!Fits(seen, shape) || seen.UpsampleInitialChannel != shape.UpsampleInitialChannel)
            throw new UserException(
                $"the config does not fit the weights, which show {seen.ToJson()}",
                config ?? weights.Source, "give the config.json that these weights were trained with");
        yield return ("config", shape.ToJson());
    }

    /// <summary>What the weights show: all but the strides, the dilations and the mels.</summary>
    private static HiFiGanConfig Seen(Weights weights)
    {
        bool paired = weights.Has("resblocks.0.convs1.0.bias");
        int stages = weights.CountOf("ups.", ".bias");
        int blocks = weights.CountOf("resblocks.", paired ? ".convs1.0.bias" : ".convs.0.bias");
        string convolution = paired ? "convs1.0" : "convs.0";
        return new()
        {
            Resblock = paired ? "1" : "2",
            UpsampleRates = [],
            UpsampleKernelSizes = [.. Enumerable.Range(0, stages).Select(i => Size(weights, $"ups.{i}", 2))],
            UpsampleInitialChannel = Size(weights, "conv_pre", 0),
            ResblockKernelSizes =
                [.. Enumerable.Range(0, blocks / Math.Max(stages, 1)).Select(i => Size(weights, $"resblocks.{i}.{convolution}", 2))],
            ResblockDilationSizes = [],
            NumMels = Size(weights, "conv_pre", 1),
        };
    }

    private static bool Fits(HiFiGanConfig seen, HiFiGanConfig full) =>
        seen.Resblock == full.Resblock
        && seen.NumMels == full.NumMels
        && seen.UpsampleKernelSizes.SequenceEqual(full.UpsampleKernelSizes)
        && seen.ResblockKernelSizes.SequenceEqual(full.ResblockKernelSizes);

    private static int Size(Weights weights, string module, int dimension)
    {
        string name = WeightNames.FirstOrDefault(name => weights.Has($"{module}.{name}")) ?? WeightNames[0];
        return (int)weights.Size($"{module}.{name}", dimension, 3);
    }

    // V2 differs from V1 in channels only.
    private static HiFiGanConfig Published(HiFiGanConfig seen, string source) =>
        Array.Find([HiFiGanConfig.V1, HiFiGanConfig.V3], full => Fits(seen, full)) is { } published
            ? published with { UpsampleInitialChannel = seen.UpsampleInitialChannel }
            : throw new UserException(
                "this HiFi-GAN has none of the three published shapes, and its strides and dilations are not in the weights",
                source, "give its config file too: --config config.json");

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
}
