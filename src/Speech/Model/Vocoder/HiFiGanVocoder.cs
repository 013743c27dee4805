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

    /// <inheritdoc/>
    public MelConfig Mel => Config.Mel;

    /// <summary>Opens the safetensors file that <c>kouyin import</c> made.</summary>
    /// <param name="file">The file; its metadata holds the config, its weights may have weight norm.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="UserException">It is no such file, or is not whole.</exception>
    internal static HiFiGanVocoder Open(SafeTensors file, Device device)
    {
        HiFiGanConfig config = ConfigOf(file);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        ParameterStore store = ParameterStore.From(WeightNorm.Fold(file.ReadAll(), file.Path), device);
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

    /// <summary>The shape that a file's weights have.</summary>
    /// <exception cref="UserException">The file does not say.</exception>
    internal static HiFiGanConfig ConfigOf(SafeTensors file) => file.Metadata.TryGetValue(ConfigKey, out string? json)
        ? HiFiGanConfig.Parse(json, file.Path)
        : throw new UserException(
            "the file is no vocoder: it does not say what shape it has", file.Path,
            "give a vocoder.safetensors of kouyin train, or make one of HiFi-GAN's weights with kouyin import");

    /// <summary>Writes a generator, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">Its shape.</param>
    /// <param name="weights">By the published names, weight norm folded.</param>
    internal static void Save(string path, HiFiGanConfig config, IReadOnlyDictionary<string, Tensor> weights)
    {
        SafeTensorsWriter writer = new();
        writer.AddMetadata(ConfigKey, config.ToJson());
        foreach ((string name, Tensor weight) in weights)
            writer.Add(name, weight);
        writer.Save(path);
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
