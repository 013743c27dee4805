namespace Kouyin.Speech.Data;

/// <summary>Why an utterance was left out.</summary>
public enum RefusalReason
{
    /// <summary>The sound file is missing or damaged, or ends before the stretch that is meant.</summary>
    Unreadable,

    /// <summary>A sample is no finite number.</summary>
    NotANumber,

    /// <summary>The sound is digital silence, or too faint to hold speech.</summary>
    Silent,

    /// <summary>Too many samples stand at the sound's limit.</summary>
    Clipped,

    /// <summary>The sound is shorter than one frame, or than the least that was asked for.</summary>
    TooShort,

    /// <summary>The sound is longer than the most that was asked for.</summary>
    TooLong,

    /// <summary>Nothing is said, or the phone set cannot write a word of it.</summary>
    UnknownPhone,

    /// <summary>There are more tokens, blanks included (2 n + 1), than frames, so no alignment exists.</summary>
    MoreTokensThanFrames,

    /// <summary>The durations that came with it do not add up to the sound's length.</summary>
    WrongDurations,

    /// <summary>Another utterance has the same name.</summary>
    DuplicateName,

    /// <summary>Another utterance has the same samples.</summary>
    DuplicateAudio,

    /// <summary>Its speaker was left out by name.</summary>
    ExcludedSpeaker,

    /// <summary>Its speaker has fewer utterances than was asked for.</summary>
    FewOfSpeaker,

    /// <summary>Its accent was left out.</summary>
    ExcludedAccent,
}

/// <summary>An utterance that was left out.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Reason">The kind of fault.</param>
/// <param name="Detail">The fault itself.</param>
public sealed record Refusal(string Id, string Speaker, RefusalReason Reason, string Detail);
