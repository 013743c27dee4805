using Kouyin.Torch;

namespace Kouyin.Speech.Model.Decoder;

/// <summary>A point in time as waves of many lengths, from which a network reads it easily.</summary>
/// <remarks>Vaswani et al. 2017, section 3.5, with the constants of Grad-TTS.</remarks>
public static class TimeWaves
{
    private const double Scale = 1000;

    /// <summary>[sin(1000 t r_k), cos(1000 t r_k)] with r_k = 10000^(-k / (W/2 - 1)).</summary>
    /// <param name="t">Points in [0, 1], [B].</param>
    /// <param name="width">W, even.</param>
    /// <returns>[B, W].</returns>
    public static Tensor Of(Tensor t, int width)
    {
        int half = width / 2;
        float[] rates = [.. Enumerable.Range(0, half)
            .Select(k => (float)(Scale * Math.Exp(-k * Math.Log(10000) / (half - 1))))];
        Tensor angle = t.Unsqueeze(1) * Tensor.From<float>(rates, half).To(t.Device); // [B, W/2]
        return Tensor.Cat(1, angle.Sin(), angle.Cos());
    }
}
