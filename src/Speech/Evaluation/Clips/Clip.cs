namespace Kouyin.Speech.Evaluation.Clips;

/// <summary>A recording, or something that was spoken, with what it should be.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Speaker">Whose voice it should have.</param>
/// <param name="Accent">The accent it should have.</param>
/// <param name="Reading">What it should say: pinyin and pause marks.</param>
/// <param name="Samples">[N] at the rate of the judges' mels.</param>
public sealed record Clip(
    string Id, string Speaker, string Accent, IReadOnlyList<string> Reading, float[] Samples)
{
    /// <summary>The same in the symbols of a phone set, silence at both ends; empty where nobody is to speak it.
    /// </summary>
    public IReadOnlyList<string> Phones { get; init; } = [];

    /// <summary>Whether the accent is not the speaker's own.</summary>
    public bool IsCross { get; init; }

    /// <summary>What it should say, as one text.</summary>
    public string Said { get; } = string.Join(' ', Reading);
}
