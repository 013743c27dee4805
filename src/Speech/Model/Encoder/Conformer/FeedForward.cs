using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Encoder.Conformer;

/// <summary>Norm, wider, Swish, narrower: of each symbol alone, or by convolutions of its neighbours too.</summary>
/// <remarks>
/// Gulati et al. 2020, section 2.3; the convolutions are those of Ren et al. 2019, "FastSpeech", section 3.1.
/// </remarks>
internal sealed class FeedForward
{
    private readonly LayerNorm _norm;
    private readonly Func<Tensor, Tensor> _widen, _narrow;
    private readonly Dropout _dropout;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    public FeedForward(Params p, TextEncoderConfig config)
    {
        _norm = new(p / "norm", config.Width);
        _widen = Layer(p / "widen", config.Width, config.Hidden, config);
        _narrow = Layer(p / "narrow", config.Hidden, config.Width, config);
        _dropout = new(p, config.Dropout);
    }

    /// <summary>Runs the layer.</summary>
    /// <param name="x">Symbols, [B, S, C].</param>
    /// <param name="mask">1 on real symbols and 0 on padding, [B, S, 1].</param>
    /// <returns>[B, S, C].</returns>
    public Tensor Forward(Tensor x, Tensor mask)
    {
        Tensor h = _dropout.Forward(_widen(_norm.Forward(x) * mask).Silu());
        return _dropout.Forward(_narrow(h * mask));
    }

    private static Func<Tensor, Tensor> Layer(Params p, int inputs, int outputs, TextEncoderConfig config) =>
        config.FeedForward == FeedForwardKind.Linear
            ? new Linear(p, inputs, outputs).Forward
            : new Conv1d(p, inputs, outputs, config.Kernel).Forward;
}
