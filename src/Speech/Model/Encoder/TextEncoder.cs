using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Encoder;

/// <summary>Sizes of the text encoder; the defaults are Grad-TTS's.</summary>
public sealed record TextEncoderConfig
{
    /// <summary>Channels.</summary>
    public int Width { get; init; } = 192;

    /// <summary>Channels between the two convolutions of a layer.</summary>
    public int Hidden { get; init; } = 768;

    /// <summary>Channels of the duration predictor.</summary>
    public int DurationHidden { get; init; } = 256;

    /// <summary>Attention heads; divides the width.</summary>
    public int Heads { get; init; } = 2;

    /// <summary>Transformer layers.</summary>
    public int Layers { get; init; } = 6;

    /// <summary>Width of the layers' and the duration predictor's convolutions, odd.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>Symbols to each side whose distance attention knows.</summary>
    public int Window { get; init; } = 4;

    /// <summary>Dropout of the layers and the duration predictor, in [0, 1).</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Dropout of the prenet, in [0, 1).</summary>
    public double PrenetDropout { get; init; } = 0.5;

    /// <summary>
    /// Whether the speaker reaches the means and durations. Off in the reference, where all speakers share them.
    /// </summary>
    public bool UseSpeaker { get; init; }
}

/// <summary>Symbols to the mean mel frame and the log duration of each.</summary>
/// <remarks>Popov et al. 2021, "Grad-TTS", section 3.1; the speaker's part is Kouyin's own.</remarks>
public sealed class TextEncoder
{
    private readonly Embedding _symbols;
    private readonly Prenet _prenet;
    private readonly Linear? _speaker;
    private readonly TransformerLayer[] _layers;
    private readonly Linear _mean;
    private readonly DurationPredictor _durations;
    private readonly double _scale;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    /// <param name="p">The encoder's place.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="symbols">V, blank included.</param>
    /// <param name="mels">M.</param>
    /// <param name="speakerWidth">Width of the speaker vector.</param>
    public TextEncoder(Params p, TextEncoderConfig config, int symbols, int mels, int speakerWidth)
    {
        _scale = Math.Sqrt(config.Width);
        _symbols = new(p / "emb", symbols, config.Width, 1 / _scale);
        _prenet = new(p / "prenet", config);
        _speaker = config.UseSpeaker ? new(p / "speaker", speakerWidth, config.Width) : null;
        _layers = [.. Enumerable.Range(0, config.Layers)
            .Select(k => new TransformerLayer(p / "encoder", k, config))];
        _mean = new(p / "proj_m", config.Width, mels, kernelDimensions: 1);
        _durations = new(p / "proj_w", config);
    }

    /// <summary>Encodes.</summary>
    /// <param name="symbols">Ids, [B, S], int64.</param>
    /// <param name="mask">1 on real symbols and 0 on padding, [B, S, 1].</param>
    /// <param name="speaker">Speaker vectors, [B, E], or null where there is one speaker.</param>
    /// <returns>Means, [B, S, M], and ln of frames, [B, S, 1]; both zero on padding. The durations' loss does not
    /// reach the encoder.</returns>
    public (Tensor Mean, Tensor LogDurations) Forward(Tensor symbols, Tensor mask, Tensor? speaker)
    {
        var (batch, count) = symbols.Sizes2("[B, S]");
        Tensor pairPadding = (mask.Matmul(mask.Transpose(1, 2)).EqualTo(0)).View(batch, 1, count, count);
        Tensor x = _prenet.Forward(_symbols.Forward(symbols) * _scale, mask);
        if (_speaker is not null && speaker is not null)
            x = x + _speaker.Forward(speaker).Unsqueeze(1);
        foreach (TransformerLayer layer in _layers)
            x = layer.Forward(x, mask, pairPadding);
        x = x * mask;
        return (_mean.Forward(x) * mask, _durations.Forward(x.StopGradient(), mask));
    }
}
