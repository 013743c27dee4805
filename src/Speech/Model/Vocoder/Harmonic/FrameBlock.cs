using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Vocoder.Harmonic;

/// <summary>A convolution over frames that sees mostly the past.</summary>
internal sealed class LookingConvolution
{
    private readonly Conv1d _convolution;
    private readonly long[] _padding;

    public LookingConvolution(Params p, int inputs, int outputs, HarmonicConfig config, bool depthwise = false)
    {
        _convolution = new(p, inputs, outputs, config.Kernel, padding: 0, groups: depthwise ? inputs : 1);
        _padding = [0, 0, config.Kernel - 1 - config.AheadPerLayer, config.AheadPerLayer];
    }

    /// <summary>[B, T, inputs] to [B, T, outputs].</summary>
    public Tensor Forward(Tensor x) => _convolution.Forward(x.Pad(_padding));
}

/// <summary>A ConvNeXt block over frames: a depthwise convolution, then two linear layers around GELU.</summary>
/// <remarks>Liu et al. 2022, "A ConvNet for the 2020s", figure 4; over time alone as in Siuzdak 2023,
/// "Vocos".</remarks>
internal sealed class FrameBlock
{
    private const double FirstScale = 0.3;

    private readonly LookingConvolution _convolution;
    private readonly LayerNorm _norm;
    private readonly Linear _wide, _narrow;
    private readonly Tensor _scale;

    public FrameBlock(Params p, int width, int hidden, HarmonicConfig config)
    {
        _convolution = new(p / "convolution", width, width, config, depthwise: true);
        _norm = new(p / "norm", width);
        _wide = new(p / "wide", width, hidden);
        _narrow = new(p / "narrow", hidden, width);
        _scale = p.Get("scale", [width], Start.Constant(FirstScale));
    }

    /// <summary>[B, T, C] to [B, T, C].</summary>
    public Tensor Forward(Tensor x) =>
        x + _scale * _narrow.Forward(_wide.Forward(_norm.Forward(_convolution.Forward(x))).Gelu());
}

/// <summary>A convolution from features to channels, blocks, and a last norm.</summary>
internal sealed class FrameNetwork
{
    private readonly LookingConvolution _first;
    private readonly LayerNorm _before, _after;
    private readonly List<FrameBlock> _blocks = [];

    public FrameNetwork(Params p, int features, int width, int hidden, int blocks, HarmonicConfig config)
    {
        _first = new(p / "first", features, width, config);
        _before = new(p / "before", width);
        for (int i = 0; i < blocks; i++)
            _blocks.Add(new(p / "blocks" / i, width, hidden, config));
        _after = new(p / "after", width);
    }

    /// <summary>[B, T, features] to [B, T, C].</summary>
    public Tensor Forward(Tensor features)
    {
        Tensor x = _before.Forward(_first.Forward(features));
        foreach (FrameBlock block in _blocks)
            x = block.Forward(x);
        return _after.Forward(x);
    }
}
