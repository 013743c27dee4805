using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Kouyin.Speech.Text;

/// <summary>Text in the making that remembers which characters of the input each character comes from.</summary>
internal sealed class SpokenText
{
    private readonly StringBuilder _text = new();
    private readonly List<int> _starts = [];
    private readonly List<int> _ends = [];
    private string? _finished;

    /// <summary>How many UTF-16 code units there are.</summary>
    public int Length => _text.Length;

    /// <summary>The first input position of each code unit.</summary>
    public ReadOnlySpan<int> Starts => CollectionsMarshal.AsSpan(_starts);

    /// <summary>Past the last input position of each code unit.</summary>
    public ReadOnlySpan<int> Ends => CollectionsMarshal.AsSpan(_ends);

    /// <summary>Adds a character that voices input from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public void Append(char c, int start, int end)
    {
        Debug.Assert(_finished is null);
        if (c == ' ' && _text.Length > 0 && _text[^1] == ' ')
            return;
        _text.Append(c);
        _starts.Add(start);
        _ends.Add(end);
    }


    /// <summary>Adds words that voice input from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public void Append(string text, int start, int end)
    {
        foreach (char c in text)
            Append(c, start, end);
    }

    /// <summary>A code unit.</summary>
    public char this[int index] => _text[index];

    /// <summary>The whole text; nothing can be added any more once it has been asked for.</summary>
    public string Text => _finished ??= _text.ToString();
}
