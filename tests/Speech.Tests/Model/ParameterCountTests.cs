using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Decoder;
using Kouyin.Speech.Model.Encoder;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Model;

/// <summary>
/// Sizes of the log's models, counted on its own code, against ours. Where its conformer has a batch norm ours has a
/// layer norm, with as many parameters (running statistics are none).
/// </summary>
public sealed class ParameterCountTests
{
    private const int Mels = 80;

    // 2 (4 x 256 + 4 x 256 x 256) of an unused layer that stands in the log's decoders from E8 on.
    private const long DeadTokenLayer = 345_168;

    private static TextEncoderConfig Wide { get; } = new()
    {
        Layer = EncoderLayer.Conformer, Width = 256, Hidden = 1024, AccentNorm = [0],
    };

    /// <summary>What is counted, symbols, and the log's count.</summary>
    public static TheoryData<string, int, long> Encoders => new()
    {
        { "transformer", 199, 7_209_745 },
        { "transformer", 198, 7_209_553 },
        { "transformer", 149, 7_200_145 },
        { "conformer", 199, 6_371_089 },
        { "conformer 256, accent norm", 199, 11_181_137 },
        { "conformer 256, convolutions, accent norm", 199, 23_764_049 },
        { "conformer 256, convolutions, all accent norms", 199, 24_419_409 },
        { "conformer, convolutions, accent norm", 199, 13_547_281 },
    };

    [Theory]
    [MemberData(nameof(Encoders))]
    public void Encoders_are_as_large_as_the_log_s(string kind, int symbols, long expected)
    {
        TextEncoderConfig config = kind switch
        {
            "transformer" => new(),
            "conformer" => new() { Layer = EncoderLayer.Conformer },
            "conformer 256, accent norm" => Wide,
            "conformer 256, convolutions, accent norm" => Wide with { FeedForward = FeedForwardKind.Conv },
            "conformer 256, convolutions, all accent norms" => Wide with
            {
                FeedForward = FeedForwardKind.Conv,
                AccentNorm = [0, 1, 2, 3, 4, 5],
            },
            _ => new() { Layer = EncoderLayer.Conformer, FeedForward = FeedForwardKind.Conv, AccentNorm = [0] },
        };

        Assert.Equal(expected, Count(p => _ = new TextEncoder(p, config, symbols, Mels, new(0, 256))));
    }

    [Theory]
    [InlineData(64, 64, 0, 7_672_727)]                    // mean, noise, speaker
    [InlineData(64, 64, 64, 7_710_567)]                   // and accent
    [InlineData(64, 64, 256, 8_018_535)]                  // and the style of tokens, 256 wide (E6)
    [InlineData(64, 256, 0, 8_325_863 - DeadTokenLayer)]  // E11 to E15
    [InlineData(64, 0, 0, 7_980_055 - DeadTokenLayer)]    // E16
    [InlineData(256, 64, 0, 116_496_983)]                 // "larger channel"
    public void Decoders_are_as_large_as_the_log_s(int width, int speaker, int accent, long expected)
    {
        DecoderConditioning both = new() { Speaker = DecoderPath.Channel, Accent = DecoderPath.Channel };

        Assert.Equal(
            expected, Count(p => _ = new Score2d(p, new() { Width = width }, both, Mels, new(speaker, accent))));
    }

    [Theory]
    [InlineData(199, 218, 0, 14_896_424)]
    [InlineData(198, 222, 4, 14_934_584)]
    [InlineData(149, 247, 0, 14_888_680)]
    public void Whole_models_are_as_large_as_the_log_s(int symbols, int speakers, int accents, long expected)
    {
        AcousticConfig config = new();
        if (accents > 0)
        {
            config = config with
            {
                Accent = new() { Source = Speech.Model.Accent.AccentSource.Table },
                DecoderConditioning = new() { Accent = DecoderPath.Channel },
            };
        }
        AcousticShape shape = new() { Symbols = symbols, Mels = Mels, Speakers = speakers, Accents = accents };

        Assert.Equal(expected, Count(p => _ = new AcousticModel(p, config, shape)));
    }

    private static long Count(Action<Params> build)
    {
        using ParameterStore store = ParameterStore.Fresh(1);
        build(store.Root);
        return store.Parameters.Values.Sum(parameter => parameter.Count);
    }
}
