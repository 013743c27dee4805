using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Kouyin.Speech.Text;

namespace Kouyin.Speech.Phones;

/// <summary>One normalized sentence as tokens: Chinese, English words, pauses, and what nobody can voice.</summary>
internal sealed class SentenceReader(Lexicon lexicon)
{
    /// <summary>A pause keeps this much of its marks: a million of them are one pause still.</summary>
    private const int LongestMark = 8;

    private readonly MandarinReader _mandarin = new(lexicon);
    private readonly EnglishReader _english = new(lexicon);
    private readonly ThirdTones _thirdTones = new(lexicon);

    /// <summary>Reads the characters from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public List<Token> Read(Request request, int start, int end)
    {
        string text = request.Spoken.Text;
        List<Token> tokens = [];
        for (int i = start; i < end;)
        {
            int from = i;
            if (IsHan(text, i, out _))
            {
                while (i < end && IsHan(text, i, out int units))
                    i += units;
                _mandarin.Read(request, from, i - from, tokens);
            }
            else if (Characters.IsLatin(text[i]))
            {
                while (i < end && (Characters.IsLatin(text[i]) || text[i] is '\'' or '’'))
                    i++;
                AddEnglish(request, from, i, tokens);
            }
            else
            {
                _ = Characters.At(text, i, out int units);
                i += units;
                AddOther(request.Spoken, from, i, tokens);
            }
        }
        Accents.Apply(request.Accent, tokens, lexicon);
        ApplySandhi(tokens);
        Rebase(request.Passage.Text, tokens);
        return tokens;
    }

    private static bool IsHan(string text, int i, out int units) =>
        Characters.IsHan(Characters.At(text, i, out units).Value);

    private void ApplySandhi(List<Token> tokens)
    {
        Span<Token> all = CollectionsMarshal.AsSpan(tokens);
        for (int i = 0; i < all.Length; i++)
        {
            int from = i;
            while (i < all.Length && all[i].Kind == TokenKind.Syllable)
                i++;
            Sandhi.Apply(all[from..i], _thirdTones);
        }
    }

    private void AddEnglish(Request request, int from, int to, List<Token> tokens)
    {
        SpokenText spoken = request.Spoken;
        string word = spoken.Text[from..to].Replace('’', '\'').Trim('\'');
        string[]? given = request.Passage.Arpabet?.GetValueOrDefault(spoken.Starts[from]);
        (string[] phones, string rule) = given is not null
            ? (given, MandarinReader.GivenRule)
            : _english.Read(word, request.Options.Lexicon);
        tokens.Add(new()
        {
            Kind = TokenKind.English,
            Text = word,
            Start = spoken.Starts[from],
            End = spoken.Ends[to - 1],
            Arpabet = phones,
            Word = NextWord(tokens),
            Rule = rule,
        });
    }

    private static void AddOther(SpokenText spoken, int from, int to, List<Token> tokens)
    {
        string text = spoken.Text;
        Pause pause = Punctuation.PauseOf(text[from]);
        if (pause == Pause.None && !IsVoiceable(text, from))
            return;
        if (pause != Pause.None && tokens.Count > 0 && tokens[^1].Kind == TokenKind.Pause)
        {
            tokens[^1] = tokens[^1] with
            {
                Pause = (Pause)Math.Max((int)pause, (int)tokens[^1].Pause),
                Text = tokens[^1].Text.Length < LongestMark ? tokens[^1].Text + text[from..to] : tokens[^1].Text,
                End = spoken.Ends[to - 1],
            };
            return;
        }
        tokens.Add(new()
        {
            Kind = pause != Pause.None ? TokenKind.Pause : TokenKind.Unvoiced,
            Text = text[from..to],
            Start = spoken.Starts[from],
            End = spoken.Ends[to - 1],
            Pause = pause,
            Word = NextWord(tokens),
        });
    }

    /// <summary>Whether somebody would read a character aloud, so that its silence must be reported.</summary>
    private static bool IsVoiceable(string text, int i) =>
        Rune.GetUnicodeCategory(Characters.At(text, i, out _)) is
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber
            or UnicodeCategory.OtherNumber or UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol
            or UnicodeCategory.OtherSymbol;

    private static int NextWord(List<Token> tokens) => tokens.Count > 0 ? tokens[^1].Word + 1 : 0;

    /// <summary>Turns positions in the passage into positions in the text as it was given.</summary>
    private static void Rebase(SpokenText passage, List<Token> tokens)
    {
        foreach (Token token in tokens)
            token.Place(passage.Starts[token.Start], passage.Ends[Math.Max(token.Start, token.End - 1)]);
    }

    /// <summary>What a sentence is read from.</summary>
    /// <param name="Spoken">The passage in words.</param>
    /// <param name="Passage">The passage as it was written.</param>
    /// <param name="Options">What the caller chose.</param>
    public readonly record struct Request(SpokenText Spoken, Passage Passage, FrontEndOptions Options)
    {
        /// <summary>The habits of the passage's accent.</summary>
        public AccentPolicy Accent => Passage.Style.Accent is string name
            && AccentPolicy.ByAccent.TryGetValue(name, out AccentPolicy? policy) ? policy : Options.Accent;
    }
}
