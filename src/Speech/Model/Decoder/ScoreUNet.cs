using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Decoder;

/// <summary>
/// Estimates the score of a noisy mel: a U-Net over its picture, told the text's mean, the time, who speaks.
/// </summary>
/// <remarks>
/// Popov et al. 2021, "Grad-TTS", figure 2, after the published code; its parameter names. Everything is
/// [B, M, T, C]. Wherever the reference masks an input, the output before it is masked here instead.
/// </remarks>
internal sealed class ScoreUNet
{
    private readonly ParameterStore _store;
    private readonly TimeEmbedding _time;
    private readonly ConditionInput _conditions;
    private readonly List<Stage> _downs = [];
    private readonly List<Conv2d> _shrink = [];
    private readonly ResBlock _middle1;
    private readonly LinearAttention _middleAttention;
    private readonly ResBlock _middle2;
    private readonly List<Stage> _ups = [];
    private readonly List<ConvTranspose2d> _grow = [];
    private readonly ConvBlock _finalBlock;
    private readonly Linear _finalLayer;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    public ScoreUNet(
        Params p, Score2dConfig config, DecoderConditioning conditioning, int mels, ConditionWidths vectors)
    {
        int width = config.Width;
        _store = p.Store;
        _time = new(p, width);
        _conditions = new(p, conditioning, mels, width, vectors);
        ResBlockShape block = new(width, _conditions.HasFilm);
        int[] widths = [2 + _conditions.Channels, width, 2 * width, 4 * width];
        for (int k = 0; k < 3; k++)
            _downs.Add(new(p / "downs" / k, widths[k], widths[k + 1], block));
        for (int k = 0; k < 2; k++)
            _shrink.Add(new(p / "downs" / k / 3 / "conv", widths[k + 1], widths[k + 1], 3, stride: 2));
        _middle1 = new(p / "mid_block1", widths[3], widths[3], block);
        _middleAttention = new(p / "mid_attn", widths[3]);
        _middle2 = new(p / "mid_block2", widths[3], widths[3], block);
        for (int k = 0; k < 2; k++)
        {
            _ups.Add(new(p / "ups" / k, 2 * widths[3 - k], widths[2 - k], block));
            _grow.Add(new(p / "ups" / k / 3 / "conv", widths[2 - k], widths[2 - k], 4, 2, 1));
        }
        _finalBlock = new(p / "final_block", width, width);
        _finalLayer = new(p / "final_conv", width, 1, kernelDimensions: 2);
    }

    /// <summary>Is told what leaves each named part, for tests.</summary>
    internal Action<string, Tensor>? Watch { get; set; }

    /// <summary>Estimates.</summary>
    /// <param name="x">The noisy mel, [B, T, M]; T is a multiple of 4.</param>
    /// <param name="mask">[B, T, 1].</param>
    /// <param name="mean">What the text says, [B, T, M].</param>
    /// <param name="t">The time in [0, 1], [B].</param>
    /// <param name="conditions">Who speaks and in which accent.</param>
    /// <returns>[B, T, M], zero on padding.</returns>
    public Tensor Forward(Tensor x, Tensor mask, Tensor mean, Tensor t, Conditions conditions)
    {
        // In bfloat16 the pictures between layers are, too; norms and attention compute in float32 all the same.
        DType type = _store.UseBFloat16 ? DType.BFloat16 : DType.Float32;
        using TensorScope scope = new();
        Tensor time = _conditions.WithTime(Seen("mlp", _time.Forward(t)), conditions).Mish();
        Tensor[] masks = Masks(mask.To(type));
        Stack<Tensor> skips = new();

        Tensor h = Picture(x, mean, conditions).To(type) * masks[0];
        for (int k = 0; k < 3; k++)
        {
            h = Seen($"downs.{k}.2", _downs[k].Forward(h, masks[k], time));
            if (k == 2)
                break;
            // The reference keeps the first stage's output too and never uses it.
            if (k > 0)
                skips.Push(h);
            h = Seen($"downs.{k}.3", _shrink[k].Forward(h)) * masks[k + 1];
        }
        skips.Push(h);

        h = Seen("mid_block1", _middle1.Forward(h, masks[2], time));
        h = Seen("mid_attn", _middleAttention.Forward(h, masks[2]));
        h = Seen("mid_block2", _middle2.Forward(h, masks[2], time));

        for (int k = 0; k < 2; k++)
        {
            h = Seen($"ups.{k}.2", _ups[k].Forward(Tensor.Cat(3, h, skips.Pop()), masks[2 - k], time));
            h = Seen($"ups.{k}.3", _grow[k].Forward(h)) * masks[1 - k];
        }
        h = Seen("final_block", _finalBlock.Forward(h, masks[0]));
        Tensor score = _finalLayer.Forward(h) * masks[0];
        return scope.Keep(score.To(DType.Float32).Squeeze(3).Transpose(1, 2)); // [B, T, M]
    }

    /// <summary>The mask at full, half and quarter resolution, each [B, 1, T, 1].</summary>
    private static Tensor[] Masks(Tensor mask)
    {
        Tensor full = mask.Unsqueeze(1); // [B, 1, T, 1]
        return [full, full.Slice(2, 0, step: 2).Contiguous(), full.Slice(2, 0, step: 4).Contiguous()];
    }

    /// <summary>Mean, noisy mel and what speaker and accent add side by side as channels, [B, M, T, 2 to 4].</summary>
    private Tensor Picture(Tensor x, Tensor mean, Conditions conditions)
    {
        var (batch, frames, mels) = x.Sizes3("[B, T, M]");
        List<Tensor> planes = [mean.Transpose(1, 2), x.Transpose(1, 2)];
        foreach (var (name, bands) in _conditions.Bands(conditions))
            planes.Add(Seen(name, bands).Unsqueeze(2).Expand(batch, mels, frames));
        return Tensor.Stack(3, [.. planes]);
    }

    private Tensor Seen(string part, Tensor output)
    {
        Watch?.Invoke(part, output);
        return output;
    }

    /// <summary>Two residual blocks and attention, at one resolution.</summary>
    private sealed class Stage(Params p, int inputs, int outputs, ResBlockShape shape)
    {
        private readonly ResBlock _first = new(p / 0, inputs, outputs, shape);
        private readonly ResBlock _second = new(p / 1, outputs, outputs, shape);
        private readonly LinearAttention _attention = new(p / 2, outputs);

        public Tensor Forward(Tensor x, Tensor mask, Tensor time)
        {
            using TensorScope scope = new();
            Tensor h = _second.Forward(_first.Forward(x, mask, time), mask, time);
            return scope.Keep(_attention.Forward(h, mask));
        }
    }
}
