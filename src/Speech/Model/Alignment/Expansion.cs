using Kouyin.Torch;

namespace Kouyin.Speech.Model.Alignment;

/// <summary>From symbols to frames.</summary>
public static class Expansion
{
    /// <summary>Which symbol speaks in each frame.</summary>
    /// <param name="durations">Frames of every symbol, row by row, [B, S].</param>
    /// <param name="batch">B.</param>
    /// <param name="frames">T; frames after the last symbol's repeat it.</param>
    /// <returns>[B, T], int64.</returns>
    public static Tensor SymbolOfFrame(ReadOnlySpan<long> durations, int batch, int frames)
    {
        int symbols = durations.Length / batch;
        long[] symbolOf = new long[batch * frames];
        for (int item = 0; item < batch; item++)
        {
            Span<long> row = symbolOf.AsSpan(item * frames, frames);
            int frame = 0;
            int last = 0;
            for (int symbol = 0; symbol < symbols; symbol++)
            {
                int count = (int)Math.Min(durations[item * symbols + symbol], frames - frame);
                row.Slice(frame, count).Fill(symbol);
                frame += count;
                last = count > 0 ? symbol : last;
            }
            row[frame..].Fill(last);
        }
        return Tensor.From<long>(symbolOf, batch, frames);
    }

    /// <summary>Each frame's row.</summary>
    /// <param name="x">Rows of symbols, [B, S, C].</param>
    /// <param name="symbolOfFrame">[B, T], int64.</param>
    /// <returns>[B, T, C].</returns>
    public static Tensor ToFrames(Tensor x, Tensor symbolOfFrame) =>
        x.Gather(1, symbolOfFrame.Unsqueeze(2).Expand(-1, -1, x.Size(2)));
}
