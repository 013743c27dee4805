using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Model.Vocoder.Harmonic;

/// <summary>How far each frequency belongs to where a voice is all harmonics and a mel tells them apart.</summary>
internal static class TonalShare
{
    private const double TonalHz = 1000, FreeHz = 2000;

    /// <summary>Shares of bins: 1 up to 1 kHz, 0 from 2 kHz on, [N/2 + 1].</summary>
    public static float[] Of(MelConfig mel) => [.. Enumerable.Range(0, mel.FftSize / 2 + 1).Select(bin =>
        (float)Math.Clamp((FreeHz - bin * (double)mel.SampleRate / mel.FftSize) / (FreeHz - TonalHz), 0, 1))];
}
