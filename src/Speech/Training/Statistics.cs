using Kouyin.Torch;
using Kouyin.Torch.Distributed;

namespace Kouyin.Speech.Training;

/// <summary>
/// What forward passes change and no gradient reaches: running means, vectors of power iterations. Every portion of a
/// batch finds them as they were before the step; afterwards they are the mean of what the portions left, so that it
/// does not matter who did which; and a skipped step leaves them alone.
/// </summary>
internal sealed class Statistics
{
    private readonly Tensor[] _values, _before;
    private readonly double[] _sums;
    private int _portions;

    /// <summary>Remembers them. What is kept belongs to the open scope.</summary>
    /// <param name="parts">All that a step may run, not only what it teaches.</param>
    public Statistics(IEnumerable<LearningPart> parts)
    {
        using NoGrad noGrad = new();
        _values = [.. parts.SelectMany(part => part.Statistics)];
        _before = Array.ConvertAll(_values, value => value.Clone());
        _sums = new double[_values.Sum(value => value.Count)];
    }

    /// <summary>Takes in what a portion left, and puts everything back for the next.</summary>
    public void Take()
    {
        int place = 0;
        foreach (float number in _values.SelectMany(value => value.ToArray()))
            _sums[place++] += number;
        _portions++;
        Restore();
    }

    /// <summary>As before the step.</summary>
    public void Restore()
    {
        using NoGrad noGrad = new();
        foreach (var (value, before) in _values.Zip(_before))
            value.CopyFrom(before);
    }

    /// <summary>The means of what all portions left.</summary>
    public void Give(ProcessGroup? group)
    {
        if (_values.Length == 0)
            return;
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        group?.Sum(_sums);
        double portions = _portions * (group?.Size ?? 1);
        int start = 0;
        foreach (Tensor value in _values)
        {
            float[] means = new float[value.Count];
            for (int k = 0; k < means.Length; k++)
                means[k] = (float)(_sums[start++] / portions);
            value.CopyFrom(Tensor.From<float>(means, value.Shape));
        }
    }
}
