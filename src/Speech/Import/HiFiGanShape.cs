using System.Text.Json.Serialization;

namespace Kouyin.Speech.Import;

/// <summary>The part of HiFi-GAN's config file that makes the generator; other keys there are about training.</summary>
internal sealed record HiFiGanShape
{
    /// <summary>config_v1.json (and v2, which differs in channels only) and config_v3.json.</summary>
    public static IReadOnlyList<HiFiGanShape> Published { get; } =
    [
        new()
        {
            Resblock = "1",
            UpsampleRates = [8, 8, 2, 2],
            UpsampleKernelSizes = [16, 16, 4, 4],
            UpsampleInitialChannel = 512,
            ResblockKernelSizes = [3, 7, 11],
            ResblockDilationSizes = [[1, 3, 5], [1, 3, 5], [1, 3, 5]],
        },
        new()
        {
            Resblock = "2",
            UpsampleRates = [8, 8, 4],
            UpsampleKernelSizes = [16, 16, 8],
            UpsampleInitialChannel = 256,
            ResblockKernelSizes = [3, 5, 7],
            ResblockDilationSizes = [[1, 2], [2, 6], [3, 12]],
        },
    ];

    /// <summary>1: pairs of convolutions; 2: single ones.</summary>
    public string Resblock { get; init; } = "";

    /// <summary>The stride of each transposed convolution; their product is the hop.</summary>
    public int[] UpsampleRates { get; init; } = [];

    public int[] UpsampleKernelSizes { get; init; } = [];

    public int UpsampleInitialChannel { get; init; }

    public int[] ResblockKernelSizes { get; init; } = [];

    public int[][] ResblockDilationSizes { get; init; } = [];

    /// <summary>Whether <paramref name="full"/> says the same and adds the strides and dilations; channels may differ.</summary>
    public bool Fits(HiFiGanShape full) =>
        Resblock == full.Resblock
        && UpsampleKernelSizes.AsSpan().SequenceEqual(full.UpsampleKernelSizes)
        && ResblockKernelSizes.AsSpan().SequenceEqual(full.ResblockKernelSizes)
        && full.UpsampleRates.Length == UpsampleKernelSizes.Length
        && full.ResblockDilationSizes.Length == ResblockKernelSizes.Length;
}

/// <summary>HiFi-GAN's names of these settings, and reading them without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(HiFiGanShape))]
internal sealed partial class HiFiGanJson : JsonSerializerContext;
