using Kouyin.Speech.Audio;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data;

/// <summary>An utterance on its way into prepared data: its mel and phones, or why it is refused.</summary>
internal sealed record PreparedItem(Recording Recording, float[] Mel, IReadOnlyList<string> Phones, Refusal? Refusal)
{
    /// <summary>Decodes, resamples, analyses and spells one utterance.</summary>
    public static PreparedItem From(Recording utterance, MelSpectrogram spectrogram, PhoneSet set)
    {
        List<string> phones = [PhoneSet.Silence];
        foreach (string word in utterance.Reading)
        {
            if (!TrySpell(word, set, phones))
                return Refused(utterance, RefusalReason.UnknownPhone, $"«{word}»");
        }
        phones.Add(PhoneSet.Silence);

        float[] mel;
        try
        {
            mel = spectrogram.Compute(SoundFile.Read(utterance.AudioPath).To(spectrogram.Config.SampleRate).Samples);
        }
        catch (UserException e) when (e.Where == utterance.AudioPath)
        {
            return Refused(utterance, RefusalReason.Unreadable, e.What);
        }
        int frames = mel.Length / spectrogram.Config.Bands, tokens = 2 * phones.Count + 1;
        if (frames == 0)
            return Refused(utterance, RefusalReason.TooShort, utterance.AudioPath);
        return tokens > frames
            ? Refused(utterance, RefusalReason.MoreTokensThanFrames, $"{tokens} tokens, {frames} frames")
            : new(utterance, mel, phones, null);
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

    private static PreparedItem Refused(Recording utterance, RefusalReason reason, string detail) =>
        new(utterance, [], [], new(utterance.Id, reason, detail));
}
