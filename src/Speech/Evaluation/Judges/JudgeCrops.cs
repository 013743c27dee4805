using Kouyin.Speech.Data;
using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>Utterances of one speaker in one accent.</summary>
/// <param name="Speaker">The speaker's name.</param>
/// <param name="Accent">The accent's name.</param>
/// <param name="Utterances">Indices into the corpus.</param>
internal sealed record JudgeGroup(string Speaker, string Accent, int[] Utterances)
{
    /// <summary>The groups of some of a corpus's utterances.</summary>
    public static JudgeGroup[] Of(PreparedCorpus corpus, Func<PreparedUtterance, bool> chosen) =>
    [
        .. Enumerable.Range(0, corpus.Utterances.Count).Where(k => chosen(corpus.Utterances[k]))
            .GroupBy(k => (corpus.Utterances[k].Speaker, corpus.Utterances[k].Accent))
            .OrderBy(group => group.Key.Speaker, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Accent, StringComparer.Ordinal)
            .Select(group => new JudgeGroup(group.Key.Speaker, group.Key.Accent, [.. group])),
    ];
}

/// <summary>Stretches of some seconds of one speaker, words in a row where words are short.</summary>
/// <param name="corpus">Prepared data.</param>
/// <param name="withPitch">Whether the judge looks at pitch.</param>
internal sealed class JudgeCrops(PreparedCorpus corpus, bool withPitch)
{
    /// <summary>Seconds in a stretch that is judged.</summary>
    public const double Seconds = 3;

    private readonly int _bands = corpus.Info.Mel.Bands;

    /// <summary>Numbers of a frame.</summary>
    public int Width => _bands + (withPitch ? JudgeFeatures.OfPitch : 0);

    /// <summary>A stretch by chance, changed as other voices, microphones and rooms would.</summary>
    /// <param name="group">Who.</param>
    /// <param name="augmentation">Changes each utterance.</param>
    /// <param name="random">Draws utterances, where to cut, and the changes.</param>
    /// <returns>[T, <see cref="Width"/>], of 2 to 3 seconds.</returns>
    public float[] Draw(JudgeGroup group, MelAugmentation augmentation, Random random)
    {
        int wanted = (int)((Seconds - random.NextDouble()) * corpus.Info.Mel.FrameRate);
        List<float> mel = [], pitch = [];
        while (mel.Count < wanted * _bands)
            Add(group.Utterances[random.Next(group.Utterances.Length)], mel, pitch);
        int first = random.Next(mel.Count / _bands - wanted + 1);
        float[] cut = [.. mel.GetRange(first * _bands, wanted * _bands)];
        float[] changed = augmentation.Apply(cut, random);
        float[] heard = withPitch
            ? MelAugmentation.Stretch(pitch.GetRange(first, wanted).ToArray(), 1, changed.Length / _bands)
            : [];
        return JudgeFeatures.Of(changed, _bands, heard);
    }

    /// <summary>Utterances in stretches of <see cref="Seconds"/> or, where there is only one, less.</summary>
    /// <param name="utterances">Indices into the corpus, in order.</param>
    /// <returns>Features and the utterances that are in each.</returns>
    public IEnumerable<(float[] Features, int[] Utterances)> InOrder(IEnumerable<int> utterances)
    {
        int wanted = (int)(Seconds * corpus.Info.Mel.FrameRate);
        List<float> mel = [], pitch = [];
        List<int> within = [];
        bool none = true;
        foreach (int utterance in utterances)
        {
            Add(utterance, mel, pitch);
            within.Add(utterance);
            if (mel.Count < wanted * _bands)
                continue;
            yield return Finish();
            none = false;
        }
        if (none && within.Count > 0)
            yield return Finish();

        (float[], int[]) Finish()
        {
            float[] features = JudgeFeatures.Of(mel.ToArray(), _bands, withPitch ? pitch.ToArray() : []);
            int[] inside = [.. within];
            (mel, pitch, within) = ([], [], []);
            return (features, inside);
        }
    }

    /// <summary>Pads stretches to the longest.</summary>
    /// <param name="features">[T, <see cref="Width"/>] each.</param>
    /// <param name="width">Numbers of a frame.</param>
    public static (Tensor Features, int[] Frames) Batch(IReadOnlyList<float[]> features, int width)
    {
        RecognizerBatch batch = RecognizerBatch.Of(features, width, []);
        return (batch.Mel, batch.Frames);
    }

    private void Add(int utterance, List<float> mel, List<float> pitch)
    {
        mel.AddRange(corpus.Mel(utterance));
        pitch.AddRange(corpus.LogF0(utterance));
    }
}
