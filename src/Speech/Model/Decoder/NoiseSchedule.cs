using Kouyin.Torch;

namespace Kouyin.Speech.Model.Decoder;

/// <summary>How fast noise comes in: beta(t) = first + (last - first) t.</summary>
/// <remarks>Popov et al. 2021, "Grad-TTS", section 2.2.</remarks>
/// <param name="First">beta(0).</param>
/// <param name="Last">beta(1).</param>
internal readonly record struct NoiseSchedule(double First, double Last)
{
    /// <summary>beta(t).</summary>
    public double Rate(double t) => First + (Last - First) * t;

    /// <summary>B(t), the integral of beta from 0 to t.</summary>
    /// <param name="t">Any shape, in [0, 1].</param>
    /// <returns>The same shape.</returns>
    public Tensor Total(Tensor t) => t * First + t * t * (0.5 * (Last - First));
}
