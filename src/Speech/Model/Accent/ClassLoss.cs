using Kouyin.Torch;

namespace Kouyin.Speech.Model.Accent;

/// <summary>How far log-probabilities are from the right classes.</summary>
/// <param name="Smoothing">Share of the aim that all classes get alike, in [0, 1).</param>
/// <param name="FocalGamma">0, or at least 1: how much less what is known already counts.</param>
public sealed record ClassLoss(double Smoothing = 0, double FocalGamma = 0)
{
    /// <summary>Cross-entropy, or with a gamma the focal loss, of each item.</summary>
    /// <remarks>Lin et al. 2017, "Focal loss", equation 4; Szegedy et al. 2016, section 7, for the smoothing.</remarks>
    /// <param name="logProbabilities">[N, K].</param>
    /// <param name="classes">[N], int64.</param>
    /// <returns>[N].</returns>
    public Tensor Of(Tensor logProbabilities, Tensor classes)
    {
        var (_, count) = logProbabilities.Sizes2("[N, K]");
        Tensor aim = OneHot(classes, count) * (1 - Smoothing) + Smoothing / count;
        Tensor surprise = -aim * logProbabilities;
        if (FocalGamma > 0)
            surprise = surprise * (1 - logProbabilities.Exp()).Clamp(min: 0).Pow(FocalGamma);
        return surprise.Sum(1);
    }

    /// <summary>1 at each item's class and 0 elsewhere.</summary>
    /// <param name="classes">[N], int64.</param>
    /// <param name="count">K.</param>
    /// <returns>[N, K].</returns>
    internal static Tensor OneHot(Tensor classes, int count) =>
        Tensor.Arange(count, device: classes.Device).Unsqueeze(0).EqualTo(classes.Unsqueeze(1)).To(DType.Float32);
}
