using System.Runtime.InteropServices;
using Kouyin.Speech.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Model.Vocoder.Harmonic;

/// <summary>
/// One sound of a harmonic vocoder, made while its mel arrives; in whatever pieces, it is the same sound.
/// </summary>
/// <remarks>
/// Frames are counted from <see cref="_edge"/> copies of the first frame on, and as many copies of the last follow,
/// so that windows cover the sound's ends whole. The networks and the correction see each frame's neighbourhood again
/// with every piece: that costs a little time, and no layer has to remember anything.
/// </remarks>
internal sealed class HarmonicStream
{
    private const ulong NoiseSeed = 1;

    // Natural logarithms of band magnitudes: full scale is about 2.
    private const float LoudestMel = 5;

    private readonly HarmonicVocoder _vocoder;
    private readonly MelConfig _mel;
    private readonly CorrectionStream _correction;
    private readonly Excitation _excitation;
    private readonly int _edge, _reach, _behind, _ahead;
    private readonly List<float> _rows = [], _octaves = [], _pulses = [], _noise = [];
    private float[] _tail;
    private int _made, _excited;
    private bool _ended;

    public HarmonicStream(HarmonicVocoder vocoder)
    {
        (_vocoder, _mel) = (vocoder, vocoder.Mel);
        _correction = new(_mel, vocoder.Correction);
        _excitation = new(_mel.SampleRate, _mel.HopSamples, NoiseSeed);
        _reach = _mel.ReachSamples;
        _edge = (_reach + _mel.HopSamples - 1) / _mel.HopSamples;
        (_behind, _ahead) = (vocoder.Info.Config.BehindFrames, vocoder.Info.Config.AheadFrames);
        _tail = new float[2 * _reach];
        _excited = -_edge;
    }

    private int Frames => _rows.Count / _mel.Bands;

    /// <summary>Takes more frames and gives the samples that they complete.</summary>
    /// <param name="mel">[T, M].</param>
    public float[] Next(ReadOnlySpan<float> mel)
    {
        Take(mel);
        return Make(Frames - _ahead - _edge - 1);
    }

    /// <summary>Takes the last frames and gives the rest; the stream is done.</summary>
    /// <param name="mel">[T, M], may be empty.</param>
    public float[] End(ReadOnlySpan<float> mel = default)
    {
        if (_ended)
            return [];
        Take(mel);
        if (Frames == 0)
            return [];
        _ended = true;
        ReadOnlySpan<float> last = CollectionsMarshal.AsSpan(_rows)[^_mel.Bands..];
        for (int copy = 0; copy < _edge; copy++)
            Add([.. last]);
        return Make(Frames);
    }

    private void Take(ReadOnlySpan<float> mel)
    {
        if (mel.Length % _mel.Bands != 0)
            throw new ArgumentException($"the mel should be [T, {_mel.Bands}], but has {mel.Length} values");
        for (int copy = Frames == 0 && mel.Length > 0 ? _edge : 0; copy > 0; copy--)
            Add(mel[.._mel.Bands]);
        Add(mel);
    }

    private void Add(ReadOnlySpan<float> rows)
    {
        float loudest = _mel.Log == MelLog.Natural ? LoudestMel : LoudestMel / MathF.Log(10);
        foreach (float value in rows)
            _rows.Add(float.IsFinite(value) ? Math.Clamp(value, _mel.LowestValue, loudest) : _mel.LowestValue);
    }

    /// <summary>Makes frames up to, not including, one; gives the samples that no later frame will change.</summary>
    private float[] Make(int end)
    {
        int first = _made;
        if (end <= first)
            return [];
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        FrameFilter filter = Filter(first, end);
        Excite(end + _edge);
        int samples = (end - first) * _mel.HopSamples + 2 * _reach;
        int skipped = _edge * _mel.HopSamples - _reach; // before the first window
        Tensor shaped = _vocoder.Sound.Shape(
            filter, Signal(_pulses, skipped, samples), Signal(_noise, skipped, samples));
        float[] sum = shaped.ToArray();
        for (int i = 0; i < _tail.Length; i++)
            sum[i] += _tail[i];
        _tail = sum[^_tail.Length..];
        Forget((end - first) * _mel.HopSamples);
        _made = end;
        ReadOnlySpan<float> whole = _ended ? sum : sum.AsSpan(0, (end - first) * _mel.HopSamples);
        int done = _correction.Done;
        return Finished(
            _correction.Next(whole, (from, to) => _vocoder.Network.Natural(Rows(from, to)), _ended), done);
    }

    private Tensor Rows(int from, int to) => Tensor.From<float>(
        CollectionsMarshal.AsSpan(_rows)[(from * _mel.Bands)..(to * _mel.Bands)], 1, to - from, _mel.Bands)
        .To(_vocoder.Device);

    /// <summary>The networks on some frames and all that they can see from there.</summary>
    private FrameFilter Filter(int first, int end)
    {
        int from = Math.Max(0, first - _behind), to = Math.Min(Frames, end + _ahead + _edge + 1);
        Tensor mel = Rows(from, to);
        MelPitch pitch = _vocoder.Network.Pitch(mel);
        var (octave, voiced) = Read(pitch.Scores.ToArray(), pitch.Voicing.ToArray());
        Remember(octave, voiced, from, Math.Min(to, end + _edge + 1));
        FrameFilter all = _vocoder.Network.Filter(
            mel, Tensor.From<float>(octave, 1, to - from).To(mel.Device),
            Tensor.From<float>(voiced, 1, to - from).To(mel.Device));
        Tensor Part(Tensor x) => x.Slice(1, first - from, end - from);
        return new(Part(all.Harmonic), Part(all.Phase), Part(all.Noise));
    }

    private static (float[] Octave, float[] Voiced) Read(float[] scores, float[] voicing)
    {
        float[] octave = new float[voicing.Length], voiced = new float[voicing.Length];
        for (int frame = 0; frame < voicing.Length; frame++)
        {
            if (voicing[frame] > 0)
                (octave[frame], voiced[frame]) = (
                    PitchScale.Read(scores.AsSpan(frame * PitchScale.Count, PitchScale.Count)), 1);
        }
        return (octave, voiced);
    }

    /// <summary>Keeps the pitch of frames that are new, up to, not including, one; those are known for good.</summary>
    private void Remember(float[] octave, float[] voiced, int from, int end)
    {
        for (int frame = _octaves.Count; frame < end; frame++)
            _octaves.Add(voiced[frame - from] > 0 ? octave[frame - from] : float.NaN);
    }

    /// <summary>Makes the excitation up to, not including, a frame.</summary>
    private void Excite(int end)
    {
        float[] octaves = [.. Enumerable.Range(_excited - 1, end - _excited + 2)
            .Select(frame => (uint)frame < (uint)_octaves.Count ? _octaves[frame] : float.NaN)];
        int samples = (end - _excited) * _mel.HopSamples;
        float[] pulses = new float[samples], noise = new float[samples];
        _excitation.Next(octaves, pulses, noise);
        _pulses.AddRange(pulses);
        _noise.AddRange(noise);
        _excited = end;
    }

    private Tensor Signal(List<float> excitation, int skipped, int samples) =>
        Tensor.From<float>(CollectionsMarshal.AsSpan(excitation).Slice(skipped, samples), 1, samples)
            .To(_vocoder.Device);

    private void Forget(int samples)
    {
        _pulses.RemoveRange(0, samples);
        _noise.RemoveRange(0, samples);
    }

    /// <summary>Samples without those of the copied frames, inside full scale.</summary>
    /// <param name="hops">Of frames from <paramref name="first"/> on.</param>
    /// <param name="first">The first frame.</param>
    private float[] Finished(ReadOnlySpan<float> hops, int first)
    {
        int end = first + hops.Length / _mel.HopSamples;
        int from = Math.Max(first, _edge), to = _ended ? Math.Min(end, Frames - _edge) : end;
        if (from >= to)
            return [];
        float[] samples = [.. hops[((from - first) * _mel.HopSamples)..((to - first) * _mel.HopSamples)]];
        foreach (ref float sample in samples.AsSpan())
            sample = Math.Clamp(sample, -1, 1);
        return samples;
    }
}
