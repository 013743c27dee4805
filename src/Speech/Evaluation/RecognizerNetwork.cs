using Kouyin.Speech.Evaluation.Judges;
using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Evaluation;

/// <summary>Sizes of a recognizer.</summary>
public sealed record RecognizerConfig
{
    /// <summary>Bands of the mel, M.</summary>
    public int Bands { get; init; } = 80;

    /// <summary>Channels between the blocks.</summary>
    public int Width { get; init; } = 192;

    /// <summary>Frames that each block's convolution sees, before dilation; odd.</summary>
    public int Kernel { get; init; } = 5;

    /// <summary>One residual block for each, with this distance between its taps, in pairs of frames.</summary>
    public IReadOnlyList<int> Dilations { get; init; } = [1, 2, 4, 8, 4, 2];

    /// <summary>Share of channels dropped in each block while training, in [0, 1).</summary>
    public double Dropout { get; init; } = 0.15;
}

/// <summary>Mel to log-probabilities of phones and of tones: dilated residual convolutions.</summary>
/// <remarks>
/// The two outputs are two CTC problems (Graves et al. 2006), so that a wrong tone spoils no final. The receptive
/// field is two seconds: a tone is heard against its neighbours.
/// </remarks>
public sealed class RecognizerNetwork
{
    private readonly Tensor _mean;
    private readonly Tensor _deviation;
    private readonly Conv1d _front;
    private readonly DilatedBlock[] _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _phones;
    private readonly Linear _tones;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    public RecognizerNetwork(Params p, RecognizerConfig config)
    {
        _mean = p.Get("mean", [config.Bands], Start.Zeros);
        _deviation = p.Get("deviation", [config.Bands], Start.Ones);
        _mean.RequiresGrad = false;
        _deviation.RequiresGrad = false;
        _front = new(p / "front", config.Bands, config.Width, 5, stride: 2);
        _blocks =
        [
            .. config.Dilations.Select((dilation, k) => new DilatedBlock(
                p / "blocks" / k, config.Width, config.Kernel, dilation, config.Dropout)),
        ];
        _norm = new(p / "norm", config.Width);
        _phones = new(p / "phones", config.Width, RecognizerSymbols.Phones.Count);
        _tones = new(p / "tones", config.Width, RecognizerSymbols.Tones.Count);
    }

    /// <summary>How many outputs a number of frames has.</summary>
    public static int Outputs(int frames) => (frames + 1) / 2;

    /// <summary>Tells the network what mels look like: it subtracts the mean and divides by the deviation.</summary>
    /// <param name="mean">[M].</param>
    /// <param name="deviation">[M], above 0.</param>
    public void Standardize(ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation)
    {
        using TensorScope scope = new();
        _mean.CopyFrom(Tensor.From(mean, mean.Length));
        _deviation.CopyFrom(Tensor.From(deviation, deviation.Length));
    }

    /// <summary>Log-probabilities.</summary>
    /// <param name="mel">[B, T, M], anything where it is padded.</param>
    /// <param name="frames">Frames of each item, [B].</param>
    /// <returns>Of the phones, [B, T / 2, P], and of the tones, [B, T / 2, 6]; T / 2 is rounded up.</returns>
    public (Tensor Phones, Tensor Tones) Forward(Tensor mel, IReadOnlyList<int> frames)
    {
        var (batch, length, _) = mel.Sizes3("[B, T, M]");
        Tensor lengths = Tensor.From<long>([.. frames.Select(n => (long)n)], batch);
        Tensor halves = Tensor.From<long>([.. frames.Select(n => (long)Outputs(n))], batch);
        Tensor mask = Mask.FromLengths(halves, Outputs(length));
        Tensor x = (mel - _mean) / _deviation * Mask.FromLengths(lengths, length);
        x = _front.Forward(x).Silu();
        foreach (DilatedBlock block in _blocks)
            x = block.Forward(x, mask);
        x = _norm.Forward(x);
        return (_phones.Forward(x).LogSoftmax(-1), _tones.Forward(x).LogSoftmax(-1));
    }
}
