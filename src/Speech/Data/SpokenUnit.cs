namespace Kouyin.Speech.Data;

/// <summary>The smallest part of a transcript that is spelt as one: a syllable, an English word, or a pause.</summary>
/// <param name="Word">As it is read: <c>guang3</c>, <c>hello</c>, <c>,</c>.</param>
/// <param name="Phones">Symbols of the phone set.</param>
/// <param name="Syllables">How many syllables it has, by which places in time are guessed; 0 for a pause.</param>
internal sealed record SpokenUnit(string Word, IReadOnlyList<string> Phones, int Syllables)
{
    /// <summary>Whether it is a place where the speaker may stop, and nothing is said.</summary>
    public bool IsPause => Syllables == 0;

    /// <summary>When each of its phones begins, in seconds, where the corpus says so.</summary>
    public IReadOnlyList<double> PhoneStarts { get; init; } = [];

    /// <summary>When it ends, in seconds, where the corpus says so.</summary>
    public double EndSeconds { get; init; }
}
