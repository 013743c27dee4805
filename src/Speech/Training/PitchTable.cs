using System.Runtime.InteropServices;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;

namespace Kouyin.Speech.Training;

/// <summary>
/// The pitch of every frame of prepared data: tracked once, then read from pitch.f32 beside the mels.
/// </summary>
internal sealed class PitchTable
{
    private const string FileName = "pitch.f32";

    private readonly PreparedCorpus _corpus;
    private readonly float[] _hertz;

    private PitchTable(PreparedCorpus corpus, float[] hertz) => (_corpus, _hertz) = (corpus, hertz);

    /// <summary>Reads the table, or makes it.</summary>
    public static PitchTable Open(PreparedCorpus corpus)
    {
        string path = Path.Combine(corpus.Folder, FileName);
        float[] hertz = new float[corpus.Info.Frames];
        if (File.Exists(path) && new FileInfo(path).Length == hertz.Length * sizeof(float))
        {
            MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).CopyTo(hertz);
            return new(corpus, hertz);
        }
        PitchTracker tracker = new(corpus.Info.Mel);
        ParallelWork.For(corpus.Utterances.Count, Environment.ProcessorCount, k =>
        {
            PreparedUtterance utterance = corpus.Utterances[k];
            float[] pitch = tracker.Compute(PcmSamples.Floats(corpus.Samples(k)));
            pitch.AsSpan(0, Math.Min(pitch.Length, utterance.Frames)).CopyTo(hertz.AsSpan((int)utterance.FirstFrame));
        }, CancellationToken.None);
        AtomicFile.Write(path, stream => stream.Write(MemoryMarshal.AsBytes(hertz.AsSpan())));
        return new(corpus, hertz);
    }

    /// <summary>The pitch of an utterance.</summary>
    /// <param name="utterance">Index into the corpus.</param>
    /// <returns>[T] hertz, 0 where there is none.</returns>
    public ReadOnlySpan<float> Of(int utterance) => _hertz.AsSpan(
        (int)_corpus.Utterances[utterance].FirstFrame, _corpus.Utterances[utterance].Frames);
}
