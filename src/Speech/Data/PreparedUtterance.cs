namespace Kouyin.Speech.Data;

/// <summary>An utterance of prepared data: a line of its table.</summary>
public sealed record PreparedUtterance
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>Which part it belongs to.</summary>
    public required Split Split { get; init; }

    /// <summary>The speaker's name.</summary>
    public required string Speaker { get; init; }

    /// <summary>Its accent.</summary>
    public required string Accent { get; init; }

    /// <summary>T.</summary>
    public required int Frames { get; init; }

    /// <summary>N at the mels' sample rate, as they were analysed: cut to the speech.</summary>
    public required int Samples { get; init; }

    /// <summary>[S] symbols of the phone set, silence at both ends, no blanks.</summary>
    public required IReadOnlyList<string> Phones { get; init; }

    /// <summary>What the phones came from: pinyin, English words and pause marks.</summary>
    public required IReadOnlyList<string> Reading { get; init; }

    /// <summary>[S] frames of each phone, T in all; empty where the corpus has no durations.</summary>
    public required IReadOnlyList<int> Durations { get; init; }

    /// <summary>What is said, in characters; empty where the corpus has only its sound.</summary>
    public required string Text { get; init; }

    /// <summary>The recording, as it was named when prepared.</summary>
    public required string AudioPath { get; init; }

    /// <summary>16 hexadecimal digits that tell decoded samples from any others.</summary>
    public required string SoundHash { get; init; }

    /// <summary>Where its frames begin in the files of features.</summary>
    public long FirstFrame { get; init; }

    /// <summary>Where its samples begin in the file of samples.</summary>
    public long FirstSample { get; init; }

    /// <summary>Length in seconds.</summary>
    public double Seconds { get; init; }
}
