using Kouyin.Speech.Audio;
using Kouyin.Speech.Model.Vocoder.Harmonic;
using Kouyin.Speech.Tests.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Model.Vocoder;

/// <summary>What holds whatever the weights are: those here are fresh, or fresh and shaken.</summary>
public sealed class HarmonicVocoderTests
{
    private static readonly HarmonicConfig Small = new()
    {
        Width = 12, Hidden = 16, Blocks = 2, PitchWidth = 8, PitchHidden = 8, PitchBlocks = 2, Kernel = 5,
    };

    [Theory]
    [InlineData("natural22k", 1)]
    [InlineData("natural22k", 7)]
    [InlineData("natural22k", 64)]
    [InlineData("log16k", 13)]
    public void A_sound_made_in_pieces_is_the_sound_made_at_once(string profile, int pieceFrames)
    {
        using HarmonicVocoder vocoder = Vocoder(MelConfig.Profiles[profile], shake: 0.3f);
        float[] mel = Speechlike(vocoder.Mel, frames: 150);

        HarmonicStream stream = new(vocoder);
        List<float> pieces = [];
        foreach (float[] rows in mel.Chunk(pieceFrames * vocoder.Mel.Bands))
            pieces.AddRange(stream.Next(rows));
        pieces.AddRange(stream.End());

        float[] whole = vocoder.Samples(mel);
        Assert.Equal(150 * vocoder.Mel.HopSamples, whole.Length);
        Assert.Equal(whole.Length, pieces.Count);
        Assert.Contains(whole, sample => Math.Abs(sample) > 0.01f);
        Assert.True(whole.Zip(pieces, (a, b) => Math.Abs(a - b)).Max() < 1e-4);
    }

    [Fact]
    public void A_stream_gives_sound_before_the_mel_ends()
    {
        using HarmonicVocoder vocoder = Vocoder(MelConfig.Natural22k, shake: 0.3f);

        float[][] pieces = [.. vocoder.Pieces(Speechlike(vocoder.Mel, frames: 200))];

        Assert.True(pieces.Length >= 3);
        Assert.Equal(200 * 256, pieces.Sum(piece => piece.Length));
        // What networks and correction see ahead, and the windows of both.
        int behind = vocoder.Info.Config.AheadFrames + MelCorrection.Reach(vocoder.Mel) + 6;
        Assert.True(pieces[0].Length >= (64 - behind) * 256, $"{pieces[0].Length} samples of 64 frames");
    }

    [Theory]
    [InlineData("natural22k")]
    [InlineData("log16k")]
    public void Untrained_it_already_gives_noise_its_level(string profile)
    {
        MelConfig config = MelConfig.Profiles[profile];
        float[] noise = Tones.Noise(config.SampleRate, seed: 3, amplitude: 0.2);
        using HarmonicVocoder vocoder = Vocoder(config);

        float[] samples = vocoder.Samples(new MelSpectrogram(config).Compute(noise));

        double ratio = Level(samples[4096..^4096]) / Level(noise[4096..^4096]);
        Assert.InRange(20 * Math.Log10(ratio), -2, 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Where_a_voice_sounds_noise_stays_under_its_low_harmonics(int voiced)
    {
        using TensorScope scope = new();
        using HarmonicVocoder vocoder = Vocoder(MelConfig.Natural22k, shake: 3);
        Tensor mel = Tensor.From<float>(Speechlike(vocoder.Mel, 20), 1, 20, 80);

        FrameFilter filter = vocoder.Network.Filter(mel, Tensor.Full([1, 20], 0.2), Tensor.Full([1, 20], voiced));

        Tensor above = filter.Noise - new MelEnvelope(vocoder.Mel).Of(mel);
        double low = above.Slice(2, 0, 46).Max().Item(), high = above.Slice(2, 100).Max().Item(); // bins of 21.5 Hz
        Assert.InRange(high, Math.Log(0.2) + 0.1, double.MaxValue);
        Assert.InRange(low, double.MinValue, voiced == 1 ? Math.Log(0.2) + 1e-4 : double.MaxValue);
    }

    [Fact]
    public void Silence_stays_silent_and_nothing_stays_nothing()
    {
        using HarmonicVocoder vocoder = Vocoder(MelConfig.Natural22k);
        float[] silence = new MelSpectrogram(MelConfig.Natural22k).Compute(new float[9000]);

        Assert.All(vocoder.Samples(silence), sample => Assert.InRange(sample, -2e-3f, 2e-3f));
        Assert.Empty(vocoder.Samples([]));
        Assert.Equal(256, vocoder.Samples(silence.AsSpan(0, 80)).Length);
    }

    [Fact]
    public void What_is_no_number_or_far_too_loud_gives_sound_within_full_scale()
    {
        using HarmonicVocoder vocoder = Vocoder(MelConfig.Natural22k, shake: 0.3f);
        float[] mel = Speechlike(vocoder.Mel, frames: 60);
        mel[500] = float.NaN;
        mel[1500] = float.PositiveInfinity;
        mel[2500] = float.NegativeInfinity;
        mel.AsSpan(3200, 800).Fill(100);

        float[] samples = vocoder.Samples(mel);

        Assert.All(samples, sample => Assert.InRange(sample, -1, 1));
    }

    [Fact]
    public void A_minute_is_made_in_blocks_and_has_no_offset()
    {
        using HarmonicVocoder vocoder = Vocoder(MelConfig.Natural22k, shake: 0.1f);
        float[] mel = Speechlike(vocoder.Mel, frames: 5168);

        float[] samples = vocoder.Samples(mel);

        Assert.Equal(5168 * 256, samples.Length);
        Assert.InRange(samples.Average(), -1e-4, 1e-4);
    }

    [Fact]
    public void Gradients_reach_every_parameter()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        HarmonicNetwork network = new(store.Root, Small, MelConfig.Natural22k);
        Shake(store, 0.3f);
        Tensor mel = Tensor.From<float>(Speechlike(MelConfig.Natural22k, 20), 1, 20, 80);
        using Generator random = new(2);
        Tensor noise = Tensor.Randn([1, 19 * 256 + 1024], random), pulses = Tensor.Randn([1, 19 * 256 + 1024], random);

        MelPitch pitch = network.Pitch(mel);
        FrameFilter filter = network.Filter(mel, Tensor.Full([1, 20], 0.2), Tensor.Full([1, 20], 1));
        Tensor sound = new HarmonicSound(MelConfig.Natural22k).Shape(filter, pulses, noise);
        (sound.Square().Sum() + pitch.Scores.Square().Sum() + pitch.Voicing.Square().Sum()).Backward();

        Assert.All(store.Parameters, parameter =>
            Assert.True(parameter.Value.Grad?.Abs().Max().Item() > 0, $"{parameter.Key} has no gradient"));
    }

    [Fact]
    public void Making_sound_leaves_no_tensor_behind()
    {
        long before = Engine.LiveTensors;

        using (HarmonicVocoder vocoder = Vocoder(MelConfig.Natural22k))
            _ = vocoder.Pieces(Speechlike(vocoder.Mel, 100)).ToArray();

        Assert.Equal(before, Engine.LiveTensors);
    }

    internal static HarmonicVocoder Vocoder(MelConfig mel, float shake = 0)
    {
        using TensorScope scope = new();
        ParameterStore store = ParameterStore.Fresh(7);
        HarmonicVocoder vocoder = new(new(Small, mel, 0, []), store);
        Shake(store, shake);
        return vocoder;
    }

    private static void Shake(ParameterStore store, float size)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using Generator random = new(8);
        foreach (Tensor parameter in store.Parameters.Values)
            parameter.CopyFrom(parameter + size * Tensor.Randn(parameter.Shape, random));
    }

    /// <summary>The mel of a sound with a gliding pitch that stops and starts.</summary>
    private static float[] Speechlike(MelConfig mel, int frames)
    {
        float[] octaves = [.. Enumerable.Range(0, frames + 6)
            .Select(t => t % 40 < 30 ? (float)Math.Sin(t / 15.0) : float.NaN)];
        float[] pulses = new float[(frames + 4) * mel.HopSamples], noise = new float[pulses.Length];
        new Excitation(mel.SampleRate, mel.HopSamples, 5).Next(octaves, pulses, noise);
        float[] sound = [.. pulses.Zip(noise, (tone, hiss) => 0.02f * tone + 0.002f * hiss)];
        return new MelSpectrogram(mel).Compute(sound)[..(frames * mel.Bands)];
    }

    private static double Level(float[] samples) => Math.Sqrt(samples.Average(sample => (double)sample * sample));
}
