using System.Text.Json;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model;
using Kouyin.Torch;

namespace Kouyin.Speech.Voices;

/// <summary>A speaker that a voice can be.</summary>
/// <param name="Name">As the corpus has it.</param>
/// <param name="Accent">As the corpus has it.</param>
/// <param name="Gender">As the corpus has it.</param>
public sealed record VoiceSpeaker(string Name, string Accent, string Gender);

/// <summary>What a voice file says of itself, beside its weights.</summary>
public sealed record VoiceInfo
{
    /// <summary>Version of the file's layout.</summary>
    public const int CurrentFormat = 1;

    internal const string Key = "kouyin.voice";

    /// <summary>Version of the file's layout, <see cref="CurrentFormat"/> where this program wrote it.</summary>
    public required int Format { get; init; }

    /// <summary>The model.</summary>
    public required AcousticConfig Model { get; init; }

    /// <summary>What the data decided of it.</summary>
    public required AcousticShape Shape { get; init; }

    /// <summary>What its mels hold.</summary>
    public required MelConfig Mel { get; init; }

    /// <summary>Name of its phone set.</summary>
    public required string PhoneSet { get; init; }

    /// <summary>Hash of its phone set.</summary>
    public required string PhoneSetHash { get; init; }

    /// <summary>Its speakers, in the order of their ids.</summary>
    public required IReadOnlyList<VoiceSpeaker> Speakers { get; init; }

    /// <summary>Training steps behind it.</summary>
    public required long Steps { get; init; }

    /// <summary>Reads what a voice says of itself, without its weights.</summary>
    /// <param name="path">A voice.safetensors, or the folder that holds one.</param>
    /// <exception cref="UserException">There is none, or it is damaged or of another version.</exception>
    public static VoiceInfo Read(string path)
    {
        using SafeTensors file = SafeTensors.Open(VoiceFile.In(path));
        return From(file);
    }

    internal static VoiceInfo Of(AcousticConfig model, AcousticShape shape, PreparedInfo data, long steps) => new()
    {
        Format = CurrentFormat,
        Model = model,
        Shape = shape,
        Mel = data.Mel,
        PhoneSet = data.PhoneSet,
        PhoneSetHash = data.PhoneSetHash,
        Speakers = [.. data.Speakers.Where(s => s.TrainUtterances > 0)
            .Select(s => new VoiceSpeaker(s.Name, s.Accent, s.Gender))],
        Steps = steps,
    };

    internal static VoiceInfo From(SafeTensors file)
    {
        if (!file.Metadata.TryGetValue(Key, out string? json))
            throw Wrong(file, "this file is no voice");
        VoiceInfo? info;
        try
        {
            info = JsonSerializer.Deserialize<VoiceInfo>(json);
        }
        catch (JsonException e)
        {
            throw Wrong(file, $"the voice's description is damaged: {e.Message}");
        }
        if (info?.Format != CurrentFormat)
            throw Wrong(file, $"the voice has format {info?.Format}, and this program reads {CurrentFormat}");
        if (Phones.PhoneSet.Named(info.PhoneSet).Hash != info.PhoneSetHash)
            throw Wrong(file, $"the voice was trained with another version of the phone set {info.PhoneSet}");
        return info;
    }

    private static UserException Wrong(SafeTensors file, string what) =>
        new(what, file.Path, "give a voice.safetensors that kouyin train or kouyin export wrote with this version");
}
