using Kouyin.Speech.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Model.Vocoder;

/// <summary>A trained HiFi-GAN in use. It owns its weights; one thread at a time.</summary>
public sealed class HiFiGanVocoder : IVocoder, IDisposable
{
    private const string ConfigKey = "config";

    private readonly ParameterStore _store;
    private readonly HiFiGan _generator;

    private HiFiGanVocoder(ParameterStore store, HiFiGanConfig config)
    {
        (_store, Config) = (store, config);
        _generator = new(store.Root, config);
    }

    /// <summary>The generator's shape.</summary>
    public HiFiGanConfig Config { get; }

    /// <summary>Opens a safetensors file that <c>kouyin import</c> made.</summary>
    /// <param name="path">The file; its metadata holds the config, its weights may have weight norm.</param>
    /// <param name="mel">The mels that the vocoder will be given.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="UserException">It is no such file, is not whole, or was made for other mels.</exception>
    public static HiFiGanVocoder Open(string path, MelConfig mel, Device device = default)
    {
        using SafeTensors file = SafeTensors.Open(path);
        if (!file.Metadata.TryGetValue(ConfigKey, out string? json))
            throw new UserException(
                "the file does not say what shape its HiFi-GAN has", path, "make it with kouyin import");
        HiFiGanConfig config = HiFiGanConfig.Parse(json, path);
        if (config.Mel.Hash != mel.Hash)
            throw new UserException(
                $"the vocoder was trained on other mels ({config.Mel}) than the voice gives ({mel})", path,
                "give a vocoder with the voice's mel settings");
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        ParameterStore store = ParameterStore.From(WeightNorm.Fold(file.ReadAll(), path), device);
        try
        {
            return new(store, config);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public float[] Samples(ReadOnlySpan<float> mel)
    {
        int frames = mel.Length / Config.NumMels;
        if (frames == 0)
            return [];
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Tensor input = Tensor.From(mel, 1, frames, Config.NumMels).To(_store.Device);
        return _generator.Forward(input).ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();
}
