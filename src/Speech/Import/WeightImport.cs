using Kouyin.Torch;

namespace Kouyin.Speech.Import;

/// <summary>What an import did.</summary>
/// <param name="Model">The kind of model, <c>grad-tts</c> or <c>hifi-gan</c>.</param>
/// <param name="Part">The part of the file that was taken, such as <c>generator</c>; empty if it has no parts.</param>
/// <param name="Tensors">How many tensors were written.</param>
/// <param name="Numbers">How many numbers they hold.</param>
/// <param name="LeftOut">The parts of the file that were not taken.</param>
public sealed record ImportReport(
    string Model, string Part, int Tensors, long Numbers, IReadOnlyList<string> LeftOut);

/// <summary>Turns weights that <c>torch.save</c> wrote into safetensors, names and numbers as they are.</summary>
public static class WeightImport
{
    private const string DataParallelPrefix = "module.";

    /// <summary>Reads one model of a file and writes it with its kind and its sizes in the metadata.</summary>
    /// <param name="source">A file of torch.save: a state dict, or dictionaries that hold one or several.</param>
    /// <param name="target">The safetensors file to write, whole or not at all.</param>
    /// <param name="part">Which dictionary of the file, if several are models; null finds the only one.</param>
    /// <param name="config">HiFi-GAN's config file, where its shape is not one of the published.</param>
    /// <param name="cancel">Stops between two tensors.</param>
    public static ImportReport Run(
        string source, string target, string? part = null, string? config = null, CancellationToken cancel = default)
    {
        if (Path.GetFullPath(source) == Path.GetFullPath(target))
            throw new UserException("the import would overwrite the file that it reads", target, "give another --out");
        using TorchFile file = TorchFile.Open(source);
        if (file.Tensors.Count == 0)
            throw new UserException("the file holds no tensors", source, "give a file with a model's weights");

        Dictionary<string, Weights> parts = file.Tensors
            .GroupBy(tensor => tensor.Part, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => new Weights(source, Named(group)), StringComparer.Ordinal);
        string chosen = part is null ? OnlyModel(parts, source) : Existing(parts, part, source);
        Weights weights = parts[chosen];
        ForeignModel model = ForeignModel.Recognize(weights)
            ?? throw Unknown(source, $"its part «{chosen}» is neither Grad-TTS nor a HiFi-GAN generator", parts);

        SafeTensorsWriter writer = new();
        foreach ((string key, string value) in model.Describe(weights, config))
            writer.AddMetadata(key, value);
        foreach ((string name, TorchFileTensor tensor) in weights.ByName)
            writer.Add(name, tensor.Type, tensor.Shape, stream =>
            {
                cancel.ThrowIfCancellationRequested();
                file.Write(tensor, stream);
            });
        writer.Save(target);
        return new(model.Name, chosen, weights.ByName.Count,
            weights.ByName.Values.Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size)),
            [.. parts.Keys.Where(key => key != chosen).Order(StringComparer.Ordinal)]);
    }

    // DataParallel puts "module." before every name.
    private static Dictionary<string, TorchFileTensor> Named(IEnumerable<TorchFileTensor> tensors)
    {
        TorchFileTensor[] all = [.. tensors];
        bool wrapped = all.All(tensor => tensor.Name.StartsWith(DataParallelPrefix, StringComparison.Ordinal));
        return all.ToDictionary(
            tensor => wrapped ? tensor.Name[DataParallelPrefix.Length..] : tensor.Name, StringComparer.Ordinal);
    }

    private static string OnlyModel(Dictionary<string, Weights> parts, string source)
    {
        string[] models = [.. parts.Keys.Where(key => ForeignModel.Recognize(parts[key]) is not null)];
        return models.Length switch
        {
            1 => models[0],
            0 => throw Unknown(source, "the file holds neither Grad-TTS nor a HiFi-GAN generator", parts),
            _ => throw new UserException(
                "the file holds several models", source,
                $"choose one with --part: {string.Join(", ", models.Order(StringComparer.Ordinal))}"),
        };
    }

    private static string Existing(Dictionary<string, Weights> parts, string part, string source) =>
        parts.ContainsKey(part)
            ? part
            : throw new UserException($"the file has no part «{part}»", source, $"choose one of: {List(parts)}");

    private static UserException Unknown(string source, string what, Dictionary<string, Weights> parts) => new(
        what, source, $"give weights of one of these; this file holds: {List(parts)}");

    private static string List(Dictionary<string, Weights> parts)
    {
        const int shown = 8;
        IEnumerable<string> described = parts
            .OrderBy(part => part.Key, StringComparer.Ordinal)
            .Take(shown)
            .Select(part => $"«{part.Key}» ({part.Value.ByName.Count} tensors, {part.Value.ByName.Keys.First()} …)");
        return string.Join(", ", described) + (parts.Count > shown ? ", …" : "");
    }
}
