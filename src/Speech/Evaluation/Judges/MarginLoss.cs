using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>Teaches vectors to lie near their class's and, by a margin, away from all others.</summary>
/// <remarks>
/// Deng et al. 2019, "ArcFace", equation 3 (AAM-softmax): cos(angle + m) for the right class, all scaled by s. The
/// classes' vectors are needed while training only.
/// </remarks>
/// <param name="p">Where <c>classes</c>, [K, E], lies.</param>
/// <param name="classes">K.</param>
/// <param name="width">E.</param>
public sealed class MarginLoss(Params p, int classes, int width)
{
    private const double Margin = 0.2, Scale = 30, Least = 1e-6;

    private readonly Tensor _classes = p.Get("classes", [classes, width], Start.Normal(1));

    /// <summary>The mean loss.</summary>
    /// <param name="vectors">[B, E], of any length.</param>
    /// <param name="labels">[B], from 0 to K - 1.</param>
    public Tensor Of(Tensor vectors, IReadOnlyList<int> labels)
    {
        Tensor cosines = Unit(vectors).Matmul(Unit(_classes).Transpose(0, 1)); // [B, K]
        float[] right = new float[labels.Count * classes];
        for (int item = 0; item < labels.Count; item++)
            right[item * classes + labels[item]] = 1;
        Tensor mine = Tensor.From<float>(right, labels.Count, classes);
        Tensor sines = (1 - cosines.Square()).Clamp(Least).Sqrt();
        Tensor narrowed = cosines * Math.Cos(Margin) - sines * Math.Sin(Margin);
        Tensor logits = (cosines + (narrowed - cosines) * mine) * Scale;
        return -(logits.LogSoftmax(-1) * mine).Sum() / labels.Count;
    }

    /// <summary>Vectors of length 1.</summary>
    /// <param name="x">[..., E].</param>
    internal static Tensor Unit(Tensor x) => x / x.Square().Sum(-1, keep: true).Clamp(Least).Sqrt();
}
