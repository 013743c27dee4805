using System.Runtime.InteropServices;
using Kouyin.Speech.Data;

namespace Kouyin.Speech.Tests.Training;

/// <summary>Spoils prepared data, as a bad disk or a bad recording would.</summary>
internal static class PoisonedCorpus
{
    /// <summary>Writes a value into the middle of some utterances' mels.</summary>
    /// <param name="data">The prepared data's folder.</param>
    /// <param name="corpus">The same, open.</param>
    /// <param name="value">What to write.</param>
    /// <param name="ids">Of which utterances.</param>
    public static void Poison(string data, PreparedCorpus corpus, float value, params string[] ids)
    {
        // It is mapped by whoever has it open, so all see the change at once.
        using FileStream mels = new(
            Path.Combine(data, PreparedWriter.MelFile), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        foreach (PreparedUtterance utterance in corpus.Utterances.Where(u => ids.Contains(u.Id)))
        {
            mels.Position = (utterance.FirstFrame + utterance.Frames / 2) * corpus.Info.Mel.Bands * sizeof(float);
            for (int band = 0; band < corpus.Info.Mel.Bands; band++)
                mels.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<float>(in value)));
        }
    }
}
