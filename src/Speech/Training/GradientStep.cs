using System.Globalization;
using Kouyin.Torch;
using Kouyin.Torch.Distributed;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Training;

/// <summary>
/// How every learner takes a step: gradients of all portions, their finiteness, their limits, the optimizers, the
/// averages of weights. A step whose losses or gradients are no finite numbers changes nothing.
/// </summary>
/// <remarks>
/// Dropout and noise are drawn from streams that start anew at each portion, from the recipe's seed, the step and the
/// portion's number: what is drawn does not depend on which process does it, nor on what was skipped before. Whether a
/// step is skipped is decided from sums over all processes, so all decide the same.
/// </remarks>
/// <param name="recipe">The seed, the limits, the schedule.</param>
/// <param name="all">All parts of the learner.</param>
/// <param name="group">Those who share the step, or null.</param>
internal sealed class GradientStep(Recipe recipe, IReadOnlyList<LearningPart> all, ProcessGroup? group) : IDisposable
{
    private static readonly int ProblemCount = Enum.GetValues<LossUnit>().Length; // stands after the units

    private readonly Generator _noise = new(0, all[0].Store.Device);

    /// <summary>Takes a step.</summary>
    /// <param name="parts">What learns from these losses.</param>
    /// <param name="batches">This process's portions of the step's batch.</param>
    /// <param name="step">Which, from 1.</param>
    /// <param name="learn">Whether weights change; else only losses and gradients come of it.</param>
    /// <param name="losses">The losses of a portion, always as many; the generator draws its noise.</param>
    public StepOutcome Take(
        IReadOnlyList<LearningPart> parts, IReadOnlyList<LearningBatch> batches, long step, bool learn,
        Func<LearningBatch, Generator, LossTerm[]> losses)
    {
        double[] counts = Counts(batches);
        if (counts[ProblemCount] > 0)
            return Skip([], [], "", [.. batches.Where(batch => batch.Problem is not null)], batches);

        foreach (LearningPart part in parts)
            part.Store.ClearGradients();
        Tensor[] values = new Tensor[batches.Count];
        GradientSum? sum =
            group is null && batches.Count == 1 ? null : new([.. parts.SelectMany(part => part.Learning)]);
        Statistics statistics = new(all);
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = Backward(parts, batches[k], step, counts, losses);
            sum?.Take();
            statistics.Take();
        }
        sum?.Give(group);
        Module[] modules = [.. parts.SelectMany(part => part.Modules)];
        Tensor[] norms = Array.ConvertAll(modules, module => GradientClip.Norm(module.Parameters));
        StepOutcome outcome = Read(batches, values, modules, norms);
        if (learn && outcome.Skipped is null)
        {
            Apply(parts, modules, outcome.Norms, step);
            statistics.Give(group);
        }
        return outcome;
    }

    /// <summary>Units of every kind in the whole batch, and portions of which nothing can be learnt.</summary>
    private double[] Counts(IReadOnlyList<LearningBatch> batches)
    {
        double[] counts = new double[ProblemCount + 1];
        foreach (LearningBatch batch in batches)
        {
            for (int unit = 0; unit < ProblemCount; unit++)
                counts[unit] += batch.Count((LossUnit)unit);
            counts[ProblemCount] += batch.Problem is null ? 0 : 1;
        }
        group?.Sum(counts);
        return counts;
    }

    /// <inheritdoc/>
    public void Dispose() => _noise.Dispose();

    /// <summary>Adds a portion's gradients, weighted by its share of the whole.</summary>
    /// <returns>Its losses times those shares: summed over the portions, the losses of the whole.</returns>
    private Tensor Backward(
        IReadOnlyList<LearningPart> parts, LearningBatch batch, long step, double[] counts,
        Func<LearningBatch, Generator, LossTerm[]> losses)
    {
        using TensorScope scope = new();
        _noise.Seed(StreamSeed(step, batch.Portion, 0));
        for (int k = 0; k < parts.Count; k++)
            parts[k].Store.Random.Seed(StreamSeed(step, batch.Portion, k + 1));
        LossTerm[] terms = losses(batch, _noise);
        double[] shares = Array.ConvertAll(
            terms, term => batch.Count(term.MeanOver) / Math.Max(counts[(int)term.MeanOver], double.Epsilon));
        Tensor? total = null;
        foreach (var (term, share) in terms.Zip(shares).Where(t => t.First.Weight != 0))
        {
            Tensor weighted = term.Value * (term.Weight * share);
            total = total is null ? weighted : total + weighted;
        }
        using (Stages.Enter("backward"))
            total?.Backward();
        using NoGrad noGrad = new();
        return scope.Keep(Tensor.Stack(
            0, [.. terms.Zip(shares, (term, share) => term.Value.StopGradient() * share)]));
    }

    /// <summary>Waits for the device, once, and judges what came out.</summary>
    /// <param name="batches">The portions.</param>
    /// <param name="values">The losses of each, weighted, [K].</param>
    /// <param name="modules">What is clipped together.</param>
    /// <param name="norms">Norms of their gradients, [].</param>
    private StepOutcome Read(
        IReadOnlyList<LearningBatch> batches, Tensor[] values, Module[] modules, Tensor[] norms)
    {
        using TensorScope scope = new();
        Device device = values[0].Device;
        double[] all = Array.ConvertAll(
            Tensor.Cat(0, [.. values, .. norms.Select(norm => norm.To(device).Reshape(1))]).ToArray(), v => (double)v);
        int kinds = (int)values[0].Count;
        double[][] perBatch = [.. all[..^norms.Length].Chunk(kinds)];
        double[] losses = [.. Enumerable.Range(0, kinds).Select(kind => perBatch.Sum(of => of[kind]))];
        group?.Sum(losses);
        double[] read = all[^norms.Length..];
        if (losses.All(double.IsFinite) && read.All(double.IsFinite))
            return new(losses, read, null);
        LearningBatch[] guilty = [.. batches.Where((_, k) => !perBatch[k].All(double.IsFinite))];
        string reason = losses.All(double.IsFinite)
            ? "no finite number is the gradient of "
                + string.Join(", ", modules.Zip(read).Where(m => !double.IsFinite(m.Second)).Select(m => m.First.Name))
            : "a loss is no finite number";
        return Skip(losses, read, reason, guilty, batches);
    }

    /// <summary>Tells all processes whose fault it is that nothing is learnt.</summary>
    private StepOutcome Skip(
        double[] losses, double[] norms, string reason, LearningBatch[] guilty, IReadOnlyList<LearningBatch> batches)
    {
        string[] problems = Gather(string.Join("; ", guilty.Select(batch => batch.Problem).OfType<string>()));
        int[] known = Numbers(Gather(string.Join(' ', guilty.SelectMany(batch => batch.Utterances))));
        if (known.Length == 0)
        {
            known = Numbers(Gather(string.Join(' ', batches.SelectMany(batch => batch.Utterances))));
            guilty = [.. batches];
        }
        string why = string.Join("; ", problems.Append(reason).Where(text => text.Length > 0));
        return new(losses, norms, new(why, known, guilty));
    }

    private string[] Gather(string text) => group?.Gather(text) ?? [text];

    private static int[] Numbers(string[] texts) =>
    [
        .. texts.SelectMany(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(number => int.Parse(number, CultureInfo.InvariantCulture)),
    ];

    private void Apply(
        IReadOnlyList<LearningPart> parts, Module[] modules, IReadOnlyList<double> norms, long step)
    {
        using Stage stage = Stages.Enter("optimizer");
        foreach (var (module, norm) in modules.Zip(norms))
            GradientClip.ToNorm(module.Parameters, norm, recipe.GradientLimit);
        foreach (LearningPart part in parts)
        {
            part.Optimizer.Step(recipe.RateAt(step));
            part.Average?.Update(step);
        }
    }

    private ulong StreamSeed(long step, int portion, int stream) => SplitMix(
        SplitMix(SplitMix((ulong)recipe.Seed, (ulong)step), (ulong)portion), (ulong)stream);

    /// <summary>One number of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    private static ulong SplitMix(ulong seed, ulong index)
    {
        ulong z = seed + (index + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>What a step came to.</summary>
/// <param name="Losses">Of the whole batch, in the order of the terms.</param>
/// <param name="Norms">Norms of gradients before clipping, module by module of the parts.</param>
/// <param name="Skipped">Why nothing was changed, or null.</param>
internal sealed record StepOutcome(double[] Losses, double[] Norms, SkippedBatches? Skipped);

/// <summary>Why a step changed nothing.</summary>
/// <param name="Reason">In words.</param>
/// <param name="Utterances">Of whichever process whose fault it is, as far as can be told.</param>
/// <param name="Batches">This process's portions among them.</param>
internal sealed record SkippedBatches(
    string Reason, IReadOnlyList<int> Utterances, IReadOnlyList<LearningBatch> Batches);
