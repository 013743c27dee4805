using System.Runtime.InteropServices;
using Kouyin.Speech.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Model.Vocoder.Harmonic;

/// <summary>The correction of a sound that arrives in pieces; in whatever pieces, it is the same sound.</summary>
/// <param name="mel">The mels that it is made of.</param>
/// <param name="correction">For those.</param>
internal sealed class CorrectionStream(MelConfig mel, MelCorrection correction)
{
    private readonly int _around = MelCorrection.Reach(mel), _reach = mel.ReachSamples;
    private readonly List<float> _sound = [];
    private int _from; // the frame whose window the kept sound begins with

    /// <summary>How many frames' hops are done.</summary>
    public int Done { get; private set; }

    /// <summary>Takes more sound and gives the hops that nothing later will change.</summary>
    /// <param name="sound">It begins with the first frame's window.</param>
    /// <param name="rows">Mels of some frames in natural logarithms, [1, T, M], by the first and the one after the
    /// last.</param>
    /// <param name="last">Whether the sound ends here, with the last frame's window.</param>
    public float[] Next(ReadOnlySpan<float> sound, Func<int, int, Tensor> rows, bool last)
    {
        _sound.AddRange(sound);
        int whole = _from + (_sound.Count - 2 * _reach) / mel.HopSamples; // frames whose windows are here
        int first = Done, end = last ? whole : whole - _around;
        if (end <= first)
            return [];
        Keep(Math.Max(0, first - _around));
        Tensor target = rows(_from, whole);
        Tensor samples = Tensor.From<float>(CollectionsMarshal.AsSpan(_sound), 1, _sound.Count);
        long length = (whole - _from) * mel.HopSamples + 2 * _reach;
        float[] corrected = correction.Apply(samples.Slice(1, 0, length).To(target.Device), target).ToArray();
        Done = end;
        int skipped = _reach + (first - _from) * mel.HopSamples;
        return corrected[skipped..(skipped + (end - first) * mel.HopSamples)];
    }

    /// <summary>Forgets what comes before a frame's window.</summary>
    private void Keep(int from)
    {
        _sound.RemoveRange(0, (from - _from) * mel.HopSamples);
        _from = from;
    }
}
