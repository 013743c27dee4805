using Kouyin.Torch;

namespace Kouyin.Speech.Import;

/// <summary>The tensors of one foreign model, by name.</summary>
internal sealed record Weights(string Source, IReadOnlyDictionary<string, TorchFileTensor> ByName)
{
    public bool Has(string name) => ByName.ContainsKey(name);

    /// <summary>One size of a tensor, which must have as many dimensions as said.</summary>
    public long Size(string name, int dimension, int dimensions)
    {
        if (!ByName.TryGetValue(name, out TorchFileTensor? tensor))
            throw new UserException($"the tensor «{name}» is missing", Source, "give the complete weights");
        return tensor.Shape.Count == dimensions
            ? tensor.Shape[dimension]
            : throw new UserException(
                $"the tensor «{name}» should have {dimensions} dimensions, but is [{string.Join(", ", tensor.Shape)}]",
                Source, "give weights of the published architecture");
    }

    /// <summary>How many of prefix0suffix, prefix1suffix, … there are.</summary>
    public int CountOf(string prefix, string suffix)
    {
        int count = 0;
        while (Has($"{prefix}{count}{suffix}"))
            count++;
        return count;
    }
}
