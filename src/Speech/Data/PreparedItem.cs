using Kouyin.Speech.Audio;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data;

/// <summary>An utterance on its way into prepared data: its mel and phones, or why it is refused.</summary>
internal sealed record PreparedItem(Recording Recording, float[] Mel, IReadOnlyList<string> Phones, Refusal? Refusal)
{
    /// <summary>Decodes, resamples, analyses and spells one utterance.</summary>
    public static PreparedItem From(Recording recording, MelSpectrogram spectrogram, PhoneSet set)
    {
        List<string> phones = [PhoneSet.Silence];
        foreach (string word in recording.Reading)
        {
            if (!TrySpell(word, set, phones))
                return Refused(recording, RefusalReason.UnknownPhone, $"«{word}»");
        }
        phones.Add(PhoneSet.Silence);

        float[] mel;
        try
        {
            mel = spectrogram.Compute(SoundFile.Read(recording.AudioPath).To(spectrogram.Config.SampleRate).Samples);
        }
        catch (UserException e) when (e.Where == recording.AudioPath)
        {
            return Refused(recording, RefusalReason.Unreadable, e.What);
        }
        if (!mel.All(float.IsFinite))
            return Refused(recording, RefusalReason.Unreadable, "a sample is not a number");
        int frames = mel.Length / spectrogram.Config.Bands, tokens = 2 * phones.Count + 1;
        if (frames == 0)
            return Refused(recording, RefusalReason.TooShort, recording.AudioPath);
        return tokens > frames
            ? Refused(recording, RefusalReason.MoreTokensThanFrames, $"{tokens} tokens, {frames} frames")
            : new(recording, mel, phones, null);
    }

    private static bool TrySpell(string word, PhoneSet set, List<string> phones)
    {
        if (Pinyin.TryParse(word, out Pinyin pinyin))
            phones.AddRange(set.Phones(pinyin));
        else if (PauseOf(word) is Pause pause and not Pause.None)
            phones.Add(set.PausePhone(pause));
        else
            return false;
        return set.Contains(phones[^1]);
    }

    private static Pause PauseOf(string word) => word switch
    {
        "," => Pause.Comma,
        ";" => Pause.Semicolon,
        "." => Pause.Period,
        "!" => Pause.Exclamation,
        "?" => Pause.Question,
        _ => Pause.None,
    };

    private static PreparedItem Refused(Recording recording, RefusalReason reason, string detail) =>
        new(recording, [], [], new(recording.Id, reason, detail));
}
