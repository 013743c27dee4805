using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Encoder.Conformer;

/// <summary>Self-attention that knows how far apart any two symbols are, and in which order.</summary>
/// <remarks>
/// Dai et al. 2019, "Transformer-XL", section 3.3: what is sought of a symbol and of a distance, each beside a bias of
/// its own. Norm before and dropout after, as in Gulati et al. 2020, section 2.1.
/// </remarks>
internal sealed class DistanceAttention
{
    private readonly LayerNorm _norm;
    private readonly Linear _query, _key, _value, _output, _distance;
    private readonly Tensor _symbolBias, _distanceBias;
    private readonly Dropout _dropout;
    private readonly int _heads;
    private readonly double _scale;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    public DistanceAttention(Params p, TextEncoderConfig config)
    {
        int headWidth = config.Width / config.Heads;
        _heads = config.Heads;
        _scale = 1 / Math.Sqrt(headWidth);
        _norm = new(p / "norm", config.Width);
        _query = new(p / "query", config.Width, config.Width);
        _key = new(p / "key", config.Width, config.Width);
        _value = new(p / "value", config.Width, config.Width);
        _output = new(p / "output", config.Width, config.Width);
        _distance = new(p / "distance", config.Width, config.Width, bias: false);
        Start start = Start.Uniform(Math.Sqrt(6.0 / (config.Heads + headWidth))); // Glorot, Bengio 2010, equation 16
        _symbolBias = p.Get("symbol_bias", [config.Heads, headWidth], start);
        _distanceBias = p.Get("distance_bias", [config.Heads, headWidth], start);
        _dropout = new(p, config.Dropout);
    }

    /// <summary>Runs the layer.</summary>
    /// <param name="x">Symbols, [B, S, C].</param>
    /// <param name="mask">1 on real symbols and 0 on padding, [B, S, 1].</param>
    /// <param name="distances">From <see cref="Distances"/>.</param>
    /// <returns>[B, S, C].</returns>
    public Tensor Forward(Tensor x, Tensor mask, Tensor distances)
    {
        x = _norm.Forward(x);
        Tensor q = Attention.SplitHeads(_query.Forward(x), _heads); // [B, H, S, D]
        Tensor k = Attention.SplitHeads(_key.Forward(x), _heads);
        Tensor v = Attention.SplitHeads(_value.Forward(x), _heads);
        Tensor far = Attention.SplitHeads(_distance.Forward(distances), _heads); // [1, H, 2S-1, D]
        Tensor bySymbol = (q + _symbolBias.Unsqueeze(1)).Matmul(k.Transpose(2, 3)); // [B, H, S, S]
        Tensor byDistance = (q + _distanceBias.Unsqueeze(1)).Matmul(far.Transpose(2, 3)); // [B, H, S, 2S-1]
        Tensor logits = (bySymbol + RelativeAttention.BandToSquare(byDistance)) * _scale;
        Tensor weights = _dropout.Forward(Attention.MaskedSoftmax(logits, mask));
        return _dropout.Forward(_output.Forward(Attention.MergeHeads(weights.Matmul(v))));
    }

    /// <summary>Every distance between two of S symbols, from the last to the first, as waves.</summary>
    /// <param name="symbols">S.</param>
    /// <param name="width">C, even.</param>
    /// <returns>[sin(d r_k), cos(d r_k)] with r_k = 10000^(-2 k / C) and d = S - 1 … -(S - 1): [1, 2S-1, C].</returns>
    public static Tensor Distances(int symbols, int width)
    {
        int half = width / 2, count = 2 * symbols - 1;
        float[] waves = new float[count * width];
        for (int row = 0; row < count; row++)
        {
            for (int k = 0; k < half; k++)
            {
                double angle = (symbols - 1 - row) * Math.Pow(10000, -2.0 * k / width);
                waves[row * width + k] = (float)Math.Sin(angle);
                waves[row * width + half + k] = (float)Math.Cos(angle);
            }
        }
        return Tensor.From<float>(waves, 1, count, width);
    }
}
