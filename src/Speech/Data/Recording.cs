namespace Kouyin.Speech.Data;

/// <summary>Which part of a corpus an utterance belongs to.</summary>
public enum Split
{
    /// <summary>A model may learn from it.</summary>
    Train,

    /// <summary>Held out, of a speaker of whom other utterances are learnt from.</summary>
    Test,

    /// <summary>Held out with its speaker, of whom nothing is learnt: what judges are judged on.</summary>
    Unseen,
}

/// <summary>A stretch of a longer recording.</summary>
/// <param name="StartSeconds">Where it begins.</param>
/// <param name="EndSeconds">Where it ends.</param>
public readonly record struct SoundSpan(double StartSeconds, double EndSeconds);

/// <summary>
/// One utterance and what is said in it, as a corpus on disk has it: nothing is decoded or checked yet.
/// </summary>
/// <param name="Id">Unique among all corpora that are prepared together, such as <c>SSB00050001</c>.</param>
/// <param name="AudioPath">The sound file.</param>
/// <param name="Speaker">The speaker's name, such as <c>SSB0005</c>.</param>
/// <param name="Accent">The accent, such as <c>north</c>; <see cref="CorpusSpeaker.Unknown"/> where the corpus does not
/// say.</param>
/// <param name="Transcript">What is said.</param>
/// <param name="Split">The corpus's own choice; null where it makes none.</param>
/// <param name="Span">The part of the file that is meant; null for all of it.</param>
public sealed record Recording(
    string Id, string AudioPath, string Speaker, string Accent, Transcript Transcript, Split? Split = null,
    SoundSpan? Span = null);
