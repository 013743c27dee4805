using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Encoder;

/// <summary>Symbols to the mean mel frame and the log duration of each.</summary>
/// <remarks>
/// Popov et al. 2021, "Grad-TTS", section 3.1. What speaker and accent do in it is Kouyin's own: the reference's knows
/// neither.
/// </remarks>
public sealed class TextEncoder
{
    private readonly Embedding _symbols;
    private readonly Prenet _prenet;
    private readonly Linear? _speaker;
    private readonly Linear? _accent;
    private readonly ISymbolLayers _layers;
    private readonly Linear _mean;
    private readonly DurationPredictor _durations;
    private readonly double _scale;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    /// <param name="p">The encoder's place.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="symbols">V, blank included.</param>
    /// <param name="mels">M.</param>
    /// <param name="widths">Of the speakers' and accents' vectors.</param>
    public TextEncoder(Params p, TextEncoderConfig config, int symbols, int mels, ConditionWidths widths)
    {
        _scale = Math.Sqrt(config.Width);
        _symbols = new(p / "emb", symbols, config.Width, 1 / _scale);
        _prenet = new(p / "prenet", config);
        if (config.Conditioning != EncoderConditioning.None && widths.Speaker > 0)
            _speaker = new(p / "speaker", widths.Speaker, config.Width);
        if (config.Conditioning == EncoderConditioning.SpeakerAccent && widths.Accent > 0)
            _accent = new(p / "accent", widths.Accent, config.Width);
        _layers = config.Layer switch
        {
            EncoderLayer.Transformer => new Transformer(p / "encoder", config, widths),
            EncoderLayer.Conformer => new Conformer.Conformer(p / "encoder", config, widths),
            _ => throw new ArgumentOutOfRangeException(nameof(config), config.Layer, "no such layer"),
        };
        _mean = new(p / "proj_m", config.Width, mels, kernelDimensions: 1);
        _durations = new(p / "proj_w", config);
    }

    /// <summary>Encodes.</summary>
    /// <param name="symbols">Ids, [B, S], int64.</param>
    /// <param name="mask">1 on real symbols and 0 on padding, [B, S, 1].</param>
    /// <param name="conditions">Who speaks and in which accent.</param>
    /// <returns>Means, [B, S, M], and ln of frames, [B, S, 1]; both zero on padding. The durations' loss does not
    /// reach the encoder.</returns>
    public (Tensor Mean, Tensor LogDurations) Forward(Tensor symbols, Tensor mask, Conditions conditions)
    {
        Tensor x = _prenet.Forward(_symbols.Forward(symbols) * _scale, mask);
        if (_speaker is not null)
            x = x + _speaker.Forward(conditions.Speaker!).Unsqueeze(1);
        if (_accent is not null)
            x = x + _accent.Forward(conditions.Accent!).Unsqueeze(1);
        x = _layers.Forward(x * mask, mask, conditions) * mask;
        return (_mean.Forward(x) * mask, _durations.Forward(x.StopGradient(), mask));
    }
}
