namespace Kouyin.Speech.Data;

/// <summary>Which part of a corpus an utterance belongs to.</summary>
public enum Split
{
    /// <summary>A model may learn from it.</summary>
    Train,

    /// <summary>Held out.</summary>
    Test,
}

/// <summary>
/// One recording and what is said in it, as a corpus on disk has it: nothing is decoded or checked yet.
/// </summary>
/// <param name="Id">Unique in its corpus, such as <c>SSB00050001</c>.</param>
/// <param name="AudioPath">The sound file.</param>
/// <param name="Speaker">The speaker's name, such as <c>SSB0005</c>.</param>
/// <param name="Accent">The speaker's accent, such as <c>north</c>; <c>unknown</c> where the corpus does not
/// say.</param>
/// <param name="Reading">Pinyin syllables with tone digits, and <c>, ; . ! ?</c> for pauses, as the labels write
/// them.</param>
/// <param name="Split">Train or test.</param>
public sealed record Recording(
    string Id, string AudioPath, string Speaker, string Accent, IReadOnlyList<string> Reading, Split Split);
