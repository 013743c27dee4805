using Kouyin.Torch;

namespace Kouyin.Speech.Voices;

/// <summary>The file of a voice.</summary>
public static class VoiceFile
{
    /// <summary>Its name in a folder.</summary>
    public const string Name = "voice.safetensors";

    /// <summary>The file of a voice that is given as a folder or as the file itself.</summary>
    public static string In(string path) => Directory.Exists(path) ? Path.Combine(path, Name) : path;

    /// <summary>Copies a voice in half precision: half the size, and no difference that can be heard.</summary>
    /// <param name="path">A voice.safetensors, or the folder that holds one.</param>
    /// <param name="folder">Where to put the copy.</param>
    /// <returns>The copy.</returns>
    public static string Export(string path, string folder)
    {
        using TensorScope scope = new();
        using SafeTensors file = SafeTensors.Open(In(path));
        string copy = Path.Combine(folder, Name);
        VoiceInfo info = VoiceInfo.From(file);
        Directory.CreateDirectory(folder);
        Save(copy, info, file.ReadAll(), half: true);
        return copy;
    }

    /// <summary>Writes a voice, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="info">What it says of itself.</param>
    /// <param name="weights">By path.</param>
    /// <param name="half">Whether to store half precision.</param>
    internal static void Save(
        string path, VoiceInfo info, IReadOnlyDictionary<string, Tensor> weights, bool half = false)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        SafeTensorsWriter writer = new();
        info.AddTo(writer);
        foreach (var (name, weight) in weights)
            writer.Add(name, half ? weight.To(DType.Float16) : weight);
        writer.Save(path);
    }
}
