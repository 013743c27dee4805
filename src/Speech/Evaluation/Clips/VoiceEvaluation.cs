using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kouyin.Speech.Evaluation.Clips;

/// <summary>A measure of what was spoken, between the best and the worst that recordings have.</summary>
/// <param name="Measure">Its name.</param>
/// <param name="Spoken">What was spoken.</param>
/// <param name="Ceiling">The recordings themselves, through the same vocoder.</param>
/// <param name="Floor">Recordings that are wrong in what this measures.</param>
public sealed record EvaluationRow(string Measure, Measured? Spoken, Measured? Ceiling, Measured? Floor);

/// <summary>One speaker in one accent.</summary>
/// <param name="Speaker">The speaker.</param>
/// <param name="Accent">The accent.</param>
/// <param name="Clips">How many were spoken.</param>
/// <param name="Recorded">How many of them are recorded too.</param>
/// <param name="Similarity">Mean cosine to the speaker's recordings.</param>
/// <param name="AccentProbability">Mean probability of the accent; NaN where nobody can judge it.</param>
/// <param name="AccentDistance">Correlation of the phones' distances with the accent's, less the best other accent's.
/// </param>
/// <param name="Contrasts">In the order of <see cref="PhoneticContrasts.Names"/>, melodies in semitones.</param>
/// <param name="RecordedContrasts">Of the recordings; empty without.</param>
public sealed record EvaluationCell(
    string Speaker, string Accent, int Clips, int Recorded, double Similarity, double AccentProbability,
    double AccentDistance, IReadOnlyList<double> Contrasts, IReadOnlyList<double> RecordedContrasts);

/// <summary>What a voice was found to do.</summary>
/// <param name="Voice">Its name.</param>
/// <param name="Rows">The measures.</param>
/// <param name="Cells">The grid of speakers and accents.</param>
/// <param name="ChannelControl">Probability of the recordings' accents, in %, as they are and through other channels:
/// where they differ, the judge hears microphones.</param>
/// <param name="Spoken">Every clip's scores.</param>
/// <param name="Copies">The recordings' copies, where a clip has a recording, in the same order as the clips.</param>
public sealed record VoiceEvaluation(
    string Voice, IReadOnlyList<EvaluationRow> Rows, IReadOnlyList<EvaluationCell> Cells,
    IReadOnlyList<Measured> ChannelControl, IReadOnlyList<ClipScores> Spoken, IReadOnlyList<ClipScores> Copies)
{
    /// <summary>What its file is called in a run's folder.</summary>
    public const string FileName = "evaluation.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectRequiredConstructorParameters = true,
        IgnoreReadOnlyProperties = true,
    };

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserException">There is none, or it holds something else.</exception>
    public static VoiceEvaluation Load(string path)
    {
        if (!File.Exists(path))
            throw Wrong("there is no evaluation");
        try
        {
            using FileStream file = File.OpenRead(path);
            return JsonSerializer.Deserialize<VoiceEvaluation>(file, Json) ?? throw Wrong("this is no evaluation");
        }
        catch (JsonException e)
        {
            throw Wrong($"this is no evaluation: {e.Message}");
        }

        UserException Wrong(string what) =>
            new(what, path, "make one: kouyin evaluate RUN --data DATA; then give the run's folder");
    }

    /// <summary>Writes it, whole or not at all.</summary>
    public void Save(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, Json));
}
