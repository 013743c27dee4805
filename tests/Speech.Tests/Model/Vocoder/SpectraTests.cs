using Kouyin.Speech.Audio;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Tests.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Model.Vocoder;

public sealed class SpectraTests
{
    [Theory]
    [InlineData(1024, 256)]
    [InlineData(512, 64)]
    public void A_transform_and_its_inverse_give_the_signal_back(int size, int hop)
    {
        using TensorScope scope = new();
        ShortTimeFourier transform = new(size, hop);
        Tensor signal = Row(Tones.Noise(size + 20 * hop, seed: 1));

        Tensor back = transform.Inverse(transform.Forward(signal));

        Assert.Equal(signal.Shape, back.Shape);
        Assert.True((back - signal).Slice(1, size, signal.Size(1) - size).Abs().Max().Item() < 1e-5);
    }

    [Theory]
    [InlineData("natural22k")]
    [InlineData("log16k")]
    public void The_mel_with_gradients_is_the_mel(string profile)
    {
        using TensorScope scope = new();
        MelConfig config = MelConfig.Profiles[profile] with { ReflectPadding = false };
        float[] sound = Tones.Noise(8000, seed: 2);

        float[] mel = new LogMel(config).Of(Row(sound)).ToArray();

        float[] expected = new MelSpectrogram(config).Compute(sound);
        Assert.Equal(expected.Length, mel.Length);
        Assert.True(expected.Zip(mel, (a, b) => Math.Abs(a - b)).Max() < 1e-3);
    }

    [Fact]
    public void A_sound_is_no_distance_from_itself_and_louder_is_further()
    {
        using TensorScope scope = new();
        SpectralDistance distance = new([256, 1024]);
        SoundSpectra sound = distance.Of(Row(Tones.Noise(8000, seed: 3)));

        float[] distances = [.. new[] { 0.5, 0.7, 1.0 }.Select(gain => SpectralDistance.Between(
            sound, distance.Of(Row(Array.ConvertAll(Tones.Noise(8000, seed: 3), s => (float)(gain * s))))).Item())];

        Assert.Equal(0, distances[2]);
        Assert.True(distances[0] > distances[1] && distances[1] > 0.1);
    }

    [Fact]
    public void The_energy_distance_would_rather_have_noise_for_noise_than_a_steady_tone()
    {
        using TensorScope scope = new();
        SpectralDistance distance = new([512, 1024]);
        SoundSpectra recorded = Noise(1);
        // The likeliest magnitude at every bin, always: nearer to noise than noise is, by plain distance.
        SoundSpectra steady = new([.. recorded.Magnitudes.Select(m => m.FullLike(m.Mean().Item() * 0.9))]);

        double plainNoise = SpectralDistance.Between(recorded, Noise(2)).Item();
        double plainSteady = SpectralDistance.Between(recorded, steady).Item();
        double noise = SpectralDistance.Energy(recorded, Noise(2), Noise(3)).Item();
        double energySteady = SpectralDistance.Energy(recorded, steady, steady).Item();

        Assert.True(plainSteady < plainNoise);
        Assert.True(noise < energySteady);

        SoundSpectra Noise(int seed) => distance.Of(Row(Tones.Noise(22050, seed)));
    }

    [Fact]
    public void Mels_that_may_not_meet_say_in_what_they_differ()
    {
        Assert.Equal("", MelConfig.Natural22k.Differences(new()));
        Assert.Equal("hop 256, not 300", MelConfig.Natural22k.Differences(new() { HopSamples = 300 }));
        Assert.Equal(
            "rate 22050, not 16000, low 0, not 80, high 8000, not 7600, log Natural, not Ten, reflect True, not False",
            MelConfig.Natural22k.Differences(MelConfig.Log16k));
    }

    private static Tensor Row(float[] samples) => Tensor.From<float>(samples, 1, samples.Length);
}
