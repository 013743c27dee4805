namespace Kouyin.Speech.Model.Encoder;

/// <summary>What the encoder's layers are.</summary>
public enum EncoderLayer
{
    /// <summary>Attention and convolutions: Grad-TTS's.</summary>
    Transformer,

    /// <summary>Conformer blocks.</summary>
    Conformer,
}

/// <summary>What the feed-forwards of Conformer blocks are.</summary>
public enum FeedForwardKind
{
    /// <summary>Linear layers.</summary>
    Linear,

    /// <summary>Convolutions.</summary>
    Conv,
}

/// <summary>Whose vectors are added to the symbols, so that means and durations depend on them.</summary>
public enum EncoderConditioning
{
    /// <summary>Nobody's: all speakers and accents share means and durations, as in the reference.</summary>
    None,

    /// <summary>The speaker's.</summary>
    Speaker,

    /// <summary>The speaker's and the accent's.</summary>
    SpeakerAccent,
}

/// <summary>Sizes of the text encoder; the defaults are Grad-TTS's.</summary>
public sealed record TextEncoderConfig
{
    /// <summary>What its layers are.</summary>
    public EncoderLayer Layer { get; init; } = EncoderLayer.Transformer;

    /// <summary>Channels.</summary>
    public int Width { get; init; } = 192;

    /// <summary>Channels inside the feed-forward of a layer.</summary>
    public int Hidden { get; init; } = 768;

    /// <summary>Channels of the duration predictor.</summary>
    public int DurationHidden { get; init; } = 256;

    /// <summary>Attention heads; divides the width.</summary>
    public int Heads { get; init; } = 2;

    /// <summary>Layers.</summary>
    public int Layers { get; init; } = 6;

    /// <summary>Width of the convolutions of feed-forwards and of the duration predictor, odd.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>Of Conformer blocks: what their feed-forwards are. A transformer's are convolutions.</summary>
    public FeedForwardKind FeedForward { get; init; } = FeedForwardKind.Linear;

    /// <summary>Of Conformer blocks: width of their depthwise convolution, odd.</summary>
    public int ConvKernel { get; init; } = 31;

    /// <summary>Of transformers: symbols to each side whose distance attention knows.</summary>
    public int Window { get; init; } = 4;

    /// <summary>Dropout of the layers and the duration predictor, in [0, 1).</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Dropout of the prenet, in [0, 1).</summary>
    public double PrenetDropout { get; init; } = 0.5;

    /// <summary>Whose vectors are added to the symbols before the layers.</summary>
    public EncoderConditioning Conditioning { get; init; } = EncoderConditioning.None;

    /// <summary>Layers, from 0, whose last norm depends on the accent.</summary>
    public IReadOnlyList<int> AccentNorm { get; init; } = [];

    /// <summary>Layers, from 0, whose last norm depends on the speaker; none of those above.</summary>
    public IReadOnlyList<int> SpeakerNorm { get; init; } = [];

    internal bool HearsSpeaker => Conditioning != EncoderConditioning.None || SpeakerNorm.Count > 0;

    internal bool HearsAccent => Conditioning == EncoderConditioning.SpeakerAccent || AccentNorm.Count > 0;

    /// <summary>Everything that is wrong with the values.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Layers < 1)
            yield return $"model.encoder.layers is {Layers}, but must be at least 1";
        if (Heads < 1 || Width < 1 || Width % Heads != 0)
            yield return $"model.encoder.heads {Heads} does not divide the width {Width}";
        if (Layer == EncoderLayer.Conformer && Width % 2 != 0)
            yield return $"model.encoder.width is {Width}, but a conformer's must be even";
        if (Kernel < 1 || Kernel % 2 == 0 || ConvKernel < 1 || ConvKernel % 2 == 0)
            yield return "model.encoder.kernel and model.encoder.conv_kernel must be odd";
        int[] norms = [.. AccentNorm, .. SpeakerNorm];
        if (norms.Any(layer => layer < 0 || layer >= Layers))
        {
            yield return "model.encoder.accent_norm and model.encoder.speaker_norm must name layers from 0 to "
                + $"{Layers - 1}, but name {string.Join(", ", norms)}";
        }
        if (norms.Distinct().Count() < norms.Length)
            yield return "model.encoder.accent_norm and model.encoder.speaker_norm must name each layer once at most";
    }
}
