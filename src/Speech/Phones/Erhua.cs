namespace Kouyin.Speech.Phones;

/// <summary>Erhua: 儿 loses its syllable to the one before it.</summary>
internal static class Erhua
{
    /// <summary>Before these, and after them, 儿 is a child and keeps its syllable.</summary>
    private const string ChildAfter = "女婴幼孤妻少胎健宠男小生产育患";

    private const string ChildBefore = "童子女孙科歌化戏媳时";

    /// <summary>Merges every 儿 that the dictionary, or its place after another word, makes a suffix.</summary>
    public static void Merge(List<Token> tokens, int first)
    {
        int kept = first;
        for (int i = first; i < tokens.Count; i++)
        {
            if (i > first && kept > first && IsSuffix(tokens, i))
                tokens[kept - 1] = Merged(tokens[kept - 1], tokens[i]);
            else
                tokens[kept++] = tokens[i];
        }
        tokens.RemoveRange(kept, tokens.Count - kept);
    }

    private static bool IsSuffix(List<Token> tokens, int i)
    {
        Token er = tokens[i];
        Token before = tokens[i - 1];
        if (er.Text == "儿" && before.Lexical.Erhua)
            return true;
        if (er.Rule == MandarinReader.GivenRule)
            return false;
        if (er.Text != "儿" || before.Kind != TokenKind.Syllable || before.Lexical.Syllable == "er")
            return false;
        if (er.Word == before.Word)
            return er.Lexical.Tone == 5;
        bool endsRun = i + 1 == tokens.Count;
        return !ChildAfter.Contains(before.Text, StringComparison.Ordinal)
            && (endsRun || !ChildBefore.Contains(tokens[i + 1].Text, StringComparison.Ordinal));
    }

    private static Token Merged(Token before, Token er) => before with
    {
        Text = before.Text + er.Text,
        End = er.End,
        Lexical = before.Lexical.WithErhua(),
        Rule = before.Rule + " erhua",
    };
}
