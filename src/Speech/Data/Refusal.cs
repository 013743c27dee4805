namespace Kouyin.Speech.Data;

/// <summary>Why an utterance was left out.</summary>
public enum RefusalReason
{
    /// <summary>The sound file is missing or damaged.</summary>
    Unreadable,

    /// <summary>A word of the label is no pinyin syllable with tone, or the phone set cannot write it.</summary>
    UnknownPhone,

    /// <summary>The sound is shorter than one frame.</summary>
    TooShort,

    /// <summary>There are more tokens, blanks included (2 n + 1), than frames, so no alignment exists.</summary>
    MoreTokensThanFrames,

    /// <summary>Another utterance has the same name.</summary>
    Duplicate,
}

/// <summary>An utterance that was left out.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Reason">The kind of fault.</param>
/// <param name="Detail">The fault itself.</param>
public sealed record Refusal(string Id, RefusalReason Reason, string Detail);
