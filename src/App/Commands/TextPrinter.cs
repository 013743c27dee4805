using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kouyin.Speech.Phones;

namespace Kouyin.App.Commands;

/// <summary>Prints how lines are read, and says on the error stream what in them cannot be.</summary>
internal sealed class TextPrinter(string level, PhoneSet phones, FrontEndOptions options)
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Prints one line's reading.</summary>
    public void Print(string line, int number, TextWriter output, TextWriter error)
    {
        IReadOnlyList<Utterance> read = FrontEnd.Default.Read(
            line, options with { Report = problem => error.WriteLine($"line {number}: {problem}") });
        foreach (Token token in read.SelectMany(utterance => utterance.Unvoiced))
            error.WriteLine($"line {number}: nobody knows how to read «{token.Text}» at {token.Start}");
        output.WriteLine(level switch
        {
            "normalized" => string.Concat(read.Select(utterance => utterance.Text)).ReplaceLineEndings(" "),
            "lexical" => Joined(read.Select(utterance => utterance.Lexical)),
            "surface" => Joined(read.Select(utterance => utterance.Surface)),
            "phones" => Joined(read.SelectMany(utterance => utterance.Phones(phones)).Select(phone => phone.Symbol)),
            "json" => ToJson(line, read),
            _ => Explain(line, read),
        });
    }

    private static string Joined(IEnumerable<string> parts) => string.Join(' ', parts.Where(part => part.Length > 0));

    /// <summary>A word a line: its characters, its reading before and after sandhi, the rules that chose it.</summary>
    private static string Explain(string line, IReadOnlyList<Utterance> read)
    {
        StringBuilder table = new(line);
        foreach (Utterance utterance in read)
        {
            table.Append(CultureFree($"\n  {utterance.Text.ReplaceLineEndings(" ")}"));
            foreach (IGrouping<int, Token> word in utterance.Tokens.GroupBy(token => token.Word))
            {
                string characters = string.Concat(word.Select(token => token.Text));
                string reading = Joined(word.Select(token => Reading(token, token.Lexical)));
                string spoken = Joined(word.Select(token => Reading(token, token.Surface)));
                string changed = spoken == reading ? "" : "→ " + spoken;
                string rules = string.Join(", ", word.Select(token => token.Rule).Distinct());
                table.Append(CultureFree($"\n    {characters}\t{reading}\t{changed}\t{rules}"));
            }
        }
        return table.ToString();
    }

    private static string CultureFree(FormattableString text) => FormattableString.Invariant(text);

    private static string Reading(Token token, Pinyin pinyin) => token.Kind switch
    {
        TokenKind.Syllable => pinyin.ToString(),
        TokenKind.English => string.Join(' ', token.Arpabet),
        TokenKind.Unvoiced => "unvoiced",
        _ when token.PauseSeconds is double seconds => CultureFree($"pause {seconds} s"),
        _ => $"{token.Pause}",
    };

    private string ToJson(string line, IReadOnlyList<Utterance> read)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Json))
        {
            writer.WriteStartObject();
            writer.WriteString("text", line);
            writer.WriteStartArray("sentences");
            foreach (Utterance utterance in read)
                Write(writer, utterance);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void Write(Utf8JsonWriter writer, Utterance utterance)
    {
        writer.WriteStartObject();
        writer.WriteString("normalized", utterance.Text);
        if (utterance.Style != Style.Default)
        {
            writer.WriteNumber("rate", utterance.Style.Rate);
            writer.WriteString("voice", utterance.Style.Voice);
            writer.WriteString("accent", utterance.Style.Accent);
        }
        writer.WriteStartArray("tokens");
        foreach (Token token in utterance.Tokens)
            Write(writer, token);
        writer.WriteEndArray();
        writer.WriteStartArray("phones");
        foreach (Phone phone in utterance.Phones(phones))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(phone.Symbol);
            writer.WriteNumberValue(phone.Start);
            writer.WriteNumberValue(phone.End);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Token token)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", token.Kind switch
        {
            TokenKind.Syllable => "syllable",
            TokenKind.English => "english",
            TokenKind.Pause => "pause",
            _ => "unvoiced",
        });
        writer.WriteString("text", token.Text);
        writer.WriteNumber("start", token.Start);
        writer.WriteNumber("end", token.End);
        writer.WriteNumber("word", token.Word);
        if (token.Kind == TokenKind.Syllable)
        {
            writer.WriteString("lexical", token.Lexical.ToString());
            writer.WriteString("surface", token.Surface.ToString());
        }
        else if (token.Kind == TokenKind.English)
            writer.WriteString("arpabet", string.Join(' ', token.Arpabet));
        else if (token.PauseSeconds is double seconds)
            writer.WriteNumber("seconds", seconds);
        if (token.Rule.Length > 0)
            writer.WriteString("rule", token.Rule);
        writer.WriteEndObject();
    }
}
