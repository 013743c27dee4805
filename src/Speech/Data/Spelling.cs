using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data;

/// <summary>Transcripts to phones.</summary>
internal sealed class Spelling(PhoneSet set)
{
    private static readonly Dictionary<string, Pause> Marks = new()
    {
        [","] = Pause.Comma,
        [";"] = Pause.Semicolon,
        ["."] = Pause.Period,
        ["!"] = Pause.Exclamation,
        ["?"] = Pause.Question,
        [Transcript.Phrase] = Pause.Comma,
        [Transcript.Sentence] = Pause.Period,
        [PhoneSet.Silence] = Pause.Comma,
    };

    /// <summary>Whether a word of a transcript is a place to stop.</summary>
    public static bool IsMark(string word) => Marks.ContainsKey(word);

    /// <summary>The units of a transcript, pauses where it has them, but no silence at its ends.</summary>
    /// <param name="transcript">What is said.</param>
    /// <param name="accent">Whose habits of reading the front end follows.</param>
    /// <exception cref="RefusedException">Nothing is said, or the set cannot write it.</exception>
    public List<SpokenUnit> Units(Transcript transcript, string accent)
    {
        List<SpokenUnit> units = transcript.Kind switch
        {
            TranscriptKind.Pinyin => [.. transcript.Words.Select(FromPinyin)],
            TranscriptKind.Phones => FromPhones(transcript),
            _ => FromText(transcript.Text, accent),
        };
        if (units.TrueForAll(unit => unit.IsPause))
            throw Unknown(transcript.Text, "nothing is said");
        string? missing = units.SelectMany(unit => unit.Phones).FirstOrDefault(phone => !set.Contains(phone));
        return missing is null ? units : throw Unknown(missing, $"no phone of {set.Name}");
    }

    private SpokenUnit FromPinyin(string word)
    {
        if (Pinyin.TryParse(word, out Pinyin pinyin))
            return new(word, set.Phones(pinyin), 1);
        return Marks.TryGetValue(word, out Pause pause) ? Stop(pause) : throw Unknown(word, "no pinyin");
    }

    private SpokenUnit Stop(Pause pause) =>
        new(PhoneSet.InitialsFinals.PausePhone(pause), [set.PausePhone(pause)], 0);

    /// <summary>The log's lists: two phones a syllable, sil between words.</summary>
    private List<SpokenUnit> FromPhones(Transcript transcript)
    {
        IReadOnlyList<string> words = transcript.Words;
        double[] times = [0, .. transcript.WordSeconds]; // when word i begins, if there are any
        for (int i = 1; i < times.Length; i++)
            times[i] += times[i - 1];
        List<SpokenUnit> units = [];
        for (int i = 0; i < words.Count;)
        {
            int count = words[i] == PhoneSet.Silence ? 1 : 2;
            SpokenUnit unit =
                count == 1 ? Stop(Pause.Comma) : FromPair(words[i], words.ElementAtOrDefault(i + 1) ?? "");
            units.Add(times.Length == 1 ? unit : unit with
            {
                PhoneStarts = times[i..(i + unit.Phones.Count)],
                EndSeconds = times[i + count],
            });
            i += count;
        }
        return units;
    }

    private SpokenUnit FromPair(string initial, string final)
    {
        Pinyin pinyin = Log198Phones.Syllable(initial, final);
        if (pinyin.IsNone)
            throw Unknown($"{initial} {final}".Trim(), "no syllable of the log's phones");
        bool asWritten = set == PhoneSet.Log198 && set.Contains(final);
        return new($"{pinyin}", asWritten ? [initial, final] : set.Phones(pinyin), 1);
    }

    private List<SpokenUnit> FromText(string text, string accent)
    {
        FrontEndOptions options = new()
        {
            Accent = AccentPolicy.ByAccent.GetValueOrDefault(accent, AccentPolicy.Standard),
        };
        List<SpokenUnit> units = [];
        if (MarkOf(text) is string mark)
            throw Unknown(mark, "a sound that is no word");
        foreach (Token token in FrontEnd.Default.Read(text, options).SelectMany(utterance => utterance.Tokens))
        {
            if (token.Kind == TokenKind.Unvoiced)
                throw Unknown(token.Text, "the front end cannot read it");
            if (token.Kind == TokenKind.Syllable)
                units.Add(new($"{token.Surface}", set.Phones(token.Surface), 1));
            else if (token.Kind == TokenKind.English)
                units.Add(new(
                    token.Text.ToLowerInvariant().Replace(' ', '-'),
                    [.. token.Arpabet.SelectMany(set.EnglishPhones)],
                    Math.Max(1, token.Arpabet.Count(phone => char.IsAsciiDigit(phone[^1])))));
            else if (token.Pause != Pause.None)
                units.Add(Stop(token.Pause));
        }
        return units;
    }

    /// <summary>A mark of the transcriber in brackets, such as [LAUGHTER] or [*]; a reading is none.</summary>
    private static string? MarkOf(string text)
    {
        int start = text.IndexOf('[');
        int end = start < 0 ? -1 : text.IndexOf(']', start);
        if (end < 0)
            return null;
        bool reading = TextLines.Words(text[(start + 1)..end]).All(word => Pinyin.TryParse(word, out _));
        return reading ? MarkOf(text[(end + 1)..]) : text[start..(end + 1)];
    }

    private static RefusedException Unknown(string what, string why) =>
        new(RefusalReason.UnknownPhone, $"«{what}»: {why}");
}
