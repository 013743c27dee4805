using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Text;

/// <summary>The part of SSML that a voice can follow; whatever is wrong is reported and spoken all the same.</summary>
/// <remarks>
/// No document model and no declared entities, so nested or expanding input costs what its length costs. Elements:
/// speak, p, s, sub, break, phoneme, say-as, prosody rate, voice, and an accent attribute on any of them.
/// </remarks>
internal sealed class Ssml
{
    private static readonly HashSet<string> Known =
    [
        "speak", "p", "s", "sub", "break", "phoneme", "say-as", "prosody", "voice", "lang", "emphasis", "mark", "desc",
        "audio", "w", "token", "metadata",
    ];

    private readonly string _text;
    private readonly Action<string> _report;
    private readonly List<Passage> _passages = [new(Style.Default)];
    private readonly Stack<Element> _open = new();

    private Ssml(string text, Action<string> report) => (_text, _report) = (text, report);

    private Passage Current => _passages[^1];

    /// <summary>Whether a text is SSML.</summary>
    public static bool Is(string text)
    {
        ReadOnlySpan<char> start = text.AsSpan().TrimStart();
        return start.StartsWith("<speak", StringComparison.Ordinal)
            || start.StartsWith("<?xml", StringComparison.Ordinal);
    }

    /// <summary>Reads a text into passages.</summary>
    public static List<Passage> Parse(string text, Action<string> report)
    {
        Ssml ssml = new(text, report);
        for (int i = 0; i < text.Length;)
            i = text[i] == '<' ? ssml.Tag(i) : ssml.Content(i);
        while (ssml._open.Count > 0)
            ssml.Close(text.Length);
        return ssml._passages;
    }

    /// <summary>Characters up to the next tag.</summary>
    private int Content(int start)
    {
        int end = _text.IndexOf('<', start);
        end = end < 0 ? _text.Length : end;
        if (_open.TryPeek(out Element? element) && element.Silent)
            return end;
        int from = start;
        while (from < end)
        {
            int entity = _text.IndexOf('&', from, end - from);
            int to = entity < 0 ? end : entity;
            InlineReadings.Add(Current, _text, from, to);
            from = entity < 0 ? end : AddEntity(entity, end);
        }
        return end;
    }

    private int AddEntity(int start, int end)
    {
        const int longest = 12;
        int close = _text.IndexOf(';', start, Math.Min(longest, end - start));
        string? character = close < 0 ? null : SsmlAttributes.Entity(_text[(start + 1)..close]);
        if (character is null)
        {
            Current.Text.Append('&', start, start + 1);
            return start + 1;
        }
        Current.Text.Append(character, start, close + 1);
        return close + 1;
    }

    /// <summary>One tag, comment or declaration.</summary>
    private int Tag(int start)
    {
        if (_text.AsSpan(start).StartsWith("<!--", StringComparison.Ordinal))
            return After("-->", start);
        if (_text.AsSpan(start).StartsWith("<!", StringComparison.Ordinal))
            return SsmlAttributes.AfterDeclaration(_text, start);
        int end = After(">", start);
        ReadOnlySpan<char> body = _text.AsSpan(start, end - start).Trim("<>");
        if (body.Length == 0 || body[0] == '?')
            return end;
        if (body[0] == '/')
            CloseTo(body[1..].Trim().ToString(), start);
        else
            Open(SsmlAttributes.Parse(body.TrimEnd('/').ToString()), start, end, body[^1] == '/');
        return end;
    }

    private int After(string mark, int start)
    {
        int end = _text.IndexOf(mark, start, StringComparison.Ordinal);
        return end < 0 ? _text.Length : end + mark.Length;
    }

    private void Open(SsmlAttributes tag, int start, int end, bool empty)
    {
        if (!Known.Contains(tag.Name))
            _report($"the element <{tag.Name}> at {start} is not known; its text is spoken");
        Style style = StyleOf(tag, _open.TryPeek(out Element? outer) ? outer.Style : Style.Default);
        _open.Push(new(tag, style, Current.Text.Length, end, tag.Name is "sub" or "say-as" or "metadata" or "desc"));
        if (tag.Name is "p" or "s")
            EndSentence(start);
        SwitchTo(style);
        if (tag.Name == "break")
            Break(tag);
        if (empty)
            Close(start);
    }

    /// <summary>Closes the innermost element of a name; a closing tag without one is reported.</summary>
    private void CloseTo(string name, int at)
    {
        const int deepestSearch = 64;
        if (!_open.Take(deepestSearch).Any(element => element.Tag.Name == name))
        {
            _report($"</{name}> at {at} closes nothing");
            return;
        }
        while (_open.Peek().Tag.Name != name)
        {
            _report($"<{_open.Peek().Tag.Name}> is not closed before </{name}> at {at}");
            Close(at);
        }
        Close(at);
    }

    private void Close(int at)
    {
        Element element = _open.Pop();
        SsmlAttributes tag = element.Tag;
        switch (tag.Name)
        {
            case "phoneme":
                GivePhonemes(tag, element.TextStart);
                break;
            case "say-as" or "sub" when !_open.Any(outer => outer.Silent):
                Replace(tag, element.ContentStart, Math.Max(element.ContentStart + 1, at));
                break;
            case "p" or "s":
                EndSentence(at);
                break;
        }
        Style outer = _open.TryPeek(out Element? around) ? around.Style : Style.Default;
        if (_open.Count > 0)
            SwitchTo(outer);
    }

    /// <summary>The words of a say-as or sub in place of the characters between its tags.</summary>
    private void Replace(SsmlAttributes tag, int start, int end)
    {
        end = Math.Min(end, _text.Length);
        string content = SsmlAttributes.Unescape(_text[start..end]);
        string spoken = tag.Name == "sub" ? tag["alias"] ?? content : SayAs.Spoken(content, tag["interpret-as"] ?? "");
        Current.Text.Append(spoken, start, end);
    }

    private void SwitchTo(Style style)
    {
        if (style == Current.Style)
            return;
        if (Current.Text.Length == 0 && Current.BreakSeconds is null)
            _passages.RemoveAt(_passages.Count - 1);
        _passages.Add(new(style));
    }

    private void EndSentence(int at)
    {
        if (Current.Text.Length > 0)
            Current.Text.Append('\n', Math.Min(at, _text.Length - 1), Math.Min(at + 1, _text.Length));
    }

    private void Break(SsmlAttributes tag)
    {
        Passage ended = Current.Text.Length == 0 && _passages.Count > 1 ? _passages[^2] : Current;
        ended.BreakSeconds = (ended.BreakSeconds ?? 0) + (SsmlAttributes.Seconds(tag["time"]) ?? tag["strength"] switch
        {
            "none" => 0,
            "x-weak" => 0.1,
            "weak" => 0.2,
            "strong" => 0.8,
            "x-strong" => 1.2,
            _ => 0.4,
        });
        if (ended == Current)
            _passages.Add(new(Current.Style));
    }

    private void GivePhonemes(SsmlAttributes tag, int from)
    {
        string phonemes = tag["ph"] ?? "";
        from = Math.Min(from, Current.Text.Length);
        bool followed = InlineReadings.Parse(phonemes) is Pinyin[] readings
            ? Current.GiveReadings(from, readings)
            : GiveArpabet(phonemes, from);
        if (!followed)
            _report($"<phoneme ph=\"{phonemes}\"> is neither one pinyin a character nor ARPAbet and is left out");
    }

    private bool GiveArpabet(string phonemes, int from)
    {
        string[] phones = phonemes.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (phones.Length == 0 || !Array.TrueForAll(phones, phone => Arpabet.Symbols.Contains(phone)))
            return false;
        Current.GivePhones(from, phones);
        return true;
    }

    private Style StyleOf(SsmlAttributes tag, Style outer)
    {
        Style style = outer;
        if (tag.Name == "prosody" && tag["rate"] is string rate)
        {
            if (SsmlAttributes.Rate(rate) is double factor)
                style = style with { Rate = Math.Clamp(outer.Rate * factor, Style.SlowestRate, Style.FastestRate) };
            else
                _report($"the rate «{rate}» is not one; write 0.8, 120% or slow");
        }
        if (tag.Name == "voice" && tag["name"] is string voice)
            style = style with { Voice = voice };
        return tag["accent"] is string accent ? style with { Accent = accent } : style;
    }

    /// <summary>An element that is open.</summary>
    /// <param name="Tag">Its name and attributes.</param>
    /// <param name="Style">The style inside it.</param>
    /// <param name="TextStart">Where its characters start in the passage.</param>
    /// <param name="ContentStart">Where they start in the text as it was given.</param>
    /// <param name="Silent">Whether its characters are replaced when it closes.</param>
    private sealed record Element(SsmlAttributes Tag, Style Style, int TextStart, int ContentStart, bool Silent);
}
