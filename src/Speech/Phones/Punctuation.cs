namespace Kouyin.Speech.Phones;

/// <summary>Which punctuation stops speech, and how.</summary>
internal static class Punctuation
{
    /// <summary>The stop that a character makes.</summary>
    public static Pause PauseOf(char c) => c switch
    {
        ',' or '，' or '、' => Pause.Comma,
        ';' or '；' or ':' or '：' or '…' or '—' or '⋯' => Pause.Semicolon,
        '.' or '。' or '｡' or '\n' => Pause.Period,
        '!' or '！' => Pause.Exclamation,
        '?' or '？' => Pause.Question,
        _ => Pause.None,
    };
}
