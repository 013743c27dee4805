using System.Globalization;
using System.Text.Json;
using Kouyin.Torch;

namespace Kouyin.Speech.Training;

/// <summary>
/// What a skipped step met, for <c>kouyin train --replay</c>: a checkpoint of the weights that it met it with, and the
/// portions' tensors. A small JSON file beside it names the utterances.
/// </summary>
/// <param name="Step">Which step, from 1.</param>
/// <param name="Reason">In words.</param>
/// <param name="Portions">The portions.</param>
internal sealed record SkippedDump(long Step, string Reason, IReadOnlyList<DumpedPortion> Portions)
{
    private const string Key = "kouyin.skipped";
    private const int Largest = 3; // of a run's process: each is as large as a checkpoint
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    /// <summary>Writes a dump into the run's folder, unless there are enough already.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="rank">Which of the run's processes this is.</param>
    /// <param name="state">Weights and moments as they are.</param>
    /// <param name="info">The run's.</param>
    /// <param name="batches">This process's portions that it is about.</param>
    /// <returns>The file; empty where none was written.</returns>
    public string Write(
        string folder, int rank, RunState state, CheckpointInfo info, IReadOnlyList<LearningBatch> batches)
    {
        string dumps = Path.Combine(folder, "skipped");
        Directory.CreateDirectory(dumps);
        if (Portions.Count == 0 || Directory.GetFiles(dumps, $"*-{rank}.safetensors").Length >= Largest)
            return "";
        string path = Path.Combine(
            dumps, string.Create(CultureInfo.InvariantCulture, $"step-{Step:D8}-{rank}.safetensors"));
        SafeTensorsWriter writer = state.Writer(info);
        writer.AddMetadata(Key, JsonSerializer.Serialize(this));
        foreach (LearningBatch batch in batches)
        {
            foreach (var (name, tensor) in BatchTensors.Of(batch, Prefix(batch.Portion)))
                writer.Add(name, tensor);
        }
        writer.Save(path);
        AtomicFile.Write(Path.ChangeExtension(path, ".json"), to => JsonSerializer.Serialize(to, this, Readable));
        return path;
    }

    /// <summary>What a dump says of itself.</summary>
    /// <exception cref="UserException">The file is none.</exception>
    public static SkippedDump From(SafeTensors file) => file.Metadata.TryGetValue(Key, out string? json)
        ? JsonSerializer.Deserialize<SkippedDump>(json)!
        : throw new UserException(
            "this is no dump of a skipped step", file.Path, "give a file of the folder skipped/ of a run");

    /// <summary>Puts the dump's numbers in the place of those that were built anew.</summary>
    /// <exception cref="UserException">They have another shape: the data was changed.</exception>
    public static void Restore(SafeTensors file, LearningBatch batch)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        foreach (var (name, tensor) in BatchTensors.Of(batch, Prefix(batch.Portion)))
        {
            if (!file.Contains(name) || !file[name].Shape.SequenceEqual(tensor.Shape))
            {
                throw new UserException(
                    $"the data gives another {name} than the step met", file.Path,
                    "give the data with which the run was made");
            }
            tensor.CopyFrom(file.Read(name));
        }
    }

    private static string Prefix(int portion) =>
        string.Create(CultureInfo.InvariantCulture, $"portion.{portion}.");
}

/// <summary>A portion that a step could not learn from.</summary>
/// <param name="Portion">Which of the step's.</param>
/// <param name="Utterances">Indices into the data's utterances.</param>
/// <param name="Ids">Their names.</param>
internal sealed record DumpedPortion(int Portion, IReadOnlyList<int> Utterances, IReadOnlyList<string> Ids);
