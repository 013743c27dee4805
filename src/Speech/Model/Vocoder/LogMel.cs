using Kouyin.Speech.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Model.Vocoder;

/// <summary>The log mel through which gradients flow; the same numbers as <see cref="MelSpectrogram"/>'s.</summary>
public sealed class LogMel
{
    private const double PowerOffset = 1e-9; // MelSpectrogram's

    private readonly MelConfig _config;
    private readonly ShortTimeFourier _transform;
    private readonly float[] _filters;

    /// <summary>Prepares window and filters.</summary>
    public LogMel(MelConfig config)
    {
        _config = config;
        _transform = new(config.FftSize, config.HopSamples);
        MelFilters filters = new(config);
        _filters = filters.Matrix(filters.Bins, config.Bands);
    }

    /// <summary>The mel of frames that lie wholly inside the signal.</summary>
    /// <param name="signal">[B, N].</param>
    /// <returns>[B, T, M].</returns>
    public Tensor Of(Tensor signal)
    {
        Tensor magnitude = _transform.Forward(signal).Magnitude(PowerOffset);
        Tensor filters = Tensor.From<float>(_filters, magnitude.Size(2), _config.Bands).To(signal.Device);
        Tensor mel = magnitude.Matmul(filters).Clamp(min: _config.Floor).Log();
        return _config.Log == MelLog.Natural ? mel : mel / Math.Log(10);
    }
}
