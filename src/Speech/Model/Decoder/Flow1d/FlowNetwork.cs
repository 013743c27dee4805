using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Decoder.Flow1d;

/// <summary>Sizes of the flow1d decoder.</summary>
public sealed record Flow1dConfig
{
    /// <summary>Channels.</summary>
    public int Width { get; init; } = 256;

    /// <summary>Attention heads; divides the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Blocks at a quarter of the frame rate.</summary>
    public int MiddleBlocks { get; init; } = 2;

    /// <summary>Dropout of the transformer blocks, in [0, 1).</summary>
    public double Dropout { get; init; } = 0.05;
}

/// <summary>The velocity of flow matching: a U-Net over time, each stage a residual and a transformer block.</summary>
/// <remarks>
/// Mehta et al. 2024, "Matcha-TTS", section 2.2 and figure 2. Kouyin's differences: norms over the channels of a frame,
/// so that padding and batch mates change nothing; the time scales and shifts every block, and with it whatever goes
/// that way (<see cref="ConditionInput"/>).
/// </remarks>
public sealed class FlowNetwork
{
    private readonly Linear _input;
    private readonly Linear _timeIn;
    private readonly Linear _timeOut;
    private readonly ConditionInput _conditions;
    private readonly Stage _fine;
    private readonly Conv1d _toHalf;
    private readonly Stage _half;
    private readonly Conv1d _toQuarter;
    private readonly Stage[] _middle;
    private readonly Conv1d _backToHalf;
    private readonly Stage _halfAgain;
    private readonly Conv1d _backToFine;
    private readonly Stage _fineAgain;
    private readonly LayerNorm _norm;
    private readonly Conv1d _output;
    private readonly int _width;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    public FlowNetwork(
        Params p, Flow1dConfig config, DecoderConditioning conditioning, int mels, ConditionWidths widths)
    {
        _width = config.Width;
        _conditions = new(p, conditioning, mels, _width, widths);
        _input = new(p / "input", (2 + _conditions.Channels) * mels, _width);
        _timeIn = new(p / "time_in", _width, _width);
        _timeOut = new(p / "time_out", _width, _width);
        _fine = new(p / "fine", _width, config);
        _toHalf = new(p / "to_half", _width, _width, 3, stride: 2);
        _half = new(p / "half", _width, config);
        _toQuarter = new(p / "to_quarter", _width, _width, 3, stride: 2);
        _middle =
            [.. Enumerable.Range(0, config.MiddleBlocks).Select(k => new Stage(p / "middle" / k, _width, config))];
        _backToHalf = new(p / "back_to_half", _width, _width, 3);
        _halfAgain = new(p / "half_again", 2 * _width, config);
        _backToFine = new(p / "back_to_fine", _width, _width, 3);
        _fineAgain = new(p / "fine_again", 2 * _width, config);
        _norm = new(p / "norm", _width);
        _output = new(p / "output", _width, mels, 3, zero: true);
    }

    /// <summary>Estimates the velocity.</summary>
    /// <param name="x">Between noise and mel, [B, T, M].</param>
    /// <param name="mask">1 on real frames and 0 on padding, [B, T, 1].</param>
    /// <param name="mean">What the text says of the mel, [B, T, M].</param>
    /// <param name="t">Points in time, [B].</param>
    /// <param name="conditions">Who speaks and in which accent.</param>
    /// <returns>[B, T, M], zero on padding.</returns>
    public Tensor Forward(Tensor x, Tensor mask, Tensor mean, Tensor t, Conditions conditions)
    {
        Tensor condition = Condition(t, conditions);
        Tensor halfMask = mask.Slice(1, 0, step: 2);
        Tensor quarterMask = halfMask.Slice(1, 0, step: 2);

        Tensor fine = _fine.Forward(_input.Forward(Beside(x, mean, conditions)), mask, condition);
        Tensor half = _half.Forward(_toHalf.Forward(fine * mask), halfMask, condition);
        Tensor h = _toQuarter.Forward(half * halfMask);
        foreach (Stage stage in _middle)
            h = stage.Forward(h, quarterMask, condition);

        h = _backToHalf.Forward(Doubled(h * quarterMask, half) * halfMask);
        h = _halfAgain.Forward(Tensor.Cat(2, h, half), halfMask, condition);
        h = _backToFine.Forward(Doubled(h * halfMask, fine) * mask);
        h = _fineAgain.Forward(Tensor.Cat(2, h, fine), mask, condition);
        return _output.Forward(_norm.Forward(h).Silu() * mask) * mask;
    }

    private Tensor Condition(Tensor t, Conditions conditions)
    {
        Tensor time = _timeOut.Forward(_timeIn.Forward(TimeWaves.Of(t, _width)).Silu());
        return _conditions.WithTime(time, conditions).Silu().Unsqueeze(1); // [B, 1, C]
    }

    /// <summary>Noisy mel, mean and what speaker and accent add, side by side: [B, T, 2 to 4 M].</summary>
    private Tensor Beside(Tensor x, Tensor mean, Conditions conditions) => Tensor.Cat(
        2, [x, mean, .. _conditions.Bands(conditions).Select(c => c.Bands.Unsqueeze(1).Expand(x.Shape))]);

    /// <summary>Every frame twice, cut to the length of <paramref name="target"/>.</summary>
    private static Tensor Doubled(Tensor x, Tensor target) =>
        x.RepeatInterleave(2, 1).Slice(1, 0, target.Size(1));

    /// <summary>A residual and a transformer block.</summary>
    private sealed class Stage(Params p, int inputs, Flow1dConfig config)
    {
        private readonly FlowResidual _residual = new(p / "residual", inputs, config.Width);
        private readonly FlowTransformer _transformer = new(p / "transformer", config);

        public Tensor Forward(Tensor x, Tensor mask, Tensor condition) =>
            _transformer.Forward(_residual.Forward(x, mask, condition), mask);
    }
}
