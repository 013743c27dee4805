using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Decoder.Flow1d;

/// <summary>Two convolutions around a scale and shift that the time and what goes with it decide.</summary>
/// <remarks>He et al. 2016 for the residual; Perez et al. 2018, "FiLM", equation 2, for the condition.</remarks>
public sealed class FlowResidual
{
    private readonly LayerNorm _before;
    private readonly Conv1d _first;
    private readonly LayerNorm _between;
    private readonly Linear _film;
    private readonly Conv1d _second;
    private readonly Linear? _shortcut;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    /// <param name="p">The block's place.</param>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="width">C.</param>
    public FlowResidual(Params p, int inputs, int width)
    {
        _before = new(p / "before", inputs);
        _first = new(p / "first", inputs, width, 3);
        _between = new(p / "between", width);
        _film = new(p / "film", width, 2 * width, zero: true);
        _second = new(p / "second", width, width, 3);
        _shortcut = inputs == width ? null : new(p / "shortcut", inputs, width);
    }

    /// <summary>Runs the block.</summary>
    /// <param name="x">[B, T, inputs].</param>
    /// <param name="mask">1 on real frames and 0 on padding, [B, T, 1].</param>
    /// <param name="condition">The time and what goes with it, [B, 1, C].</param>
    /// <returns>[B, T, C].</returns>
    public Tensor Forward(Tensor x, Tensor mask, Tensor condition)
    {
        Tensor[] film = _film.Forward(condition).Chunk(2, 2);
        Tensor h = _first.Forward(_before.Forward(x).Silu() * mask);
        h = (_between.Forward(h) * (film[0] + 1) + film[1]).Silu();
        h = _second.Forward(h * mask);
        return h + (_shortcut?.Forward(x) ?? x);
    }
}
