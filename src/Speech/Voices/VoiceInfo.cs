using System.Text.Json;
using System.Text.Json.Serialization;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Accent;
using Kouyin.Torch;

namespace Kouyin.Speech.Voices;

/// <summary>A speaker that a voice can be.</summary>
/// <param name="Name">As the corpus has it.</param>
/// <param name="Accent">The speaker's own: as the corpus has it, or one of the voice's where that has none of the kind.
/// </param>
/// <param name="Gender">As the corpus has it.</param>
public sealed record VoiceSpeaker(string Name, string Accent, string Gender);

/// <summary>Who speaks, and how.</summary>
/// <param name="Speaker">The speaker's id.</param>
/// <param name="Accent">The accent's id; 0 where the voice has none.</param>
internal readonly record struct Voicing(int Speaker, int Accent);

/// <summary>What a voice file says of itself, beside its weights.</summary>
public sealed record VoiceInfo
{
    /// <summary>Version of the file's layout.</summary>
    public const int CurrentFormat = 2;

    private const string Key = "kouyin.voice";

    private static readonly JsonSerializerOptions Json = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter() },
    };

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

    /// <summary>
    /// Accents that any of its speakers can speak, in the order of their ids; empty where each has only its own.
    /// </summary>
    public required IReadOnlyList<string> Accents { get; init; }

    /// <summary>What was done to the recordings it learnt from.</summary>
    public RecordingRules Recordings { get; init; } = new();

    /// <summary>Training steps behind it.</summary>
    public required long Steps { get; init; }

    /// <summary>How it speaks unless it is asked to speak otherwise.</summary>
    public SynthesisDefaults Synthesis { get; init; } = new();

    /// <summary>Reads what a voice says of itself, without its weights.</summary>
    /// <param name="path">A voice.safetensors, or the folder that holds one.</param>
    /// <exception cref="UserException">There is none, or it is damaged or of another version.</exception>
    public static VoiceInfo Read(string path)
    {
        using SafeTensors file = SafeTensors.Open(VoiceFile.In(path));
        return From(file);
    }

    /// <summary>Whether a file of tensors is a voice.</summary>
    internal static bool IsIn(SafeTensors file) => file.Metadata.ContainsKey(Key);

    /// <summary>Whether it can speak as the utterance's speaker, in its accent where the voice has any.</summary>
    public bool Knows(PreparedUtterance utterance) => Speakers.Any(speaker => speaker.Name == utterance.Speaker)
        && (Accents.Count == 0 || Accents.Contains(utterance.Accent));

    /// <summary>Options that speak as the utterance's speaker, in its accent where the voice has any.</summary>
    public SayOptions Like(PreparedUtterance utterance, SayOptions options) => options with
    {
        Speaker = utterance.Speaker,
        Accent = Accents.Count == 0 ? null : utterance.Accent,
    };

    /// <summary>Who is meant to speak, and how.</summary>
    /// <exception cref="UserException">The voice has no such speaker, or does not support the accent.</exception>
    internal Voicing Find(SayOptions options)
    {
        var (speaker, accent) = (options.Speaker, options.Accent);
        int who = speaker is null ? 0 : IndexOf(Speakers.Select(s => s.Name), speaker);
        if (who < 0)
        {
            throw new UserException(
                $"the voice has no speaker «{speaker}»", "--speaker",
                $"choose one of: {string.Join(", ", Speakers.Select(s => s.Name))}");
        }
        string own = Speakers[who].Accent;
        int how = IndexOf(Accents, accent ?? own);
        if (how < 0 && accent is not null && Accents.Count > 0)
        {
            throw new UserException(
                $"the voice has no accent «{accent}»", "--accent", $"choose one of: {string.Join(", ", Accents)}");
        }
        if (Accents.Count == 0 && accent is not null && !Same(accent, own))
        {
            throw new UserException(
                $"the voice cannot give a speaker another accent: {Speakers[who].Name} has {own}, not «{accent}»",
                "--accent", "leave it out, or take a voice for which kouyin voices lists accents");
        }
        return new(who, Math.Max(how, 0));
    }

    internal static VoiceInfo Of(AcousticConfig model, AcousticShape shape, PreparedCorpus corpus, long steps)
    {
        string[] accents = model.Accent.Source == AccentSource.None ? [] : [.. corpus.TrainingAccents];
        return new()
        {
            Format = CurrentFormat,
            Model = model,
            Shape = shape,
            Mel = corpus.Info.Mel,
            PhoneSet = corpus.Info.PhoneSet,
            PhoneSetHash = corpus.Info.PhoneSetHash,
            Speakers = [.. corpus.Info.Speakers.Where(s => s.TrainUtterances > 0)
                .Select(s => new VoiceSpeaker(s.Name, OwnAccent(s.Accent, accents), s.Gender))],
            Accents = accents,
            Recordings = new() { MarginSeconds = corpus.Info.Rules.MarginSeconds, LevelDb = corpus.Info.Rules.LevelDb },
            Steps = steps,
        };
    }

    internal static VoiceInfo From(SafeTensors file)
    {
        if (!file.Metadata.TryGetValue(Key, out string? json))
            throw Wrong(file, "this file is no voice");
        VoiceInfo? info;
        try
        {
            DemandFormat(file, json);
            info = JsonSerializer.Deserialize<VoiceInfo>(json, Json) ?? throw new JsonException("it holds null");
        }
        catch (JsonException e)
        {
            throw Wrong(file, $"the voice's description is damaged: {e.Message}");
        }
        if (Phones.PhoneSet.Named(info.PhoneSet).Hash != info.PhoneSetHash)
            throw Wrong(file, $"the voice was trained with another version of the phone set {info.PhoneSet}");
        return info;
    }

    internal void AddTo(SafeTensorsWriter writer) => writer.AddMetadata(Key, JsonSerializer.Serialize(this, Json));

    // Before all else, since another format's description need not have the same parts.
    private static void DemandFormat(SafeTensors file, string json)
    {
        using JsonDocument description = JsonDocument.Parse(json);
        bool known = description.RootElement.TryGetProperty(nameof(Format), out JsonElement format)
            && format.ValueKind == JsonValueKind.Number;
        if (!known || format.GetDouble() != CurrentFormat)
            throw Wrong(file, $"the voice has format {format}, and this program reads {CurrentFormat}");
    }

    private static string OwnAccent(string accent, string[] accents)
    {
        const string neutral = "standard";
        return accents.Length == 0 || accents.Contains(accent) ? accent
            : accents.Contains(neutral) ? neutral : accents[0];
    }

    private static int IndexOf(IEnumerable<string> names, string name) => names.ToList().FindIndex(n => Same(n, name));

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static UserException Wrong(SafeTensors file, string what) =>
        new(what, file.Path, "give a voice.safetensors that kouyin train or kouyin export wrote with this version");
}
