using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation.Pictures;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Training;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.Speech.Telling;

/// <summary>A few held-out utterances, always the same, as a run's product makes them.</summary>
/// <remarks>
/// The product is opened from its file like anybody's, with a store and random streams of its own: looking at a run
/// does not change it.
/// </remarks>
internal sealed class HeldOutSamples
{
    private const int Count = 4;
    private const double BestSeconds = 3;

    private readonly PreparedCorpus _corpus;
    private readonly SpecimenMaker _maker;
    private readonly IVocoder? _vocoder;
    private readonly int[] _utterances;

    /// <summary>Chooses the utterances.</summary>
    /// <param name="recipe">Says whether the run makes a voice or a vocoder.</param>
    /// <param name="corpus">What it learns from.</param>
    /// <param name="vocoder">What a voice speaks through.</param>
    public HeldOutSamples(Recipe recipe, PreparedCorpus corpus, IVocoder vocoder)
    {
        (_corpus, _maker) = (corpus, new(corpus));
        _vocoder = recipe.Vocoder is null ? vocoder : null;
        _utterances = Choose(recipe);
    }

    /// <summary>Makes them.</summary>
    /// <param name="product">The run's voice or vocoder.</param>
    /// <param name="device">Where to compute.</param>
    public IReadOnlyList<Specimen> Of(string product, Device device)
    {
        if (_utterances.Length == 0)
            return [];
        if (_vocoder is not null)
        {
            using Voice voice = Voice.Open(product, device);
            return [.. _utterances.Where(k => voice.Info.Knows(_corpus.Utterances[k]))
                .Select(k => _maker.Of(voice, _vocoder, k, new()))];
        }
        IVocoder copier = VocoderFile.Open(product, device);
        using IDisposable? weights = copier as IDisposable;
        return [.. _utterances.Select(k => _maker.Of([("copied", copier)], k))];
    }

    /// <summary>Of as many accents as there are, then of as many speakers, each some seconds long.</summary>
    private int[] Choose(Recipe recipe)
    {
        HashSet<string> learnt = [.. _corpus.TrainingSpeakers];
        bool IsHeldOut(PreparedUtterance u) => recipe.Vocoder is { } vocoder
            ? u.Split != Split.Train || vocoder.HeldOutSpeakers.Contains(u.Speaker)
            : u.Split == Split.Test && learnt.Contains(u.Speaker);
        var bySpeaker = Enumerable.Range(0, _corpus.Utterances.Count)
            .Where(k => IsHeldOut(_corpus.Utterances[k]))
            .GroupBy(k => (_corpus.Utterances[k].Accent, _corpus.Utterances[k].Speaker))
            .OrderBy(speaker => speaker.Key.Speaker, StringComparer.Ordinal)
            .SelectMany(speaker => speaker
                .OrderBy(k => Math.Abs(_corpus.Utterances[k].Seconds - BestSeconds)).ThenBy(k => k).Take(Count)
                .Select((k, turn) => (k, turn, speaker.Key.Accent)));
        return [.. bySpeaker.GroupBy(u => u.Accent)
            .OrderBy(accent => accent.Key, StringComparer.Ordinal)
            .SelectMany(accent => accent.OrderBy(u => u.turn).Select((u, turn) => (u.k, turn)))
            .OrderBy(u => u.turn).Take(Count).Select(u => u.k)];
    }
}
