using Kouyin.Speech.Audio;
using Kouyin.Speech.Voices;

namespace Kouyin.Speech.Evaluation.Pictures;

/// <summary>An utterance of the data beside what a voice or vocoder makes of it, to look at and to hear.</summary>
/// <param name="Id">The utterance's name.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Said">What is said, as it is read.</param>
/// <param name="Mel">What the parts' mels are.</param>
/// <param name="Symbols">What the model sees of the phones, blanks as empty texts; empty for a vocoder.</param>
/// <param name="Parts">The recording first.</param>
/// <param name="Alignment">How the symbols lie along the recording; null for a vocoder.</param>
public sealed record Specimen(
    string Id, string Speaker, string Said, MelConfig Mel, IReadOnlyList<string> Symbols,
    IReadOnlyList<SpecimenPart> Parts, AlignedUtterance? Alignment);

/// <summary>A recording, or what was made.</summary>
/// <param name="Name">Such as <c>recorded</c>.</param>
/// <param name="Mel">[T, M].</param>
/// <param name="Hertz">Pitch of every frame, 0 where there is none; empty where there is no sound.</param>
/// <param name="Durations">Frames of every symbol, [S]; empty for a vocoder.</param>
/// <param name="Sound">To listen to; null for what is only looked at.</param>
public sealed record SpecimenPart(string Name, float[] Mel, float[] Hertz, float[] Durations, Sound? Sound);
