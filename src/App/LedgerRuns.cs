using Kouyin.App.Commands;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Evaluation.Clips;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Training;
using Kouyin.Speech.Training.Recipes;
using Kouyin.Speech.Voices;

namespace Kouyin.App;

/// <summary>
/// Trains and evaluates runs one after another; recordings and judges are opened once for each pair of data and truth.
/// </summary>
/// <param name="data">Prepared data; each recipe learns from the first that fits.</param>
/// <param name="truth">Recordings of which nothing is learned; likewise.</param>
/// <param name="from">A voice whose weights runs start with that would start from nothing; null for none.</param>
/// <param name="most">Utterances of each speaker in each accent at most.</param>
/// <param name="output">Told what is done.</param>
internal sealed class LedgerRuns(
    IReadOnlyList<string> data, IReadOnlyList<string> truth, string? from, int most, TextWriter output) : IDisposable
{
    private readonly Dictionary<(string Data, string Truth), Examiner> _examiners = [];
    private readonly Dictionary<string, IVocoder> _vocoders = [];

    /// <summary>Trains a run to its end and evaluates it, as far as that is not done.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="cancel">Stops at a good place.</param>
    /// <returns>False where the recipe cannot be run with this data; the output then says why.</returns>
    public bool Do(ResolvedRecipe recipe, string folder, CancellationToken cancel)
    {
        try
        {
            string learned = TrainingData.First(data, recipe.Recipe), held = TrainingData.First(truth, recipe.Recipe);
            Train(recipe, learned, folder, cancel);
            cancel.ThrowIfCancellationRequested();
            Evaluate(learned, held, folder, cancel);
            return true;
        }
        catch (UserException e)
        {
            output.WriteLine($"{recipe.Id} is left out: {e.What} ({e.Where})");
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Examiner examiner in _examiners.Values)
            examiner.Dispose();
        foreach (IDisposable vocoder in _vocoders.Values.OfType<IDisposable>())
            vocoder.Dispose();
    }

    private void Train(ResolvedRecipe recipe, string learned, string folder, CancellationToken cancel)
    {
        string voice = VoiceFile.In(folder);
        Recipe? there = Recipe.OfRun(folder);
        if (there is not null && there.ToJson() != recipe.Recipe.ToJson())
        {
            var (key, was, wanted) = ResolvedRecipe.Differences(there, recipe.Recipe).First();
            throw new UserException(
                $"another run is there: its {key} is {was}, not {wanted}", folder, "give another --out");
        }
        bool resume = File.Exists(voice);
        if (resume && VoiceInfo.Read(voice).Steps >= recipe.Recipe.Steps)
            return;
        output.WriteLine($"{recipe.RunName}, seed {recipe.Recipe.Seed}, in {folder}");
        TrainCommand.Train(
            recipe.Recipe, learned,
            new(recipe.RunName, folder, $"kouyin train {folder} --data {learned} --out {folder}"),
            resume, resume ? null : recipe.StartFor(folder) ?? from, null, output, cancel);
    }

    private void Evaluate(string learned, string held, string folder, CancellationToken cancel)
    {
        string page = Path.Combine(folder, Path.ChangeExtension(VoiceEvaluation.FileName, ".html"));
        string numbers = Path.ChangeExtension(page, ".json");
        if (File.Exists(numbers) && File.GetLastWriteTimeUtc(numbers) > File.GetLastWriteTimeUtc(VoiceFile.In(folder)))
            return;
        using Voice voice = Voice.Open(folder);
        if (!_examiners.TryGetValue((learned, held), out Examiner? examiner))
            _examiners[(learned, held)] = examiner = Examiner.Open([learned], [held], most, voice.Info);
        examiner.Examine(
            folder, voice, Vocoder(voice.Info.Mel), voice.Info.Synthesis.ToOptions(), page, cancel);
    }

    private IVocoder Vocoder(MelConfig mel)
    {
        if (!_vocoders.TryGetValue(mel.Hash, out IVocoder? vocoder))
            _vocoders[mel.Hash] = vocoder = VocoderFolders.Open(null, mel);
        return vocoder;
    }
}
