using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Kouyin.Speech.Model;
using Kouyin.Speech.Training.Recipes;
using Kouyin.Torch;
using WholeRecipe = Kouyin.Speech.Training.Recipe;

namespace Kouyin.Speech.Training;

/// <summary>What a run stands on beside its tensors, kept as JSON in the checkpoint's metadata.</summary>
public sealed record CheckpointInfo
{
    /// <summary>Version of the checkpoint's layout.</summary>
    public const int CurrentFormat = 3;

    /// <summary>Version of the checkpoint's layout, <see cref="CurrentFormat"/> where this program wrote it.</summary>
    public required int Format { get; init; }

    /// <summary>The whole recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>What the data decided of the acoustic model; null for a vocoder.</summary>
    public required AcousticShape? Shape { get; init; }

    /// <summary>Hash of the mel settings.</summary>
    public required string MelHash { get; init; }

    /// <summary>Hash of the phone set.</summary>
    public required string PhoneSetHash { get; init; }

    /// <summary>Names of the speakers, in the order of their ids.</summary>
    public required IReadOnlyList<string> Speakers { get; init; }

    /// <summary>Training utterances of the data.</summary>
    public required int Utterances { get; init; }

    /// <summary>Hash of the training utterances: their names, lengths and phones, in their order.</summary>
    public required string DataHash { get; init; }

    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    /// <summary>Steps skipped.</summary>
    public required long Skipped { get; init; }

    /// <summary>Skipped steps that are not forgiven yet.</summary>
    public required double SkipsHeld { get; init; }

    /// <summary>The best measurement.</summary>
    public required BestSoFar Best { get; init; }

    /// <summary>The epoch under way.</summary>
    public required int Epoch { get; init; }

    /// <summary>Batches of the epoch that are done.</summary>
    public required int Position { get; init; }

    internal static CheckpointInfo From(SafeTensors file)
    {
        if (!file.Metadata.TryGetValue(Key, out string? json))
            throw Wrong(file, "this is no checkpoint of a training run");
        CheckpointInfo? info;
        try
        {
            info = JsonSerializer.Deserialize<CheckpointInfo>(json);
        }
        catch (JsonException e)
        {
            throw Wrong(file, $"the checkpoint's description is damaged: {e.Message}");
        }
        if (info?.Format != CurrentFormat)
            throw Wrong(file, $"the checkpoint has format {info?.Format}, and this program reads {CurrentFormat}");
        return info;
    }

    internal const string Key = "kouyin.checkpoint";

    /// <summary>What differs from a run that would go on from here; empty if nothing does.</summary>
    internal IEnumerable<string> Differences(CheckpointInfo other)
    {
        if (Recipe != other.Recipe && RecipeDifferences(Recipe, other.Recipe) is { Length: > 0 } recipe)
            yield return $"the recipe ({string.Join("; ", recipe)})";
        if (MelHash != other.MelHash)
            yield return $"the mel settings ({MelHash}, now {other.MelHash})";
        if (PhoneSetHash != other.PhoneSetHash)
            yield return $"the phone set ({PhoneSetHash}, now {other.PhoneSetHash})";
        if (!Speakers.SequenceEqual(other.Speakers))
            yield return $"the speakers ({Speakers.Count}, now {other.Speakers.Count})";
        if (Utterances != other.Utterances)
            yield return $"the training data ({Utterances} utterances, now {other.Utterances})";
        else if (DataHash != other.DataHash)
            yield return $"the training data (as many utterances, but others: {DataHash}, now {other.DataHash})";
        if (Shape != other.Shape)
            yield return $"the data's shape ({Shape}, now {other.Shape})";
    }

    // Read before they are compared, so that a run from before a key existed has its default.
    private static string[] RecipeDifferences(string before, string now) =>
    [
        .. ResolvedRecipe.Differences(
                WholeRecipe.Parse(before, "the checkpoint's recipe"), WholeRecipe.Parse(now, "the recipe"))
            .OrderBy(row => row.Key, StringComparer.Ordinal)
            .Select(row => $"{row.Key} {row.First ?? "none"}, now {row.Second ?? "none"}"),
    ];

    private static UserException Wrong(SafeTensors file, string what) =>
        new(what, file.Path, "give a checkpoint.safetensors that kouyin train wrote with this version");
}

/// <summary>Everything of a run that must come back for it to go on bit for bit.</summary>
/// <remarks>
/// Everything that is drawn comes from streams that start anew at each step, so the step alone brings them back.
/// </remarks>
/// <param name="Parts">Parameters, moments and averages.</param>
internal sealed record RunState(IReadOnlyList<LearningPart> Parts)
{
    /// <summary>What stands before the names of a part's tensors.</summary>
    public static string Prefix(string part) => part.Length == 0 ? "" : part + ".";

    public void Save(string path, CheckpointInfo info) => Writer(info).Save(path);

    /// <summary>A file with all of it, not yet written.</summary>
    public SafeTensorsWriter Writer(CheckpointInfo info)
    {
        SafeTensorsWriter writer = new();
        writer.AddMetadata(CheckpointInfo.Key, JsonSerializer.Serialize(info));
        foreach (LearningPart part in Parts)
        {
            string prefix = Prefix(part.Name);
            foreach (var (name, parameter) in part.Store.Parameters)
                writer.Add($"{prefix}model.{name}", parameter);
            foreach (var (name, moment) in part.Optimizer.State)
                writer.Add($"{prefix}optimizer.{name}", moment);
            foreach (var (name, average) in Averages(part))
                writer.Add($"{prefix}average.{name}", average);
            writer.Add($"{prefix}steps", [1], [part.Optimizer.Steps]);
        }
        return writer;
    }

    /// <summary>A hash of all weights and moments.</summary>
    public string Digest()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (LearningPart part in Parts)
        {
            foreach (Tensor tensor in part.Store.Parameters.Values.Concat(part.Optimizer.State.Select(m => m.Value)))
                hash.AppendData(MemoryMarshal.AsBytes<float>(tensor.ToArray()));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public void Load(SafeTensors file)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        foreach (LearningPart part in Parts)
        {
            string prefix = Prefix(part.Name);
            foreach (var (name, moment) in part.Optimizer.State)
                moment.CopyFrom(file.Read($"{prefix}optimizer.{name}"));
            foreach (var (name, average) in Averages(part))
                average.CopyFrom(file.Read($"{prefix}average.{name}"));
            part.Optimizer.Steps = file.Values<long>($"{prefix}steps")[0];
        }
    }

    private static IReadOnlyDictionary<string, Tensor> Averages(LearningPart part) =>
        part.Average?.Values ?? new Dictionary<string, Tensor>();
}
