using System.Runtime.InteropServices;
using Kouyin.Speech.Data;

namespace Kouyin.Speech.Voices;

/// <summary>
/// Prepared data again, with the mels that a voice makes when each phone must last as long as in the recording: what a
/// vocoder will be given, frame by frame beside the sound that it should make.
/// </summary>
/// <remarks>Kong, Kim, Bae 2020, "HiFi-GAN", section 4.4.</remarks>
public static class TeacherForcing
{
    /// <summary>Writes the folder, whole or not at all.</summary>
    /// <param name="corpus">Prepared with the voice's phones and mels.</param>
    /// <param name="voice">Utterances of its speakers in its accents get its mels; all others keep theirs.</param>
    /// <param name="folder">The folder to make.</param>
    /// <param name="overwrite">Whether prepared data may be replaced.</param>
    /// <param name="progress">Told after every utterance.</param>
    /// <param name="cancel">Ends the work; nothing is left behind.</param>
    /// <returns>How many utterances have the voice's mels.</returns>
    /// <exception cref="UserException">The voice has other phones or mels than the data.</exception>
    public static int Run(
        PreparedCorpus corpus, Voice voice, string folder, bool overwrite, IProgress<WorkDone>? progress = null,
        CancellationToken cancel = default)
    {
        Demand(corpus, voice.Info);
        return AtomicFolder.Write(folder, PreparedInfo.FileName, overwrite, temporary =>
        {
            foreach (string file in Directory.GetFiles(corpus.Folder))
            {
                if (Path.GetFileName(file) != PreparedWriter.MelFile)
                    File.Copy(file, Path.Combine(temporary, Path.GetFileName(file)));
            }
            using FileStream mels = new(
                Path.Combine(temporary, PreparedWriter.MelFile), FileMode.CreateNew, FileAccess.Write, FileShare.None,
                1 << 20);
            int taught = 0;
            for (int k = 0; k < corpus.Utterances.Count; k++)
            {
                cancel.ThrowIfCancellationRequested();
                bool knows = voice.Info.Knows(corpus.Utterances[k]);
                ReadOnlySpan<float> mel = knows ? Forced(corpus, voice, k) : corpus.Mel(k);
                mels.Write(MemoryMarshal.AsBytes(mel));
                taught += knows ? 1 : 0;
                progress?.Report(new(k + 1, corpus.Utterances.Count, 0));
            }
            return taught;
        });
    }

    private static float[] Forced(PreparedCorpus corpus, Voice voice, int index)
    {
        PreparedUtterance utterance = corpus.Utterances[index];
        SayOptions options = voice.Info.Like(utterance, new() { Seed = index });
        return voice.SpeakAlong(utterance.Phones, corpus.Mel(index), options);
    }

    private static void Demand(PreparedCorpus corpus, VoiceInfo voice)
    {
        if (voice.PhoneSetHash != corpus.Info.PhoneSetHash)
        {
            throw new UserException(
                $"the voice has phones {voice.PhoneSet}, and the data {corpus.Info.PhoneSet}", corpus.Folder,
                "prepare the data with the voice's phones");
        }
        if (voice.Mel.Hash != corpus.Info.MelHash)
        {
            throw new UserException(
                $"the voice has other mels than the data: {voice.Mel.Differences(corpus.Info.Mel)}", corpus.Folder,
                "prepare the data with the voice's mel settings");
        }
    }
}
