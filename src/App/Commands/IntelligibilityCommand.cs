using System.CommandLine;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Phones;
using Kouyin.Speech.Voices;

namespace Kouyin.App.Commands;

/// <summary><c>intelligibility</c>: how many initials, finals and tones of speech a recognizer understands.</summary>
internal static class IntelligibilityCommand
{
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Prepared data, whose held-out readings are spoken.",
    };

    private static readonly Option<string?> VoiceName = new("--voice")
    {
        Description = "A voice by name, folder or file; without one the recordings alone are judged.",
    };

    private static readonly Option<string?> VocoderName = new("--vocoder")
    {
        Description = "What makes sound of mels, as for say.",
    };

    private static readonly Option<string?> Speaker = new("--speaker")
    {
        Description = "Whose held-out readings, and who speaks them; by default whoever has most.",
    };

    private static readonly Option<string?> List = new("--wav-list")
    {
        Description = "In place of --data: a table of sound files and their pinyin, a tab between them.",
    };

    private static readonly Option<string?> JudgeName = new("--judge")
    {
        Description = "The recognizer; by default the clone's.",
    };

    private static readonly Option<int?> Limit = new("--limit")
    {
        Description = "Judge so many readings, evenly chosen; by default all.",
    };

    private static readonly Option<int> Seed = new("--seed") { Description = "Decides all chance." };

    private static readonly Option<int> Worst = new("--worst")
    {
        Description = "Show so many of the worst understood of each.",
    };

    public static Command Create()
    {
        Command command = new("intelligibility", "Measure how well speech is understood.")
        {
            Data, VoiceName, VocoderName, Speaker, List, JudgeName, Limit, Seed, Worst,
        };
        DecoderOptions.AddTo(command);
        command.SetAction((parsed, cancel) => Task.Run(
            () => Write(Judge(parsed), parsed.GetValue(Worst), parsed.InvocationConfiguration.Output, cancel), cancel));
        return command;
    }

    private static IEnumerable<JudgedSpeech> Judge(ParseResult parsed)
    {
        using Recognizer recognizer = Recognizer.Load(JudgeFile.Find(parsed.GetValue(JudgeName)));
        IEnumerable<JudgedSpeech> results = (parsed.GetValue(List), parsed.GetValue(Data)) switch
        {
            ({ } file, null) => [Intelligibility.Files(recognizer, MelConfig.Natural22k, ReadList(file))],
            (null, { } folder) => JudgeReadings(recognizer, folder, parsed),
            _ => throw new UserException("it is not said what to judge", "--data, --wav-list", "give one of the two"),
        };
        foreach (JudgedSpeech speech in results)
            yield return speech;
    }

    private static IEnumerable<JudgedSpeech> JudgeReadings(Recognizer recognizer, string folder, ParseResult parsed)
    {
        using PreparedCorpus corpus = PreparedCorpus.Open(folder);
        recognizer.Demand(corpus.Info.Mel);
        string speaker = parsed.GetValue(Speaker)
            ?? corpus.Info.Speakers.MaxBy(known => known.TestUtterances)!.Name;
        int[] utterances = HeldOut(corpus, speaker, parsed.GetValue(Limit));
        string? name = parsed.GetValue(VoiceName) is { } given ? VoiceFolders.Find(given) : null;
        using Voice? voice = name is null ? null : Voice.Open(name);
        IVocoder vocoder = name is null
            ? VocoderFolders.Open(parsed.GetValue(VocoderName), corpus.Info.Mel)
            : VocoderFolders.For(parsed.GetValue(VocoderName), name, corpus.Info.Mel);
        using IDisposable? weights = vocoder as IDisposable;
        Intelligibility test = new(recognizer, corpus, vocoder);
        yield return test.Recordings(utterances);
        yield return test.Copies(utterances);
        if (voice is null)
            yield break;
        SayOptions how = DecoderOptions.Over(parsed, voice.Info.Synthesis.ToOptions()) with
        {
            Speaker = speaker,
            Seed = parsed.GetValue(Seed),
        };
        yield return test.Spoken(voice, how, utterances);
        yield return test.SpokenMeans(voice, how, utterances);
    }

    private static int[] HeldOut(PreparedCorpus corpus, string speaker, int? limit)
    {
        int[] all =
        [
            .. Enumerable.Range(0, corpus.Utterances.Count).Where(
                k => corpus.Utterances[k].Split != Split.Train && corpus.Utterances[k].Speaker == speaker),
        ];
        if (all.Length == 0)
        {
            IEnumerable<string> others =
                corpus.Info.Speakers.Where(known => known.TestUtterances > 0).Select(known => known.Name);
            throw new UserException(
                $"the data holds out no readings of «{speaker}»", "--speaker",
                $"choose one of: {string.Join(", ", others)}");
        }
        int count = Math.Clamp(limit ?? all.Length, 1, all.Length);
        return [.. Enumerable.Range(0, count).Select(k => all[(int)((long)k * all.Length / count)])];
    }

    private static IReadOnlyList<(string Path, IReadOnlyList<string> Reading)> ReadList(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Select((line, index) => ReadLine(line, $"{file}, line {index + 1}"))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot read the list: {e.Message}", file, "give an existing, readable file");
        }
    }

    private static (string Path, IReadOnlyList<string> Reading) ReadLine(string line, string where)
    {
        string[] cells = line.Split('\t');
        string[] words = cells[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return cells.Length == 2 && words.Length > 0 && words.All(word => Pinyin.TryParse(word, out _))
            ? (cells[0], words)
            : throw new UserException(
                $"«{line}» does not hold a sound file and its pinyin", where,
                "write the file, a tab, and syllables with tone digits, such as ni3 hao3");
    }

    private static void Write(
        IEnumerable<JudgedSpeech> results, int worst, TextWriter output, CancellationToken cancel)
    {
        output.WriteLine($"{"errors in % (95 %)",-26}{"all",-19}{"initials",-19}{"finals",-19}{"tones",-19}"
            + $"{"errors / tokens",-17}swallowed, invented");
        foreach (JudgedSpeech speech in results)
        {
            cancel.ThrowIfCancellationRequested();
            ErrorCount all = speech.All.Count;
            output.WriteLine($"{$"{speech.Name}, {speech.Utterances.Count}",-26}{Cell(speech.All)}"
                + $"{Cell(speech.Initials)}{Cell(speech.Finals)}{Cell(speech.Tones)}"
                + $"{$"{all.Errors} / {all.Tokens}",-17}{all.Deleted}, {all.Inserted}");
            foreach (JudgedUtterance bad in speech.Utterances.OrderByDescending(u => u.Errors.All.Errors).Take(worst))
                output.WriteLine($"  {bad.Id}: {bad.Said}, heard {bad.Heard}");
        }
    }

    private static string Cell(ErrorRate rate) =>
        $"{100 * rate.Rate:0.0} ({100 * rate.Low:0.0}-{100 * rate.High:0.0})".PadRight(19);
}
