namespace Kouyin.Speech.Evaluation;

/// <summary>
/// Another microphone, line and room, laid on a mel: an equalizer, limits of the band, noise and reverberation.
/// </summary>
/// <remarks>
/// Laid on log mels rather than on samples, since judges in training need thousands: powers of bands add up as those
/// of independent sounds do. Bands are those of a 22.05 kHz mel, whose values are natural logarithms of magnitudes.
/// </remarks>
internal sealed class MelChannel
{
    private const int Waves = 4;
    private const float Slope = 0.8f; // a band's loss beyond the limit, for each band
    private const float MostLoss = 6;

    private readonly float[] _gains;
    private readonly float[] _noise;
    private readonly float _tail, _fall;

    /// <summary>Draws a channel.</summary>
    /// <param name="bands">M.</param>
    /// <param name="random">Decides it.</param>
    public MelChannel(int bands, Random random)
    {
        _gains = Gains(bands, random);
        double level = -2.5 - 4 * random.NextDouble(), tilt = 2 * random.NextDouble(); // 22 to 56 dB under the loudest
        _noise = [.. Enumerable.Range(0, bands).Select(band => (float)(level - tilt * band / bands))];
        bool room = random.NextDouble() < 0.5;
        _tail = room ? (float)(0.05 + 0.25 * random.NextDouble()) : 0;
        _fall = (float)Math.Exp(-13.8 * 0.0116 / (0.15 + 0.45 * random.NextDouble())); // -60 dB of power in so long
    }

    /// <summary>Lays it on a mel, in place.</summary>
    /// <param name="mel">[T, M].</param>
    public void Apply(Span<float> mel)
    {
        int bands = _gains.Length;
        float loudest = float.NegativeInfinity;
        foreach (float value in mel)
            loudest = Math.Max(loudest, value);
        Span<float> tails = stackalloc float[bands];
        for (int k = 0; k < mel.Length; k++)
        {
            int band = k % bands;
            float power = MathF.Exp(2 * (mel[k] + _gains[band])), noise = MathF.Exp(2 * (loudest + _noise[band]));
            mel[k] = 0.5f * MathF.Log(power + _tail * tails[band] + noise + 1e-10f);
            tails[band] = _fall * (tails[band] + power);
        }
    }

    private static float[] Gains(int bands, Random random)
    {
        float[] gains = new float[bands];
        for (int wave = 1; wave <= Waves; wave++)
        {
            double height = (2 * random.NextDouble() - 1) / Math.Sqrt(wave), phase = 2 * Math.PI * random.NextDouble();
            for (int band = 0; band < bands; band++)
                gains[band] += (float)(height * Math.Cos(Math.PI * wave * band / bands + phase));
        }
        bool narrow = random.NextDouble() < 0.3;
        int low = narrow ? random.Next(bands / 8) : 0;
        int high = narrow ? bands - 1 - random.Next(bands / 8) : bands - 1; // sibilants stay: accents need them
        for (int band = 0; band < bands; band++)
            gains[band] -= Math.Min(MostLoss, Slope * Math.Max(0, Math.Max(low - band, band - high)));
        return gains;
    }
}
