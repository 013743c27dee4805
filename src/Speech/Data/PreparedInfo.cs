using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Data;

/// <summary>A speaker of prepared data.</summary>
/// <param name="Name">Such as <c>SSB0005</c>.</param>
/// <param name="Accent">Such as <c>north</c>; the one of most utterances where a speaker has several.</param>
/// <param name="Gender">As the corpus writes it.</param>
/// <param name="TrainUtterances">0 for a speaker kept for testing only, of whom a model can learn nothing.</param>
/// <param name="TestUtterances">Held-out utterances.</param>
/// <param name="TrainSeconds">Length of the training utterances.</param>
public sealed record PreparedSpeaker(
    string Name, string Accent, string Gender, int TrainUtterances, int TestUtterances, double TrainSeconds);

/// <summary>What <c>prepared.json</c> says about a folder of prepared data.</summary>
public sealed record PreparedInfo
{
    /// <summary>Version of the folder's format.</summary>
    public const int CurrentFormat = 2;

    internal const string FileName = "prepared.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Version of the folder's format, <see cref="CurrentFormat"/> where this program wrote it.</summary>
    public required int Format { get; init; }

    /// <summary>What the mels hold.</summary>
    public required MelConfig Mel { get; init; }

    /// <summary><see cref="MelConfig.Hash"/> of <see cref="Mel"/>.</summary>
    public required string MelHash { get; init; }

    /// <summary>Name of the phone set.</summary>
    public required string PhoneSet { get; init; }

    /// <summary>Hash of the phone set.</summary>
    public required string PhoneSetHash { get; init; }

    /// <summary>The corpora as they were named, in order.</summary>
    public required IReadOnlyList<string> Corpora { get; init; }

    /// <summary>What was done to sounds and transcripts.</summary>
    public required PreparationRules Rules { get; init; }

    /// <summary>Those with training data first, then those for testing only; by name in each part.</summary>
    public required IReadOnlyList<PreparedSpeaker> Speakers { get; init; }

    /// <summary>Accents of the training speakers first, by name, then those of test speakers only.</summary>
    public required IReadOnlyList<string> Accents { get; init; }

    /// <summary>Utterances kept.</summary>
    public required int Utterances { get; init; }

    /// <summary>Frames kept, in all.</summary>
    public required long Frames { get; init; }

    /// <summary>Samples kept, in all, at the mels' rate.</summary>
    public required long Samples { get; init; }

    /// <summary>Utterances left out, by reason.</summary>
    public required IReadOnlyDictionary<string, int> Refused { get; init; }

    /// <summary>Whether the samples are there beside the features.</summary>
    [JsonIgnore]
    public bool KeepsAudio => Rules.KeepAudio;

    /// <summary>Length in seconds.</summary>
    [JsonIgnore]
    public double Seconds => (double)Samples / Mel.SampleRate;

    /// <summary>Describes what the tables of a folder hold.</summary>
    internal static PreparedInfo Of(string folder, PreparationPlan plan)
    {
        PreparationOptions options = plan.Options;
        PreparedCounts counts = new(PreparedTable.Utterances(folder, options.Mel.SampleRate));
        SortedDictionary<string, int> refused = new(StringComparer.Ordinal);
        foreach (Refusal refusal in PreparedTable.Refusals(folder))
            refused[$"{refusal.Reason}"] = refused.GetValueOrDefault($"{refusal.Reason}") + 1;
        if (counts.Utterances == 0)
            throw new UserException(
                $"no utterance can be used; refused: {string.Join(", ", refused.Select(r => $"{r.Value} {r.Key}"))}",
                string.Join(", ", options.Corpora),
                "check the first refusal: " + PreparedTable.Refusals(folder).FirstOrDefault());
        return new()
        {
            Format = CurrentFormat,
            Mel = options.Mel,
            MelHash = options.Mel.Hash,
            PhoneSet = options.Phones.Name,
            PhoneSetHash = options.Phones.Hash,
            Corpora = options.Corpora,
            Rules = options.Rules,
            Speakers = counts.Speakers(plan.Speakers),
            Accents = counts.Accents,
            Utterances = counts.Utterances,
            Frames = counts.Frames,
            Samples = counts.Samples,
            Refused = refused,
        };
    }

    /// <summary>The same of a part of the utterances.</summary>
    internal PreparedInfo Of(IReadOnlyList<PreparedUtterance> part)
    {
        PreparedCounts counts = new(part);
        return this with
        {
            Speakers = counts.Speakers(Speakers.ToDictionary(
                each => each.Name, each => CorpusSpeaker.Named(each.Name) with { Gender = each.Gender })),
            Accents = counts.Accents,
            Utterances = counts.Utterances,
            Frames = counts.Frames,
            Samples = counts.Samples,
        };
    }

    internal void Save(string folder) =>
        AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this, Json));

    internal static PreparedInfo Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<PreparedInfo>(File.ReadAllBytes(path), Json)
                ?? throw new JsonException("the file holds null");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"this is no folder of prepared data: {e.Message}", folder, "run kouyin prepare");
        }
        catch (JsonException e)
        {
            throw new UserException("the description of the prepared data is damaged: " + e.Message, path,
                "run kouyin prepare again");
        }
    }
}
