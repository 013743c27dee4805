using Kouyin.Torch;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Training;

/// <summary>
/// How every learner takes a step: gradients of all portions, their finiteness, their limits, the optimizers, the
/// averages of weights. A step whose losses or gradients are no finite numbers changes nothing.
/// </summary>
/// <remarks>
/// Dropout and noise are drawn from streams that start anew at each portion, from the recipe's seed, the step and the
/// portion's number: what is drawn does not depend on which process does it, nor on what was skipped before.
/// </remarks>
internal sealed class GradientStep(Recipe recipe, Device device) : IDisposable
{
    private static readonly int Units = Enum.GetValues<LossUnit>().Length;

    private readonly Generator _noise = new(0, device);

    /// <summary>Takes a step.</summary>
    /// <param name="parts">What learns from these losses.</param>
    /// <param name="batches">This process's portions of the step's batch.</param>
    /// <param name="step">Which, from 1.</param>
    /// <param name="losses">The losses of a portion, always as many; the generator draws its noise.</param>
    public StepOutcome Take(
        IReadOnlyList<LearningPart> parts, IReadOnlyList<LearningBatch> batches, long step,
        Func<LearningBatch, Generator, LossTerm[]> losses)
    {
        if (batches.Where(batch => batch.Problem is not null).ToArray() is { Length: > 0 } wrong)
            return new([], [], new(string.Join("; ", wrong.Select(batch => batch.Problem)), wrong));
        foreach (LearningPart part in parts)
            part.Store.ClearGradients();
        double[] counts = [.. Enumerable.Range(0, Units).Select(unit => batches.Sum(b => b.Count((LossUnit)unit)))];
        Tensor[] values = [.. batches.Select(batch => Backward(parts, batch, step, counts, losses))];
        Module[] modules = [.. parts.SelectMany(part => part.Modules)];
        Tensor[] norms = Array.ConvertAll(modules, module => GradientClip.Norm(module.Parameters));
        StepOutcome outcome = Read(batches, values, modules, norms);
        if (outcome.Skipped is null)
            Apply(parts, modules, outcome.Norms, step);
        return outcome;
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
    private static StepOutcome Read(
        IReadOnlyList<LearningBatch> batches, Tensor[] values, Module[] modules, Tensor[] norms)
    {
        using TensorScope scope = new();
        Device device = values[0].Device;
        double[] all = Array.ConvertAll(
            Tensor.Cat(0, [.. values, .. norms.Select(norm => norm.To(device).Reshape(1))]).ToArray(), v => (double)v);
        int kinds = (int)values[0].Count;
        double[][] perBatch = [.. all[..^norms.Length].Chunk(kinds)];
        double[] losses = [.. Enumerable.Range(0, kinds).Select(kind => perBatch.Sum(of => of[kind]))];
        double[] read = all[^norms.Length..];
        if (all.All(double.IsFinite))
            return new(losses, read, null);
        LearningBatch[] guilty = [.. batches.Where((_, k) => !perBatch[k].All(double.IsFinite))];
        string reason = guilty.Length > 0
            ? "a loss is no finite number"
            : "no finite number is the gradient of "
                + string.Join(", ", modules.Zip(read).Where(m => !double.IsFinite(m.Second)).Select(m => m.First.Name));
        return new(losses, read, new(reason, guilty.Length > 0 ? guilty : batches));
    }

    private void Apply(
        IReadOnlyList<LearningPart> parts, Module[] modules, IReadOnlyList<double> norms, long step)
    {
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

/// <summary>Portions of which a step could not learn.</summary>
/// <param name="Reason">In words.</param>
/// <param name="Batches">Those whose fault it is, as far as can be told.</param>
internal sealed record SkippedBatches(string Reason, IReadOnlyList<LearningBatch> Batches);
