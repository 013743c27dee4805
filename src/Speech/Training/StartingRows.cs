using Kouyin.Speech.Data;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.Speech.Training;

/// <summary>Another voice's weights made fit for a run with other speakers or accents: rows go by name.</summary>
internal static class StartingRows
{
    private const string SpeakerTable = "spk_emb.weight";

    private static readonly string[] AccentTables =
        ["acc_emb.weight", "acc_tokens.accent.weight", "acc_tokens.accent.bias"];

    /// <summary>Fits the rows. Weights that are no voice's stay as they are.</summary>
    /// <param name="given">The weights.</param>
    /// <param name="file">Where they come from.</param>
    /// <param name="corpus">Whose speakers and accents the run has.</param>
    /// <returns>The weights, with a row for each of the run's speakers and accents: the voice's own of that name, or
    /// else the mean of all that it has.</returns>
    /// <exception cref="UserException">The voice has other phones or mels.</exception>
    public static Dictionary<string, Tensor> Fit(
        Dictionary<string, Tensor> given, SafeTensors file, PreparedCorpus corpus)
    {
        if (!VoiceInfo.IsIn(file))
            return given;
        VoiceInfo voice = VoiceInfo.From(file);
        Demand(voice, corpus.Info, file.Path);
        if (given.TryGetValue(SpeakerTable, out Tensor? rows))
            given[SpeakerTable] = Fit(rows, [.. voice.Speakers.Select(s => s.Name)], corpus.TrainingSpeakers);
        foreach (string table in AccentTables.Where(given.ContainsKey))
            given[table] = Fit(given[table], voice.Accents, corpus.TrainingAccents);
        return given;
    }

    /// <summary>Rows in the order of other names.</summary>
    /// <param name="rows">[from.Count, ...].</param>
    /// <param name="from">Names of the rows.</param>
    /// <param name="to">Names that are wanted.</param>
    /// <returns>[to.Count, ...].</returns>
    internal static Tensor Fit(Tensor rows, IReadOnlyList<string> from, IReadOnlyList<string> to)
    {
        int width = (int)(rows.Count / from.Count);
        float[] values = rows.To(DType.Float32).ToArray(), fitted = new float[to.Count * width];
        for (int k = 0; k < fitted.Length; k++)
        {
            int row = from.ToList().IndexOf(to[k / width]), column = k % width;
            fitted[k] = row >= 0
                ? values[row * width + column]
                : (float)Enumerable.Range(0, from.Count).Average(r => values[r * width + column]);
        }
        return Tensor.From<float>(fitted, [to.Count, .. rows.Shape[1..]]);
    }

    private static void Demand(VoiceInfo voice, PreparedInfo data, string path)
    {
        if (voice.PhoneSetHash != data.PhoneSetHash)
            throw Other($"phones of {voice.PhoneSet}, and the data has {data.PhoneSet}");
        if (voice.Mel.Hash != data.MelHash)
            throw Other($"other mels than the data: {voice.Mel.Differences(data.Mel)}");

        UserException Other(string what) => new(
            $"the voice to start from has {what}", path, "prepare the data as the voice's was, or take another voice");
    }
}
