using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Evaluation.Clips;
using Kouyin.Speech.Evaluation.Judges;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.App.Commands;

/// <summary><c>evaluate</c>: speaks for every speaker and accent, judges it and writes JSON and a page.</summary>
internal static class EvaluateCommand
{
    private static readonly SayOptions Defaults = new();

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static readonly Argument<string> VoiceName = new("voice")
    {
        Description = "A voice by name, folder or file, such as what train made.",
    };

    private static readonly Option<string[]> Data = new("--data")
    {
        Description = "Prepared data with its sound, whose held-out part the voice is held against.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string[]> Truth = new("--truth")
    {
        Description = "Such data of which the voice learned nothing: all of it is used.",
        DefaultValueFactory = _ => [],
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string> Out = new("--out")
    {
        Description = "The page to write, .html; the numbers go beside it, .json.", Required = true,
    };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "Utterances of each speaker in each accent at most, evenly chosen.",
        DefaultValueFactory = _ => 10,
    };

    private static readonly Option<string?> VocoderName = new("--vocoder")
    {
        Description = "What makes sound of mels, as for say.",
    };

    private static readonly Option<int> Steps = new("--steps")
    {
        Description = "Steps of the decoder.", DefaultValueFactory = _ => Defaults.Steps,
    };

    private static readonly Option<double> Temperature = new("--temperature")
    {
        Description = "Deviation of the decoder's noise.", DefaultValueFactory = _ => Defaults.Temperature,
    };

    private static readonly Option<int> Seed = new("--seed") { Description = "Decides all chance." };

    public static Command Create()
    {
        Command command = new("evaluate", "Speak for every speaker and accent, and measure it beside recordings.")
        {
            VoiceName, Data, Truth, Out, Limit, VocoderName, Steps, Temperature, Seed,
        };
        command.SetAction((parsed, cancel) => Task.Run(() => Evaluate(parsed, cancel), cancel));
        return command;
    }

    private static void Evaluate(ParseResult parsed, CancellationToken cancel)
    {
        string name = VoiceFolders.Find(parsed.GetRequiredValue(VoiceName)), page = parsed.GetRequiredValue(Out);
        using Voice voice = Voice.Open(name);
        IVocoder vocoder = VocoderFolders.For(parsed.GetValue(VocoderName), name, voice.Info.Mel);
        using IDisposable? weights = vocoder as IDisposable;
        Recordings recordings = Read(parsed, voice.Info);
        using Recognizer recognizer = Recognizer.Load(JudgeFile.Find(null));
        using SpeakerVerifier verifier = SpeakerVerifier.Load(JudgeFile.Find(null, JudgeFile.Speaker));
        using AccentClassifier classifier = AccentClassifier.Load(JudgeFile.Find(null, JudgeFile.Accent));
        List<Clip> spoken = Speak(parsed, voice, vocoder, recordings, cancel);
        MelSpectrogram spectrogram = new(voice.Info.Mel);
        ClipJudge judge = new(recognizer, verifier, classifier, recordings.All);
        VoiceEvaluation found = WorkProgress.Run("judging", progress => VoiceEvaluation.Of(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(name)), judge, recordings, spoken,
            real => real with { Samples = vocoder.Samples(spectrogram.Compute(real.Samples)) },
            done =>
            {
                cancel.ThrowIfCancellationRequested();
                progress.Report(new(done, spoken.Count, 0));
            }));
        AtomicFile.Write(page, stream => stream.Write(Encoding.UTF8.GetBytes(EvaluationPage.Of(found, spoken))));
        AtomicFile.Write(
            Path.ChangeExtension(page, ".json"), stream => JsonSerializer.Serialize(stream, found, Json));
        Write(found, page, parsed.InvocationConfiguration.Output);
    }

    private static Recordings Read(ParseResult parsed, VoiceInfo voice)
    {
        List<(PreparedCorpus Corpus, bool All)> corpora = [];
        try
        {
            foreach (string folder in parsed.GetRequiredValue(Data))
                corpora.Add((PreparedCorpus.Open(folder), false));
            foreach (string folder in parsed.GetRequiredValue(Truth))
                corpora.Add((PreparedCorpus.Open(folder), true));
            foreach ((PreparedCorpus corpus, _) in corpora)
                Demand(voice, corpus);
            return Recordings.From(corpora, parsed.GetValue(Limit));
        }
        finally
        {
            foreach ((PreparedCorpus corpus, _) in corpora)
                corpus.Dispose();
        }
    }

    private static void Demand(VoiceInfo voice, PreparedCorpus data)
    {
        if (data.Info.PhoneSetHash != voice.PhoneSetHash || data.Info.MelHash != voice.Mel.Hash)
            throw new UserException(
                $"the voice has phones {voice.PhoneSet} and mels {voice.Mel.Hash}, and the data has phones "
                    + $"{data.Info.PhoneSet} and mels {data.Info.MelHash}",
                data.Folder, "prepare the data with the voice's phones and mel settings");
    }

    private static List<Clip> Speak(
        ParseResult parsed, Voice voice, IVocoder vocoder, Recordings recordings, CancellationToken cancel)
    {
        var wanted = voice.Info.Speakers.SelectMany(speaker =>
            (voice.Info.Accents.Count > 0 ? voice.Info.Accents : [speaker.Accent]).SelectMany(accent =>
                recordings.ToSay(speaker.Name, accent, parsed.GetValue(Limit))
                    .Select(clip => (Speaker: speaker.Name, Accent: accent, Clip: clip)))).ToArray();
        SayOptions how = new()
        {
            Steps = parsed.GetValue(Steps), Temperature = parsed.GetValue(Temperature),
        };
        return WorkProgress.Run("speaking", progress =>
        {
            List<Clip> spoken = [];
            foreach ((string speaker, string accent, Clip clip) in wanted)
            {
                cancel.ThrowIfCancellationRequested();
                using TensorScope scope = new();
                var mel = voice.Speak(clip.Phones, how with
                {
                    Speaker = speaker,
                    Accent = voice.Info.Accents.Count > 0 ? accent : null,
                    Seed = parsed.GetValue(Seed) + spoken.Count,
                });
                spoken.Add(new(
                    $"{speaker}-{accent}-{spoken.Count + 1:0000}", speaker, accent, clip.Reading,
                    vocoder.Samples(mel.Mel.ToArray())));
                progress.Report(new(spoken.Count, wanted.Length, 0));
            }
            return spoken;
        });
    }

    private static void Write(VoiceEvaluation found, string page, TextWriter output)
    {
        output.WriteLine($"{"measure (95 %)",-38}{"spoken",-26}{"ceiling",-26}floor");
        foreach (EvaluationRow row in found.Rows)
            output.WriteLine($"{row.Measure,-38}{Cell(row.Spoken)}{Cell(row.Ceiling)}{Cell(row.Floor)}".TrimEnd());
        output.WriteLine($"{found.Spoken.Count} utterances; the page is {page}");
    }

    private static string Cell(Measured? measured) => (measured is null ? "none" : string.Create(
        CultureInfo.InvariantCulture, $"{measured.Value:0.00} ({measured.Low:0.00} to {measured.High:0.00})"))
        .PadRight(26);
}
