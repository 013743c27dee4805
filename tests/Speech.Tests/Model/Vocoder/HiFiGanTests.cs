using Kouyin.Speech.Audio;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Model.Vocoder;

public sealed class HiFiGanTests : IDisposable
{
    private static readonly HiFiGanConfig Small = HiFiGanConfig.V3 with { UpsampleInitialChannel = 8, NumMels = 10 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedTheory("fixtures/g_hifigan_v1small.safetensors")]
    [InlineData("v1small", "sd.")]
    [InlineData("v1small", "wn.")]
    [InlineData("v3small", "sd.")]
    [InlineData("v3small", "wn.")]
    public void The_generator_matches_the_reference(string version, string weights)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using Fixture f = Fixture.OpenShared($"g_hifigan_{version}");
        HiFiGanConfig config = HiFiGanConfig.Parse(f.Metadata["config"], version);
        using ParameterStore store = ParameterStore.From(WeightNorm.Fold(f.Below(weights), version));

        Tensor samples = new HiFiGan(store.Root, config).Forward(f["mel"].Permute(0, 2, 1));

        Fixture.Compare(version, samples, f["wav"].Squeeze(1));
        Assert.Empty(store.Unused());
    }

    [Theory]
    [InlineData(1, 13_926)]
    [InlineData(2, 926)]
    [InlineData(3, 1_462)]
    public void The_published_shapes_have_the_published_sizes(int version, int thousands)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(seed: 1);

        HiFiGanConfig[] published = [HiFiGanConfig.V1, HiFiGanConfig.V2, HiFiGanConfig.V3];
        _ = new HiFiGan(store.Root, published[version - 1]);

        Assert.Equal(thousands, store.Parameters.Values.Sum(parameter => parameter.Count) / 1000.0, 1.0);
    }

    [Fact]
    public void A_batch_does_not_change_its_members()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(seed: 1);
        HiFiGan generator = new(store.Root, Small);
        using Generator random = new(2);
        Tensor mel = Tensor.Randn([3, 7, 10], random);

        Tensor together = generator.Forward(mel);

        Assert.Equal([3, 7 * 256], together.Shape);
        Fixture.Compare("second of the batch", generator.Forward(mel.Slice(0, 1, 2)), together.Slice(0, 1, 2));
    }

    [Fact]
    public void A_file_with_its_config_speaks()
    {
        string path = WriteFile(Small);

        using HiFiGanVocoder vocoder = (HiFiGanVocoder)VocoderFile.Open(path, Small.Mel);

        float[] samples = vocoder.Samples(new float[5 * 10]);
        Assert.Equal(5 * 256, samples.Length);
        Assert.All(samples, sample => Assert.InRange(sample, -1, 1));
        Assert.Empty(vocoder.Samples([]));
    }

    [Fact]
    public void A_file_for_other_mels_is_refused()
    {
        UserException e = Assert.Throws<UserException>(() => VocoderFile.Open(WriteFile(Small), MelConfig.Log16k));

        Assert.Contains("other mels", e.What, StringComparison.Ordinal);
        Assert.Contains("rate 22050, not 16000", e.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "not a config file")]
    [InlineData("""{"resblock": "3"}""", "resblock")]
    [InlineData("""{"upsample_rates": [8, 8, 4]}""", "upsample_kernel_sizes")]
    [InlineData("""{"upsample_rates": [8, 8, 2, 4], "upsample_kernel_sizes": [16, 16, 4, 8]}""", "512 samples")]
    [InlineData("""{"upsample_kernel_sizes": [16, 16, 4, 5]}""", "even")]
    [InlineData("""{"upsample_initial_channel": 100}""", "halved")]
    public void A_config_that_cannot_be_is_refused(string json, string reason)
    {
        UserException e = Assert.Throws<UserException>(() => HiFiGanConfig.Parse(json, "config.json"));

        Assert.Contains(reason, e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void The_published_config_file_is_read_with_its_training_keys()
    {
        HiFiGanConfig config = HiFiGanConfig.Parse("""
            { "resblock": "1", "num_gpus": 0, "batch_size": 16, "upsample_rates": [8,8,2,2], "num_freq": 1025,
              "upsample_kernel_sizes": [16,16,4,4], "upsample_initial_channel": 128, "fmax_for_loss": null,
              "dist_config": { "world_size": 1 }, "sampling_rate": 22050, "hop_size": 256, "fmin": 0, "fmax": 8000 }
            """, "config_v2.json");

        Assert.Equal(128, config.UpsampleInitialChannel);
        Assert.Equal(MelConfig.Natural22k, config.Mel);
    }

    private string WriteFile(HiFiGanConfig config)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(seed: 1);
        _ = new HiFiGan(store.Root, config);
        SafeTensorsWriter writer = new();
        writer.AddMetadata("config", config.ToJson());
        foreach ((string name, Tensor parameter) in store.Parameters)
            writer.Add(name, parameter);
        writer.Save(_folder["hifigan.safetensors"]);
        return _folder["hifigan.safetensors"];
    }
}
