using System.Text.Json;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Model.Vocoder.Harmonic;
using Kouyin.Torch;

namespace Kouyin.Speech.Model.Vocoder;

/// <summary>The file of a vocoder.</summary>
public static class VocoderFile
{
    /// <summary>Its name in a folder.</summary>
    public const string Name = "vocoder.safetensors";

    internal const string Key = "kouyin.vocoder";

    /// <summary>The file of a vocoder that is given as a folder or as the file itself.</summary>
    public static string In(string path) => Directory.Exists(path) ? Path.Combine(path, Name) : path;

    /// <summary>
    /// Opens a vocoder: one that <c>kouyin train</c> or <c>export</c> made, or a HiFi-GAN from <c>kouyin import</c>.
    /// </summary>
    /// <param name="path">The file, or the folder that holds a <see cref="Name"/>.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="UserException">There is none, or it is damaged or of another version.</exception>
    public static IVocoder Open(string path, Device device = default)
    {
        string file = In(path);
        using SafeTensors weights = SafeTensors.Open(file);
        if (!weights.Metadata.TryGetValue(Key, out string? json))
            return HiFiGanVocoder.Open(weights, device);
        HarmonicInfo info = Info(json, file);
        using TensorScope scope = new();
        ParameterStore store = ParameterStore.From(weights.ReadAll(), device);
        HarmonicVocoder vocoder = new(info, store);
        return store.Unused().Count == 0
            ? vocoder
            : throw Wrong(file, $"the vocoder holds weights that its network does not have: {store.Unused()[0]}");
    }

    /// <summary>Opens a vocoder for certain mels.</summary>
    /// <inheritdoc cref="Open(string, Device)"/>
    /// <param name="path">The file, or the folder that holds it.</param>
    /// <param name="mel">The mels that it will be given.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="UserException">It was made for other mels.</exception>
    public static IVocoder Open(string path, MelConfig mel, Device device = default)
    {
        IVocoder vocoder = Open(path, device);
        if (vocoder.Mel.Hash == mel.Hash)
            return vocoder;
        string differences = vocoder.Mel.Differences(mel);
        (vocoder as IDisposable)?.Dispose();
        throw new UserException(
            $"the vocoder was trained on other mels than it would be given: {differences}", path,
            "give a vocoder with the same mel settings");
    }

    /// <summary>The mels that a vocoder takes, without reading its weights.</summary>
    /// <param name="path">The file, or the folder that holds a <see cref="Name"/>.</param>
    /// <exception cref="UserException">There is none, or it is damaged or of another version.</exception>
    public static MelConfig MelOf(string path)
    {
        using SafeTensors weights = SafeTensors.Open(In(path));
        return weights.Metadata.TryGetValue(Key, out string? json)
            ? Info(json, weights.Path).Mel
            : HiFiGanVocoder.ConfigOf(weights).Mel;
    }

    /// <summary>Copies a vocoder in half precision: half the size, and no difference that can be heard.</summary>
    /// <param name="path">A vocoder that <c>kouyin train</c> made, or the folder that holds it.</param>
    /// <param name="folder">Where to put the copy.</param>
    /// <returns>The copy.</returns>
    public static string Export(string path, string folder)
    {
        using TensorScope scope = new();
        using SafeTensors file = SafeTensors.Open(In(path));
        if (!file.Metadata.TryGetValue(Key, out string? json))
            throw Wrong(file.Path, "this is no vocoder that kouyin train made");
        string copy = Path.Combine(folder, Name);
        Directory.CreateDirectory(folder);
        Save(copy, Info(json, file.Path), file.ReadAll(), half: true);
        return copy;
    }

    private static HarmonicInfo Info(string json, string file)
    {
        try
        {
            HarmonicInfo info = JsonSerializer.Deserialize<HarmonicInfo>(json) ?? throw new JsonException("it is null");
            return info.Format == HarmonicInfo.CurrentFormat
                ? info
                : throw Wrong(
                    file, $"the vocoder has format {info.Format}, and this program reads {HarmonicInfo.CurrentFormat}");
        }
        catch (JsonException e)
        {
            throw Wrong(file, $"the vocoder's description is damaged: {e.Message}");
        }
    }

    private static UserException Wrong(string file, string what) =>
        new(what, file, "give a vocoder.safetensors that kouyin train wrote with this version");

    /// <summary>Writes a vocoder, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="info">What it says of itself.</param>
    /// <param name="weights">By path.</param>
    /// <param name="half">Whether to store half precision.</param>
    internal static void Save(
        string path, HarmonicInfo info, IReadOnlyDictionary<string, Tensor> weights, bool half = false)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        SafeTensorsWriter writer = new();
        writer.AddMetadata(Key, JsonSerializer.Serialize(info));
        foreach (var (name, weight) in weights)
            writer.Add(name, half ? weight.To(DType.Float16) : weight);
        writer.Save(path);
    }
}
