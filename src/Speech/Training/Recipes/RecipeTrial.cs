using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Kouyin.Speech.Data;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.Speech.Training.Recipes;

/// <summary>Tries a recipe out: whether it trains, goes on after a kill to the same bits, speaks as whoever it can, and
/// refuses what it cannot.</summary>
/// <param name="recipe">The recipe, at the scale at which it is to be tried.</param>
/// <param name="data">Prepared data; the first that the recipe takes is used.</param>
/// <param name="runs">The folder of all runs: this one's lies in it, and whatever it starts from.</param>
public sealed class RecipeTrial(ResolvedRecipe recipe, IReadOnlyList<string> data, string runs)
{
    private const int Averaged = 10; // steps at either end of which losses are means
    private const string KilledFolder = "killed", WholeFolder = "whole";

    private readonly string _folder = Path.Combine(runs, recipe.RunName);
    private readonly List<string> _problems = [];

    /// <summary>Tries it, from the start.</summary>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancel">Stops it between two steps.</param>
    public TrialResult Run(Action<long>? progress = null, CancellationToken cancel = default)
    {
        try
        {
            using PreparedCorpus corpus = TrainingData.Open(TrainingData.First(data, recipe.Recipe), recipe.Recipe);
            Clear();
            TrialResult result = Train(corpus, progress, cancel);
            Resume(corpus);
            var (speakers, accents) = Speak(corpus);
            Refuse(corpus);
            Clear(WholeFolder, KilledFolder);
            return result with { Speakers = speakers, Accents = accents, Problems = _problems };
        }
        catch (UserException e)
        {
            return new() { Recipe = recipe.Id, Problems = [.. _problems, e.What] };
        }
    }

    /// <summary>
    /// Trains to the end. In the middle the run is saved, as is where it stands a tenth later: one that was killed and
    /// goes on must come to the same.
    /// </summary>
    private TrialResult Train(PreparedCorpus corpus, Action<long>? progress, CancellationToken cancel)
    {
        using Trainer trainer = Trainer.Open(recipe.Recipe, corpus, _folder, false, recipe.StartFor(_folder));
        List<StepReport> reports = [];
        long seconds = Stopwatch.GetTimestamp();
        while (!trainer.IsFinished)
        {
            cancel.ThrowIfCancellationRequested();
            StepReport report = trainer.Next();
            reports.Add(report);
            if (report.Skipped is { } skipped)
                _problems.Add($"step {report.Step}: {skipped.Reason}");
            if (trainer.Step == Killed)
                Copy(trainer, KilledFolder);
            else if (trainer.Step == Whole)
                Copy(trainer, WholeFolder);
            progress?.Invoke(trainer.Step);
        }
        double rate = reports.Count / Stopwatch.GetElapsedTime(seconds).TotalSeconds;
        trainer.Save();
        int ends = Math.Min(Averaged, reports.Count);
        return new()
        {
            Recipe = recipe.Id,
            Steps = trainer.Step,
            Parameters = trainer.ParameterCount,
            LossNames = trainer.LossNames,
            FirstLosses = Means(reports[..ends]),
            LastLosses = Means(reports[^ends..]),
            StepsPerSecond = rate,
            Problems = [],
        };
    }

    private long Killed => Math.Max(1, recipe.Recipe.Steps / 2);

    private long Whole => Math.Min(recipe.Recipe.Steps, Killed + Math.Max(1, recipe.Recipe.Steps / 10));

    private void Resume(PreparedCorpus corpus)
    {
        string killed = Path.Combine(_folder, KilledFolder);
        using (Trainer resumed = Trainer.Open(recipe.Recipe, corpus, killed, resume: true))
        {
            while (resumed.Step < Whole)
                resumed.Next();
            resumed.Save();
        }
        foreach (string file in (string[])[Trainer.CheckpointName, VoiceFile.Name])
        {
            byte[] whole = File.ReadAllBytes(Path.Combine(_folder, WholeFolder, file));
            if (!whole.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(killed, file))))
                _problems.Add($"the resumed run's {file} differs");
        }
    }

    /// <summary>Lets every speaker speak in every accent.</summary>
    /// <returns>How many speakers and accents there are; 1 accent where speakers have only their own.</returns>
    private (int Speakers, int Accents) Speak(PreparedCorpus corpus)
    {
        using Voice voice = Voice.Open(_folder);
        IReadOnlyList<string> phones = corpus.Utterances.MinBy(u => u.Phones.Count)!.Phones;
        string?[] accents = voice.Info.Accents.Count > 0 ? [.. voice.Info.Accents] : [null];
        HashSet<string> heard = [];
        foreach (VoiceSpeaker speaker in voice.Info.Speakers)
        {
            foreach (string? accent in accents)
            {
                using TensorScope scope = new();
                float[] mel = voice.Speak(phones, new() { Speaker = speaker.Name, Accent = accent, Steps = 1 })
                    .Mel.ToArray();
                if (mel.Length == 0 || !mel.All(float.IsFinite))
                    _problems.Add($"{speaker.Name} in {accent ?? speaker.Accent} is no finite mel");
                heard.Add(Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(mel.AsSpan()))));
            }
        }
        int voices = (TellsSpeakers ? voice.Info.Speakers.Count : 1) * accents.Length;
        if (heard.Count < voices)
            _problems.Add($"only {heard.Count} of {voices} pairs of speaker and accent sound unlike the others");
        return (TellsSpeakers ? voice.Info.Speakers.Count : 1, accents.Length);
    }

    private bool TellsSpeakers => recipe.Recipe.Model.Speaker.Source != Model.SpeakerSource.None;

    /// <summary>Asks for what cannot be: each must be refused, and none may crash.</summary>
    private void Refuse(PreparedCorpus corpus)
    {
        using Voice voice = Voice.Open(_folder);
        IReadOnlyList<string> phones = corpus.Utterances[0].Phones;
        Demand("an unknown speaker", () => voice.Speak(phones, new() { Speaker = "nobody" }));
        Demand("an unknown accent", () => voice.Speak(phones, new() { Accent = "martian" }));
        if (voice.Info.Accents.Count == 0 && voice.Info.Speakers.FirstOrDefault(
            speaker => speaker.Accent != voice.Info.Speakers[0].Accent) is { } other)
            Demand("another speaker's accent", () => voice.Speak(phones, new()
            {
                Speaker = voice.Info.Speakers[0].Name, Accent = other.Accent,
            }));
        Recipe changed = recipe.Recipe with { Seed = recipe.Recipe.Seed + 1 };
        Demand("going on with another seed", () => Trainer.Open(changed, corpus, _folder, resume: true).Dispose());
        Demand("starting where a run is", () => Trainer.Open(recipe.Recipe, corpus, _folder, resume: false).Dispose());
    }

    private void Demand(string what, Action ask)
    {
        try
        {
            using TensorScope scope = new();
            ask();
            _problems.Add($"{what} was not refused");
        }
        catch (UserException)
        {
            // as it should be
        }
    }

    private void Copy(Trainer trainer, string name)
    {
        trainer.Save();
        Directory.CreateDirectory(Path.Combine(_folder, name));
        foreach (string file in (string[])[Trainer.CheckpointName, VoiceFile.Name])
            File.Copy(Path.Combine(_folder, file), Path.Combine(_folder, name, file), overwrite: true);
    }

    private void Clear(params ReadOnlySpan<string> folders)
    {
        foreach (string folder in folders.Length == 0 ? [_folder] : folders)
        {
            string path = Path.Combine(_folder, folder);
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
        }
    }

    private static double[] Means(List<StepReport> reports)
    {
        StepReport[] taken = [.. reports.Where(report => report.Skipped is null)];
        return taken.Length == 0
            ? []
            : [.. Enumerable.Range(0, taken[0].Losses.Count).Select(k => taken.Average(report => report.Losses[k]))];
    }
}
