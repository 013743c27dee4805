using System.Buffers;
using System.Numerics;
using Kouyin.Torch;

namespace Kouyin.Speech.Model.Alignment;

/// <summary>Finds how many frames each symbol lasts, given how well each symbol explains each frame.</summary>
/// <remarks>
/// Kim et al. 2020, "Glow-TTS", algorithm 1: the best path that starts at the first symbol, ends at the last and never
/// goes back or skips. Where staying and moving on score the same, it stays.
/// </remarks>
public static class MonotonicAlignment
{
    private const float Impossible = -1e9f;

    /// <summary>ln N(frame; mean, I) of every pair.</summary>
    /// <param name="mean">Mean frames of symbols, [B, S, M].</param>
    /// <param name="mel">Frames, [B, T, M].</param>
    /// <returns>[B, T, S], float32.</returns>
    public static Tensor Scores(Tensor mean, Tensor mel)
    {
        Tensor cross = mel.Matmul(mean.Transpose(1, 2)); // [B, T, S]
        Tensor norms = mel.Square().Sum(2, keep: true) + mean.Square().Sum(2).Unsqueeze(1);
        return cross - 0.5 * norms - 0.5 * mel.Size(2) * Math.Log(2 * Math.PI);
    }

    /// <summary>Searches every item of a batch, in parallel.</summary>
    /// <param name="scores">[B, T, S].</param>
    /// <param name="symbolCounts">Real symbols of each item, at least 1.</param>
    /// <param name="frameCounts">Real frames of each item, at least as many as its symbols.</param>
    /// <returns>Whole frames of every symbol, row by row, [B, S]; 0 on padding, at least 1 elsewhere.</returns>
    /// <exception cref="ArgumentException">An item has more symbols than frames: it has no path.</exception>
    public static float[] Durations(Tensor scores, long[] symbolCounts, long[] frameCounts)
    {
        var (batch, frames, symbols) = scores.Sizes3("[B, T, S]");
        for (int item = 0; item < batch; item++)
        {
            if (symbolCounts[item] > frameCounts[item])
            {
                throw new ArgumentException(
                    $"item {item} has {symbolCounts[item]} symbols but only {frameCounts[item]} frames");
            }
        }
        float[] all = scores.ToArray();
        float[] durations = new float[batch * symbols];
        Parallel.For(0, batch, item => Search(
            all.AsSpan(item * frames * symbols, frames * symbols), symbols,
            durations.AsSpan(item * symbols, (int)symbolCounts[item]), (int)frameCounts[item]));
        return durations;
    }

    private static void Search(ReadOnlySpan<float> scores, int stride, Span<float> durations, int frames)
    {
        int symbols = durations.Length;
        // best[j + 1, i + 1]: the best score of a path that is at symbol i in frame j. Row and column 0 are the
        // virtual start, from which only symbol 0 can be reached.
        int width = symbols + 1;
        float[] best = ArrayPool<float>.Shared.Rent((frames + 1) * width);
        best.AsSpan(0, (frames + 1) * width).Fill(Impossible);
        best[0] = 0;
        for (int frame = 0; frame < frames; frame++)
        {
            int first = Math.Max(0, symbols + frame - frames);
            int count = Math.Min(symbols, frame + 1) - first;
            AddBetterOfTwo(
                scores.Slice(frame * stride + first, count), best.AsSpan(frame * width + first, count + 1),
                best.AsSpan((frame + 1) * width + first + 1, count));
        }

        int symbol = symbols - 1;
        for (int frame = frames - 1; frame >= 0; frame--)
        {
            durations[symbol]++;
            int stay = frame * width + symbol + 1;
            if (symbol > 0 && (symbol == frame || best[stay] < best[stay - 1]))
                symbol--;
        }
        ArrayPool<float>.Shared.Return(best);
    }

    /// <summary>here[i] = score[i] + max(before[i + 1], before[i]).</summary>
    private static void AddBetterOfTwo(ReadOnlySpan<float> score, ReadOnlySpan<float> before, Span<float> here)
    {
        int i = 0;
        for (; i <= score.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> better = Vector.Max(new Vector<float>(before[(i + 1)..]), new Vector<float>(before[i..]));
            (new Vector<float>(score[i..]) + better).CopyTo(here[i..]);
        }
        for (; i < score.Length; i++)
            here[i] = score[i] + Math.Max(before[i + 1], before[i]);
    }
}
