using Kouyin.Torch;

namespace Kouyin.Speech.Model.Vocoder;

/// <summary>
/// Weight norm, w = g v / |v|, is a way to train a convolution; to use one it is folded into plain weights.
/// </summary>
/// <remarks>Salimans and Kingma 2016, equation 2; the norm runs over all axes but the first, as in PyTorch.</remarks>
internal static class WeightNorm
{
    // Direction and length of a weight, in the names of PyTorch before and since 2.0.
    private static readonly (string Direction, string Length)[] Names =
        [(".weight_v", ".weight_g"), (".parametrizations.weight.original1", ".parametrizations.weight.original0")];

    /// <summary>
    /// The weights with each pair of length and direction made one; weights without are taken as they are.
    /// </summary>
    /// <param name="weights">By name.</param>
    /// <param name="where">What to name in an error.</param>
    public static Dictionary<string, Tensor> Fold(IReadOnlyDictionary<string, Tensor> weights, string where)
    {
        Dictionary<string, Tensor> folded = [];
        foreach ((string name, Tensor value) in weights)
        {
            (string direction, string length) =
                Array.Find(Names, pair => name.EndsWith(pair.Direction, StringComparison.Ordinal));
            if (direction is not null)
            {
                string layer = name[..^direction.Length];
                if (!weights.TryGetValue(layer + length, out Tensor? gain))
                    throw new UserException(
                        $"the weights hold {name} without {layer}{length}", where,
                        "give the whole file of the generator");
                folded[layer + ".weight"] = value * (gain / Norm(value));
            }
            else if (!Names.Any(pair => name.EndsWith(pair.Length, StringComparison.Ordinal)))
            {
                folded[name] = value;
            }
        }
        return folded;
    }

    /// <summary>Plain weights as directions and lengths, to train on; biases as they are.</summary>
    /// <param name="weights">By name, in any form.</param>
    /// <param name="where">What to name in an error.</param>
    public static Dictionary<string, Tensor> Unfold(IReadOnlyDictionary<string, Tensor> weights, string where)
    {
        const string plain = ".weight";
        Dictionary<string, Tensor> unfolded = [];
        foreach ((string name, Tensor value) in Fold(weights, where))
        {
            if (!name.EndsWith(plain, StringComparison.Ordinal) || value.Rank != 3)
            {
                unfolded[name] = value;
                continue;
            }
            unfolded[name + "_v"] = value;
            unfolded[name + "_g"] = Norm(value);
        }
        return unfolded;
    }

    private static Tensor Norm(Tensor direction)
    {
        (int outputs, _, _) = direction.Sizes3("[outputs, inputs, kernel]");
        return direction.Reshape(outputs, -1).Square().Sum(1, keep: true).Sqrt().Unsqueeze(2);
    }
}
