using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Vocoder;

/// <summary>
/// The generator of HiFi-GAN: transposed convolutions up to the sample rate, residual stacks after each.
/// </summary>
/// <remarks>
/// Kong, Kim, Bae 2020, "HiFi-GAN", section 2.2 and appendix A. Parameter names are the published ones.
/// </remarks>
public sealed class HiFiGan
{
    private const double Slope = 0.1, LastSlope = 0.01;
    private const int OuterKernel = 7;

    private readonly Conv1d _first, _last;
    private readonly List<Stage> _stages = [];

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    /// <param name="p">The generator's place.</param>
    /// <param name="config">Its shape.</param>
    /// <param name="form">How weights are kept: with weight norm while it is trained, folded to use it.</param>
    public HiFiGan(Params p, HiFiGanConfig config, KernelForm form = KernelForm.Plain)
    {
        int channels = config.UpsampleInitialChannel;
        _first = new(p / "conv_pre", config.NumMels, channels, OuterKernel, form: form);
        for (int i = 0; i < config.UpsampleRates.Count; i++, channels /= 2)
            _stages.Add(new(p, config, i, channels, form));
        _last = new(p / "conv_post", channels, 1, OuterKernel, form: form);
    }

    /// <summary>Makes samples.</summary>
    /// <param name="mel">[B, T, M].</param>
    /// <returns>[B, N], N = T times the hop, -1 to 1.</returns>
    public Tensor Forward(Tensor mel)
    {
        Tensor x = _first.Forward(mel);
        foreach (Stage stage in _stages)
            x = stage.Forward(x.LeakyRelu(Slope));
        return _last.Forward(x, LastSlope).Tanh().Squeeze(2);
    }

    /// <summary>Up by a rate, channels halved, then the mean of residual stacks of several widths.</summary>
    private sealed class Stage
    {
        private readonly ConvTranspose1d _up;
        private readonly List<ResidualStack> _stacks = [];

        public Stage(Params p, HiFiGanConfig config, int index, int channels, KernelForm form)
        {
            int rate = config.UpsampleRates[index], kernel = config.UpsampleKernelSizes[index];
            _up = new(p / "ups" / index, channels, channels / 2, kernel, rate, (kernel - rate) / 2, form);
            int perStage = config.ResblockKernelSizes.Count;
            for (int i = 0; i < perStage; i++)
                _stacks.Add(new(
                    p / "resblocks" / (index * perStage + i), channels / 2, config.ResblockKernelSizes[i],
                    config.ResblockDilationSizes[i], config.Resblock == "1", form));
        }

        public Tensor Forward(Tensor x)
        {
            x = _up.Forward(x);
            Tensor sum = _stacks[0].Forward(x);
            foreach (ResidualStack stack in _stacks.Skip(1))
                sum = sum + stack.Forward(x);
            return sum / _stacks.Count;
        }
    }

    /// <summary>
    /// x += conv(act(x)) for each dilation; with pairs, a plain convolution follows each dilated one.
    /// </summary>
    private sealed class ResidualStack
    {
        private readonly List<(Conv1d Dilated, Conv1d? Plain)> _convolutions = [];

        public ResidualStack(
            Params p, int channels, int kernel, IReadOnlyList<int> dilations, bool paired, KernelForm form)
        {
            for (int i = 0; i < dilations.Count; i++)
                _convolutions.Add((
                    new(
                        p / (paired ? "convs1" : "convs") / i, channels, channels, kernel, dilation: dilations[i],
                        form: form),
                    paired ? new(p / "convs2" / i, channels, channels, kernel, form: form) : null));
        }

        public Tensor Forward(Tensor x)
        {
            foreach ((Conv1d dilated, Conv1d? plain) in _convolutions)
            {
                x = plain is null
                    ? dilated.Forward(x, Slope, added: x)
                    : plain.Forward(dilated.Forward(x, Slope), Slope, added: x);
            }
            return x;
        }
    }
}
