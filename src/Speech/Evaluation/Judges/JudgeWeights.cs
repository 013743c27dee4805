using System.Text.Json;
using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>The file of a judge: half-precision weights, and what it is as JSON.</summary>
internal static class JudgeWeights
{
    private const string FormatKey = "format", InfoKey = "judge";

    /// <summary>Writes a judge whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">What kind of judge.</param>
    /// <param name="info">What describes it.</param>
    /// <param name="weights">By name.</param>
    public static void Save<T>(string path, string format, T info, IEnumerable<(string Name, Tensor Value)> weights)
    {
        using TensorScope scope = new();
        SafeTensorsWriter writer = new();
        writer.AddMetadata(FormatKey, format);
        writer.AddMetadata(InfoKey, JsonSerializer.Serialize(info));
        foreach (var (name, value) in weights)
            writer.Add(name, value.StopGradient().To(DType.Float16));
        writer.Save(path);
    }

    /// <summary>Reads a judge; the tensors are on the caller's scope.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">What kind of judge it must be.</param>
    /// <param name="name">That kind, for people.</param>
    /// <exception cref="UserException">The file is none.</exception>
    public static (T Info, Dictionary<string, Tensor> Weights) Load<T>(string path, string format, string name)
    {
        using SafeTensors file = SafeTensors.Open(path);
        if (file.Metadata.GetValueOrDefault(FormatKey) != format
            || !file.Metadata.TryGetValue(InfoKey, out string? json))
            throw new UserException($"this file holds no {name}", path, "make one with kouyin judge");
        return (JsonSerializer.Deserialize<T>(json)!, file.ReadAll());
    }
}
