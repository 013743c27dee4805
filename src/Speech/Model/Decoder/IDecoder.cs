using Kouyin.Torch;

namespace Kouyin.Speech.Model.Decoder;

/// <summary>
/// The second half of the acoustic model: from the mean that the text gives to a mel that sounds real.
/// </summary>
public interface IDecoder
{
    /// <summary>The training loss, one number.</summary>
    /// <param name="mel">The real mel, [B, T, M].</param>
    /// <param name="mean">What the text says of it, [B, T, M]. Gradients reach it.</param>
    /// <param name="mask">1 on real frames and 0 on padding, [B, T, 1].</param>
    /// <param name="conditions">Who speaks and in which accent.</param>
    /// <param name="random">Draws the points in time and the noise.</param>
    /// <returns>[], the mean over real frames and bands.</returns>
    Tensor Loss(Tensor mel, Tensor mean, Tensor mask, Conditions conditions, Generator random);

    /// <summary>Draws a mel. Call it without gradients.</summary>
    /// <param name="mean">What the text says of it, [B, T, M].</param>
    /// <param name="mask">1 on real frames and 0 on padding, [B, T, 1].</param>
    /// <param name="conditions">Who speaks and in which accent.</param>
    /// <param name="options">How.</param>
    /// <param name="random">Draws the noise.</param>
    /// <returns>[B, T, M], zero on padding.</returns>
    Tensor Sample(Tensor mean, Tensor mask, Conditions conditions, SampleOptions options, Generator random);
}

/// <summary>Which equation a sampler follows from noise to mel.</summary>
public enum Sampler
{
    /// <summary>The deterministic one, by Euler's rule: the noise at the start decides all.</summary>
    Euler,

    /// <summary>The stochastic one, by Euler and Maruyama's rule: noise is drawn at every step.</summary>
    Sde,
}

/// <summary>How to draw a mel.</summary>
public sealed record SampleOptions
{
    /// <summary>Steps from noise to mel, from 1.</summary>
    public int Steps { get; init; } = 10;

    /// <summary>
    /// Standard deviation of the noise at the start, from 0: more gives more variety, less gives a smoother voice. It
    /// multiplies the noise. Grad-TTS's option of this name divides it: its 1.5 is 1/1.5 here.
    /// </summary>
    public double Temperature { get; init; } = 1 / 1.5;

    /// <summary>
    /// How much of the way flow1d is spared, in [0, 1): it starts so far along, from the mean with that much less noise
    /// on it. What is understood of the mean stays; its texture is what the rest of the way adds. Score2d's noise lies
    /// around the mean anyway, so it has no such choice.
    /// </summary>
    /// <remarks>Liu et al. 2022, "DiffSinger", section 3.2; Meng et al. 2022, "SDEdit".</remarks>
    public double HeadStart { get; init; }

    /// <summary>The equation to follow.</summary>
    public Sampler Sampler { get; init; } = Sampler.Euler;
}
