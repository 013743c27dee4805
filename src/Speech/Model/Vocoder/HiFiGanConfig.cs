using System.Text.Json;
using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Model.Vocoder;

/// <summary>
/// The shape of a HiFi-GAN generator and the mels it takes: its published config file, training keys left out.
/// </summary>
/// <remarks>https://github.com/jik876/hifi-gan, config_v1.json to config_v3.json.</remarks>
public sealed record HiFiGanConfig
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>13.9 M parameters.</summary>
    public static HiFiGanConfig V1 { get; } = new();

    /// <summary>0.9 M parameters: V1 with a quarter of the channels.</summary>
    public static HiFiGanConfig V2 { get; } = new() { UpsampleInitialChannel = 128 };

    /// <summary>1.5 M parameters and few layers: the fastest.</summary>
    public static HiFiGanConfig V3 { get; } = new()
    {
        Resblock = "2",
        UpsampleRates = [8, 8, 4],
        UpsampleKernelSizes = [16, 16, 8],
        UpsampleInitialChannel = 256,
        ResblockKernelSizes = [3, 5, 7],
        ResblockDilationSizes = [[1, 2], [2, 6], [3, 12]],
    };

    /// <summary>1: pairs of convolutions, a dilated one before a plain one; 2: dilated ones alone.</summary>
    public string Resblock { get; init; } = "1";

    /// <summary>How many samples each stage makes of one; their product is the hop.</summary>
    public IReadOnlyList<int> UpsampleRates { get; init; } = [8, 8, 2, 2];

    /// <summary>Width of each stage's transposed convolution, its rate plus an even number.</summary>
    public IReadOnlyList<int> UpsampleKernelSizes { get; init; } = [16, 16, 4, 4];

    /// <summary>Channels before the first stage; each stage halves them.</summary>
    public int UpsampleInitialChannel { get; init; } = 512;

    /// <summary>Width of each residual stack of a stage; odd.</summary>
    public IReadOnlyList<int> ResblockKernelSizes { get; init; } = [3, 7, 11];

    /// <summary>Dilations inside each residual stack.</summary>
    public IReadOnlyList<IReadOnlyList<int>> ResblockDilationSizes { get; init; } = [[1, 3, 5], [1, 3, 5], [1, 3, 5]];

    /// <summary>M.</summary>
    public int NumMels { get; init; } = 80;

    /// <summary>Hertz.</summary>
    public int SamplingRate { get; init; } = 22050;

    /// <summary>Samples in a window of the mel.</summary>
    public int NFft { get; init; } = 1024;

    /// <summary>Samples in a hop of the mel.</summary>
    public int HopSize { get; init; } = 256;

    /// <summary>Lower edge of the mel, in hertz.</summary>
    public double Fmin { get; init; }

    /// <summary>Upper edge of the mel, in hertz.</summary>
    public double Fmax { get; init; } = 8000;

    /// <summary>The mels that the generator takes.</summary>
    public MelConfig Mel => new()
    {
        SampleRate = SamplingRate, FftSize = NFft, HopSamples = HopSize, Bands = NumMels, LowHz = Fmin, HighHz = Fmax,
    };

    /// <summary>Reads the text of a config file; keys about training, and any others, are passed over.</summary>
    /// <param name="json">The text.</param>
    /// <param name="where">What to name in an error.</param>
    /// <exception cref="UserException">The text is no such file, or its numbers do not fit together.</exception>
    public static HiFiGanConfig Parse(string json, string where)
    {
        HiFiGanConfig config;
        try
        {
            config = JsonSerializer.Deserialize<HiFiGanConfig>(json, Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new UserException(
                $"this is not a config file of HiFi-GAN: {e.Message}", where, "give its config.json");
        }
        return config.Problem() is string problem
            ? throw new UserException(
                $"this HiFi-GAN cannot be built: {problem}", where, "give the config.json of the weights")
            : config;
    }

    /// <summary>The text of a config file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    private string? Problem()
    {
        int hop = UpsampleRates.Aggregate(1, (product, rate) => product * rate);
        if (Resblock is not ("1" or "2"))
            return $"resblock should be 1 or 2, but is {Resblock}";
        if (UpsampleRates.Count != UpsampleKernelSizes.Count)
            return $"{UpsampleRates.Count} upsample_rates, but {UpsampleKernelSizes.Count} upsample_kernel_sizes";
        if (ResblockKernelSizes.Count != ResblockDilationSizes.Count)
            return $"{ResblockKernelSizes.Count} resblock_kernel_sizes, but "
                + $"{ResblockDilationSizes.Count} resblock_dilation_sizes";
        int[] overlaps = [.. UpsampleKernelSizes.Zip(UpsampleRates, (kernel, rate) => kernel - rate)];
        if (overlaps.Any(overlap => overlap < 0 || overlap % 2 != 0))
            return "an upsample_kernel_size is not its rate plus an even number";
        if (UpsampleInitialChannel % (1 << UpsampleRates.Count) != 0)
            return $"{UpsampleInitialChannel} channels cannot be halved {UpsampleRates.Count} times";
        return hop == HopSize ? null : $"the upsample_rates make {hop} samples of a frame, but hop_size is {HopSize}";
    }
}
