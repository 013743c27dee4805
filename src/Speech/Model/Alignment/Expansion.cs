using Kouyin.Torch;

namespace Kouyin.Speech.Model.Alignment;

/// <summary>From symbols to frames.</summary>
public static class Expansion
{
    /// <summary>Which symbol speaks in each frame: the first whose end lies behind the frame.</summary>
    /// <param name="durations">Frames of every symbol, row by row, [B, S]; they may be fractions.</param>
    /// <param name="batch">B.</param>
    /// <param name="frames">T; frames after the last symbol's repeat it.</param>
    /// <returns>[B, T], int64.</returns>
    public static Tensor SymbolOfFrame(ReadOnlySpan<float> durations, int batch, int frames)
    {
        int symbols = durations.Length / batch;
        long[] symbolOf = new long[batch * frames];
        for (int item = 0; item < batch; item++)
        {
            ReadOnlySpan<float> row = durations.Slice(item * symbols, symbols);
            int last = row.LastIndexOfAnyExcept(0f);
            int symbol = 0;
            float end = row[0];
            for (int frame = 0; frame < frames; frame++)
            {
                while (symbol < last && end <= frame)
                    end += row[++symbol];
                symbolOf[item * frames + frame] = symbol;
            }
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
