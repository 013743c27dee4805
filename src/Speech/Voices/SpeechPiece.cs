using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Voices;

/// <summary>What is spoken in one breath: phones, and the silence that follows.</summary>
/// <param name="Phones">Symbols of the voice's phone set, silence at both ends.</param>
/// <param name="Style">What the text's markup asks for.</param>
/// <param name="SilenceAfter">In seconds, beside the model's own.</param>
internal sealed record SpeechPiece(IReadOnlyList<string> Phones, Style Style, double SilenceAfter)
{
    // Attention grows with the square of the length, and no corpus has breaths longer than this.
    private const int LongestTokens = 40;
    private const double AfterSentence = 0.15;

    /// <summary>
    /// Cuts sentences where the user asks for a pause, and long ones at their stops or between words.
    /// </summary>
    /// <param name="sentences">From the front end.</param>
    /// <param name="set">The voice's phone set.</param>
    public static IEnumerable<SpeechPiece> From(IEnumerable<Utterance> sentences, PhoneSet set)
    {
        foreach (Utterance sentence in sentences)
        {
            foreach (SpeechPiece piece in Cut(sentence, set))
                yield return piece;
        }
    }

    private static IEnumerable<SpeechPiece> Cut(Utterance sentence, PhoneSet set)
    {
        List<Token> tokens = [];
        foreach (Token token in sentence.Tokens)
        {
            if (token.PauseSeconds is { } seconds)
            {
                yield return Piece(tokens, sentence, set, seconds);
                tokens.Clear();
                continue;
            }
            bool mayBreak = tokens.Count > 0
                && (tokens[^1].Kind == TokenKind.Pause
                    || (tokens.Count >= LongestTokens && tokens[^1].Word != token.Word));
            if (mayBreak && tokens.Count >= LongestTokens / 2)
            {
                yield return Piece(tokens, sentence, set, 0);
                tokens.Clear();
            }
            tokens.Add(token);
        }
        yield return Piece(tokens, sentence, set, AfterSentence);
    }

    private static SpeechPiece Piece(List<Token> tokens, Utterance sentence, PhoneSet set, double silence)
    {
        Utterance part = sentence with { Tokens = [.. tokens] };
        string[] phones = tokens.Exists(token => token.Kind is TokenKind.Syllable or TokenKind.English)
            ? [.. part.Phones(set).Select(phone => phone.Symbol)]
            : [];
        return new(phones, sentence.Style, silence);
    }
}
