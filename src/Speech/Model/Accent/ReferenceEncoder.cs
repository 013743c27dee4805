using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Accent;

/// <summary>A recording of any length to one vector.</summary>
/// <remarks>
/// Skerry-Ryan et al. 2018, "Towards End-to-End Prosody Transfer", section 3.2: strided convolutions over time and
/// bands, then the last state of a recurrent layer. Padding changes nothing: it is zero before every convolution, no
/// norm counts it, and the state is that of the last real row.
/// </remarks>
public sealed class ReferenceEncoder
{
    /// <summary>Channels of the result.</summary>
    public const int Width = 128;

    private const int Groups = 8;

    private static readonly int[] Channels = [32, 32, 64, 64, 128, 128];

    private readonly Conv2d[] _convolutions;
    private readonly MaskedGroupNorm[] _norms;
    private readonly Gru _gru;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    /// <param name="p">Its place.</param>
    /// <param name="mels">M.</param>
    public ReferenceEncoder(Params p, int mels)
    {
        _convolutions = [.. Channels.Select((outputs, k) =>
            new Conv2d(p / "convolutions" / k, k == 0 ? 1 : Channels[k - 1], outputs, 3, stride: 2))];
        _norms = [.. Channels.Select((channels, k) => new MaskedGroupNorm(p / "norms" / k, Groups, channels))];
        int columns = Channels.Aggregate(mels, (size, _) => Half(size));
        _gru = new(p / "gru", columns * Channels[^1], Width);
    }

    /// <summary>Encodes.</summary>
    /// <param name="mel">[B, T, M], zero on padding.</param>
    /// <param name="frameCounts">Real frames of each, at least 1.</param>
    /// <returns>[B, 128].</returns>
    public Tensor Forward(Tensor mel, IReadOnlyList<long> frameCounts)
    {
        var (batch, rows, _) = mel.Sizes3("[B, T, M]");
        long[] counts = [.. frameCounts];
        Tensor x = mel.Unsqueeze(3); // [B, T, M, 1]
        for (int k = 0; k < _convolutions.Length; k++)
        {
            rows = Half(rows);
            counts = Array.ConvertAll(counts, count => (count + 1) / 2);
            Tensor mask = Mask.FromLengths(Tensor.From<long>(counts, batch), rows).Unsqueeze(3).To(mel.Device);
            x = _norms[k].Forward(_convolutions[k].Forward(x), mask).Relu() * mask;
        }
        Tensor states = _gru.Forward(x.Reshape(batch, rows, -1)); // [B, T / 64, C]
        Tensor last = Tensor.From<long>(Array.ConvertAll(counts, count => count - 1), batch, 1, 1).To(mel.Device);
        return states.Gather(1, last.Expand(batch, 1, Width)).Squeeze(1); // [B, C]
    }

    private static int Half(int size) => (size + 1) / 2;
}
