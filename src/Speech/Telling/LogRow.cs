using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kouyin.Speech.Telling;

/// <summary>What a line of a run's log is about.</summary>
public enum LogKind
{
    /// <summary>The program began, or went on with the run.</summary>
    Start,

    /// <summary>Means over the steps since the line before of this kind.</summary>
    Train,

    /// <summary>Losses on held-out utterances.</summary>
    HeldOut,

    /// <summary>A step was left out, because something in it was no finite number.</summary>
    Skip,

    /// <summary>The state was saved.</summary>
    Save,

    /// <summary>Held-out utterances were spoken: see the folder samples.</summary>
    Samples,
}

/// <summary>A line of a run's log.</summary>
public sealed record LogRow
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new FiniteNumbers() },
    };

    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    /// <summary>What the line is about.</summary>
    public required LogKind Kind { get; init; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Passes over the data.</summary>
    public double? Epoch { get; init; }

    /// <summary>Losses by name.</summary>
    public IReadOnlyDictionary<string, double>? Losses { get; init; }

    /// <summary>Norms of gradients before they were clipped, by the name of what has them.</summary>
    public IReadOnlyDictionary<string, double>? Norms { get; init; }

    /// <summary>Step size of the optimizer.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Steps left out so far.</summary>
    public long? Skipped { get; init; }

    /// <summary>Steps a second since the line before of this kind.</summary>
    public double? StepsPerSecond { get; init; }

    /// <summary>Frames of speech a second since then.</summary>
    public double? FramesPerSecond { get; init; }

    /// <summary>Memory that the process holds without mapped data, in MiB.</summary>
    public double? MemoryMb { get; init; }

    /// <summary>What happened, in words.</summary>
    public string? Note { get; init; }

    /// <summary>Ids of the utterances that it happened with.</summary>
    public IReadOnlyList<string>? Utterances { get; init; }

    /// <summary>Files for <c>kouyin train --replay</c>, of a step that was left out.</summary>
    public IReadOnlyList<string>? Dumps { get; init; }

    /// <summary>What the run makes, of what and with what, by name.</summary>
    public IReadOnlyDictionary<string, string>? Facts { get; init; }

    /// <summary>The line, without its end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads a line; null if it is damaged, as the last one of a killed run may be.</summary>
    public static LogRow? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<LogRow>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>JSON has no infinity: what is no finite number is null.</summary>
    private sealed class FiniteNumbers : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(Math.Abs(value) is >= 1e-3 and < 1e12 ? Math.Round(value, 6) : value);
            else
                writer.WriteNullValue();
        }
    }
}
