namespace Kouyin.Speech.Data;

/// <summary>How far a long piece of work is.</summary>
/// <param name="Done">Items done, refused ones included.</param>
/// <param name="Total">Items in all.</param>
/// <param name="SoundSeconds">Length of the sound among them.</param>
public readonly record struct WorkDone(int Done, int Total, double SoundSeconds);

/// <summary>
/// Corpora to prepared data: every sound decoded, resampled and analysed once, every transcript turned into phones.
/// </summary>
public static class Preparation
{
    /// <summary>Utterances of a shard: what is done again after a kill, a few seconds' work.</summary>
    internal const int ShardUtterances = 256;

    /// <summary>Prepares the corpora into a folder, which appears complete or not at all.</summary>
    /// <remarks>
    /// Until then the work is in a folder of the same name and <c>.partial</c>; when it was stopped, the same call goes
    /// on with the shard that was being made. What is prepared already, of the same corpora and options, is left as it
    /// is.
    /// </remarks>
    /// <param name="options">What to prepare, and how.</param>
    /// <param name="folder">The folder to make.</param>
    /// <param name="progress">Told after every utterance.</param>
    /// <param name="cancel">Stops the work; what is done so far is kept for going on.</param>
    /// <returns>What the folder holds.</returns>
    /// <exception cref="UserException">A corpus, an option or the folder is at fault, or no utterance is
    /// usable.</exception>
    public static PreparedInfo Run(
        PreparationOptions options, string folder, IProgress<WorkDone>? progress = null,
        CancellationToken cancel = default)
    {
        PreparationPlan plan = PreparationPlan.Of(options);
        return PreparedWriter.IsDone(folder, plan)
            ? PreparedInfo.Load(folder)
            : AtomicFolder.GoOn(folder, PreparedInfo.FileName, options.Overwrite, partial =>
            {
                using PreparedWriter writer = new(partial, plan);
                Prepare(plan, writer, progress, cancel);
                return writer.Finish();
            });
    }

    private static void Prepare(
        PreparationPlan plan, PreparedWriter writer, IProgress<WorkDone>? progress, CancellationToken cancel)
    {
        UtterancePreparer preparer = new(plan.Options);
        Tally tally = new(plan.Items.Count, progress);
        tally.Skip(Math.Min(writer.Shards * ShardUtterances, plan.Items.Count));
        PreparedItem[] shard = new PreparedItem[ShardUtterances];
        for (int first = writer.Shards * ShardUtterances; first < plan.Items.Count; first += ShardUtterances)
        {
            int start = first, count = Math.Min(ShardUtterances, plan.Items.Count - first);
            ParallelWork.For(count, plan.Options.Workers, i =>
            {
                PreparationPlan.Planned planned = plan.Items[start + i];
                shard[i] = planned.Refusal is null
                    ? preparer.Prepare(planned.Recording)
                    : PreparedItem.Refused(planned.Refusal);
                tally.Add(shard[i].Utterance is { } made ? (double)made.Samples / plan.Options.Mel.SampleRate : 0);
            }, cancel);
            writer.Append(shard.Take(count));
        }
    }
}
