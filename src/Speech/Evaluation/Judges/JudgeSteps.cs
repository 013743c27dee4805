using Kouyin.Torch;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>The training that all judges share: AdamW, a rate that rises and falls, clipped gradients.</summary>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="LearningRate">Highest step size.</param>
/// <param name="WeightDecay">AdamW's.</param>
internal sealed record JudgeSteps(int Steps, double LearningRate, double WeightDecay = 0.01)
{
    private const double ClipNorm = 5, Beta2 = 0.98;

    /// <summary>Takes the steps.</summary>
    /// <param name="store">What is trained.</param>
    /// <param name="every">Report after every so many steps, and after the last.</param>
    /// <param name="loss">The loss of a new batch.</param>
    /// <param name="report">Told the step and the mean loss since the last report.</param>
    /// <param name="cancel">Stops between two steps.</param>
    public void Run(
        ParameterStore store, int every, Func<Tensor> loss, Action<int, double> report, CancellationToken cancel)
    {
        using Adam adam = new(store.Parameters, new()
        {
            LearningRate = LearningRate, Beta2 = Beta2, WeightDecay = WeightDecay,
        });
        (double sum, int count) = (0, 0);
        for (int step = 1; step <= Steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            using (new TensorScope())
                sum += Step(store, adam, loss, Schedule(step - 1, Steps));
            count++;
            if (step % every != 0 && step != Steps)
                continue;
            report(step, sum / count);
            (sum, count) = (0, 0);
        }
    }

    private static double Step(ParameterStore store, Adam adam, Func<Tensor> loss, double rate)
    {
        store.Training = true;
        store.ClearGradients();
        Tensor value = loss();
        value.Backward();
        if (!double.IsFinite(GradientClip.ToNorm(store.Parameters.Values, ClipNorm)))
            throw new TorchException("the gradient is not finite");
        adam.Step(rate);
        store.Training = false;
        return value.Item();
    }

    /// <summary>The factor on the step size: up linearly over a twentieth of the steps, then down a cosine.</summary>
    internal static double Schedule(int step, int steps)
    {
        double warmUp = Math.Max(1, steps / 20.0);
        return step < warmUp
            ? (step + 1) / (warmUp + 1)
            : 0.5 + 0.5 * Math.Cos(Math.PI * (step - warmUp) / (steps - warmUp));
    }
}
