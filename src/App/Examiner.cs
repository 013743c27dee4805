using Kouyin.App.Commands;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Evaluation.Clips;
using Kouyin.Speech.Evaluation.Judges;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Voices;

namespace Kouyin.App;

/// <summary>The clone's judges beside recordings: examines voices one after another and writes what it finds.</summary>
internal sealed class Examiner : IDisposable
{
    private readonly Recognizer _recognizer = Recognizer.Load(JudgeFile.Find(null));
    private readonly SpeakerVerifier _verifier = SpeakerVerifier.Load(JudgeFile.Find(null, JudgeFile.Speaker));
    private readonly AccentClassifier _classifier = AccentClassifier.Load(JudgeFile.Find(null, JudgeFile.Accent));
    private readonly VoiceExam _exam;
    private readonly int _most;

    private Examiner(Recordings recordings, int most)
    {
        _exam = new(new(_recognizer, _verifier, _classifier, recordings.All), recordings);
        _most = most;
    }

    /// <summary>Reads recordings.</summary>
    /// <param name="data">Prepared data whose held-out part is used.</param>
    /// <param name="truth">Prepared data that is used whole.</param>
    /// <param name="most">Of each speaker in each accent at most.</param>
    /// <param name="voice">A voice that is to say what they say.</param>
    /// <exception cref="UserException">The voice has other phones, or nothing is held out.</exception>
    public static Examiner Open(
        IReadOnlyList<string> data, IReadOnlyList<string> truth, int most, VoiceInfo voice)
    {
        List<(PreparedCorpus Corpus, bool All)> corpora = [];
        try
        {
            foreach ((string folder, bool all) in data.Select(d => (d, false)).Concat(truth.Select(t => (t, true))))
            {
                corpora.Add((PreparedCorpus.Open(folder), all));
                Demand(voice, corpora[^1].Corpus);
            }
            return new(Recordings.From(corpora, most), most);
        }
        finally
        {
            foreach ((PreparedCorpus corpus, _) in corpora)
                corpus.Dispose();
        }
    }

    /// <summary>Lets a voice speak, judges it, and writes a page and, beside it, the numbers.</summary>
    /// <param name="path">The voice's folder or file.</param>
    /// <param name="voice">It, open.</param>
    /// <param name="vocoder">What makes sound of its mels.</param>
    /// <param name="how">How it speaks.</param>
    /// <param name="page">The page to write; the numbers' name differs in its ending.</param>
    /// <param name="cancel">Stops between two clips.</param>
    public VoiceEvaluation Examine(
        string path, Voice voice, IVocoder vocoder, SayOptions how, string page, CancellationToken cancel)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        var spoken = WorkProgress.Run($"{name}: speaking", progress => _exam.Speak(
            voice, vocoder, how, _most, (done, all) => Report(progress, done, all)));
        VoiceEvaluation found = WorkProgress.Run($"{name}: judging", progress => _exam.Judge(
            name, spoken, vocoder, (done, all) => Report(progress, done, all)));
        AtomicFile.WriteText(page, EvaluationPage.Of(found, spoken));
        found.Save(Path.ChangeExtension(page, ".json"));
        return found;

        void Report(IProgress<WorkDone> progress, int done, int all)
        {
            cancel.ThrowIfCancellationRequested();
            progress.Report(new(done, all, 0));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _recognizer.Dispose();
        _verifier.Dispose();
        _classifier.Dispose();
    }

    private static void Demand(VoiceInfo voice, PreparedCorpus data)
    {
        if (data.Info.PhoneSetHash != voice.PhoneSetHash)
            throw new UserException(
                $"the voice has phones {voice.PhoneSet}, and the data has phones {data.Info.PhoneSet}",
                data.Folder, "prepare the data with the voice's phones");
    }
}
