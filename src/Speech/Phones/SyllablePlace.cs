namespace Kouyin.Speech.Phones;

/// <summary>Where a syllable lies in a recording.</summary>
/// <param name="Reading">As the transcript has it.</param>
/// <param name="Start">First sample.</param>
/// <param name="VoiceStart">Where its voice begins: after its initial.</param>
/// <param name="VoiceEnd">Where its voice ends.</param>
/// <param name="End">The sample after its last.</param>
/// <param name="Final">Whether a pause follows.</param>
public sealed record SyllablePlace(Pinyin Reading, int Start, int VoiceStart, int VoiceEnd, int End, bool Final);
