using System.CommandLine;
using System.Globalization;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Model.Vocoder.Harmonic;

namespace Kouyin.App.Commands;

/// <summary><c>vocoders</c>: how far copies of held-out recordings are from them, vocoder by vocoder.</summary>
internal static class VocodersCommand
{
    private const int LongestWord = 4; // syllables

    private static readonly Option<string> Data = new("--data")
    {
        Description = "Prepared data with its sound, whose held-out recordings are copied.", Required = true,
    };

    private static readonly Option<string[]> Names = new("--vocoder")
    {
        Description = "Vocoders by name, folder or file, beside griffin-lim; by default the clone's.",
        DefaultValueFactory = _ => [],
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "Recordings of each kind at most, evenly chosen.", DefaultValueFactory = _ => 100,
    };

    public static Command Create()
    {
        Command command = new("vocoders", "Measure what vocoders make of held-out recordings.") { Data, Names, Limit };
        command.SetAction((parsed, cancel) => Task.Run(
            () => Measure(
                parsed.GetRequiredValue(Data), parsed.GetRequiredValue(Names), parsed.GetValue(Limit),
                parsed.InvocationConfiguration.Output, cancel), cancel));
        return command;
    }

    private static void Measure(string data, string[] names, int limit, TextWriter output, CancellationToken cancel)
    {
        using PreparedCorpus corpus = PreparedCorpus.Open(data);
        CopySynthesis copies = new(corpus.Info.Mel);
        string[] all = ["griffin-lim", .. names.Length > 0 ? names : VocoderFolders.Names(corpus.Info.Mel)];
        HashSet<string> known = [.. all.SelectMany(name => Speakers(name, corpus.Info.Mel))];
        var kinds = Enumerable.Range(0, corpus.Utterances.Count)
            .Where(k => corpus.Utterances[k].Split != Split.Train)
            .GroupBy(k => (known.Contains(corpus.Utterances[k].Speaker) ? "known" : "new") + " speakers, "
                + (corpus.Utterances[k].Reading.Count <= LongestWord ? "words" : "sentences"))
            .OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => (kind.Key, Recordings: Evenly([.. kind], limit))).ToArray();
        output.WriteLine(
            $"{"mean (95 %)",-42}{"STFT distance",-22}{"MCD, dB",-22}{"log-F0 RMSE, %",-22}"
            + $"{"F0 over 20 % off, %",-22}voicing error, %");
        foreach (string name in all)
        {
            IVocoder vocoder = VocoderFolders.Open(name, corpus.Info.Mel);
            foreach ((string kind, int[] recordings) in kinds)
            {
                CopyErrors[] errors = [.. recordings.Select(k =>
                {
                    cancel.ThrowIfCancellationRequested();
                    float[] recording = PcmSamples.Floats(corpus.Samples(k));
                    return copies.Compare(recording, copies.Copy(recording, vocoder));
                })];
                output.WriteLine($"{$"{name}: {errors.Length} of {kind}",-42}"
                    + Cell(errors, error => (error.Spectrum, 1), 1, "0.000")
                    + Cell(errors, error => (error.Distortion, 1), 1, "0.00")
                    + Cell(errors, error => (error.Pitch.SquaredLogs, error.Pitch.Compared), 100, "0.00", Math.Sqrt)
                    + Cell(errors, error => (error.Pitch.Gross, error.Pitch.BothVoiced), 100, "0.00")
                    + Cell(errors, error => (error.Pitch.VoicingErrors, error.Pitch.Frames), 100, "0.00"));
            }
            (vocoder as IDisposable)?.Dispose();
        }
    }

    private static IReadOnlyList<string> Speakers(string name, MelConfig mel)
    {
        IVocoder vocoder = VocoderFolders.Open(name, mel);
        using IDisposable? weights = vocoder as IDisposable;
        return (vocoder as HarmonicVocoder)?.Info.Speakers ?? [];
    }

    private static string Cell(
        CopyErrors[] errors, Func<CopyErrors, (double, double)> part, double scale, string format,
        Func<double, double>? finish = null)
    {
        Measured measured = Measured.Ratio([.. errors.Select(part)], finish);
        string Number(double value) => (value * scale).ToString(format, CultureInfo.InvariantCulture);
        return $"{Number(measured.Value)} ({Number(measured.Low)}-{Number(measured.High)})".PadRight(22);
    }

    private static int[] Evenly(int[] all, int limit)
    {
        int count = Math.Clamp(limit, 1, all.Length);
        return [.. Enumerable.Range(0, count).Select(k => all[(int)((long)k * all.Length / count)])];
    }
}
