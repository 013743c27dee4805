using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Accent;

/// <summary>What a vector attends to among learnt tokens.</summary>
/// <remarks>
/// Wang et al. 2018, "Style Tokens", sections 2.1 and 3.2.2: softmax(q kᵀ / sqrt(d)) v in every head, k and v from tanh
/// of the tokens.
/// </remarks>
public sealed class TokenAttention
{
    private readonly Tensor _tokens;
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly int _heads;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    /// <param name="p">Its place.</param>
    /// <param name="inputs">Width of the vector that asks.</param>
    /// <param name="tokens">K.</param>
    /// <param name="tokenWidth">Width of a token.</param>
    /// <param name="width">Width of the result, all heads together.</param>
    /// <param name="heads">H; divides the width.</param>
    public TokenAttention(Params p, int inputs, int tokens, int tokenWidth, int width, int heads)
    {
        _heads = heads;
        _tokens = p.Get("tokens", [tokens, tokenWidth], Start.Normal(0.5));
        _query = new(p / "query", inputs, width, bias: false);
        _key = new(p / "key", tokenWidth, width, bias: false);
        _value = new(p / "value", tokenWidth, width, bias: false);
    }

    /// <summary>Attends.</summary>
    /// <param name="x">[B, inputs].</param>
    /// <returns>The result, [B, C], and how much of each token is in it, the mean over heads, [B, K].</returns>
    public (Tensor Result, Tensor Weights) Forward(Tensor x)
    {
        Tensor tokens = _tokens.Tanh().Unsqueeze(0);
        Tensor query = Attention.SplitHeads(_query.Forward(x).Unsqueeze(1), _heads); // [B, H, 1, D]
        Tensor key = Attention.SplitHeads(_key.Forward(tokens), _heads);             // [1, H, K, D]
        Tensor value = Attention.SplitHeads(_value.Forward(tokens), _heads);         // [1, H, K, D]
        Tensor weights = (query.Matmul(key.Transpose(2, 3)) / Math.Sqrt(key.Size(3))).Softmax(-1); // [B, H, 1, K]
        return (Attention.MergeHeads(weights.Matmul(value)).Squeeze(1), weights.Mean(1).Squeeze(1));
    }
}
