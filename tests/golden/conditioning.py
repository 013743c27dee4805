"""Makes conditioning.safetensors: what encoders and decoders that hear speaker and accent compute.

    python3 tests/golden/conditioning.py

Written from the papers' equations, function by function, with nothing of the project in it but the names of the
parameters. Only this script needs Python, torch and NumPy. Every parameter follows from its name and every input from
its place (`spread`), as tests/Speech.Tests/Model/ConditioningGoldenTests.cs follows them too, so the file holds results
only: outputs, and of each parameter's gradient a projection and the length.
"""
import math
from pathlib import Path

import torch
import torch.nn.functional as F

from grad_tts import numbers, save

VOCABULARY, MELS, WIDTH, HIDDEN, DURATION, HEADS, LAYERS, KERNEL = 12, 16, 16, 24, 12, 2, 2, 5
SPEAKER, ACCENT = 6, 10
TOKENS, FRAMES = (7, 5, 3), (12, 8, 4)


class Weights:
    """Parameters by name, made when they are first asked for."""

    def __init__(self):
        self.all = {}

    def __call__(self, name, *shape):
        if name not in self.all:
            first = 2166136261  # FNV-1a of the name
            for letter in name:
                first = (first ^ ord(letter)) * 16777619 & 0xFFFFFFFF
            values = numbers(first, *shape)
            if len(shape) > 1:
                values = values * (2 / math.sqrt(values[0].numel()))
            elif name.endswith(("gamma", "weight")):
                values = values + 1
            self.all[name] = values.requires_grad_()
        return self.all[name]

    def gradients(self):
        return torch.stack([
            torch.stack([(p.grad * numbers(7, *p.shape)).sum(), p.grad.norm()]) for _, p in sorted(self.all.items())])


def linear(w, name, x, width, bias=True):
    return F.linear(x, w(name + ".weight", width, x.shape[-1]), w(name + ".bias", width) if bias else None)


def pointwise(w, name, x, width):
    """A linear layer that is kept as a convolution of one."""
    return F.linear(x, w(name + ".weight", width, x.shape[-1], 1)[:, :, 0], w(name + ".bias", width))


def conv(w, name, x, width, kernel, stride=1):
    """Over time, [B, T, C]."""
    weight, bias = w(name + ".weight", width, x.shape[-1], kernel), w(name + ".bias", width)
    return F.conv1d(x.transpose(1, 2), weight, bias, stride, kernel // 2).transpose(1, 2)


def norm(w, name, x, gain="weight", bias="bias", epsilon=1e-5):
    width = x.shape[-1]
    return F.layer_norm(x, [width], w(f"{name}.{gain}", width), w(f"{name}.{bias}", width), epsilon)


def channel_norm(w, name, x):
    return norm(w, name, x, "gamma", "beta", 1e-4)


def conditional_norm(w, name, x, vector):
    mean = x.mean(-1, keepdim=True)
    normal = (x - mean) / torch.sqrt(((x - mean) ** 2).mean(-1, keepdim=True) + 1e-5)
    gain = 1 + linear(w, name + ".gain", vector, x.shape[-1])
    return normal * gain[:, None] + linear(w, name + ".bias", vector, x.shape[-1])[:, None]


def heads(x):
    return x.unflatten(-1, (HEADS, -1)).transpose(1, 2)


def conformer_block(w, name, x, mask, kind, end):
    def feed_forward(place, x):
        def layer(part, x, width):
            full = f"{name}.{place}.{part}"
            return linear(w, full, x, width) if kind == "linear" else conv(w, full, x * mask, width, 3)
        h = norm(w, f"{name}.{place}.norm", x)
        return layer("narrow", F.silu(layer("widen", h, HIDDEN)), WIDTH)

    def attention(x):
        at, count, width = name + ".attention.", x.shape[1], WIDTH // HEADS
        h = norm(w, at + "norm", x)
        q, k, v = (heads(linear(w, at + part, h, WIDTH)) for part in ("query", "key", "value"))
        u, t = w(at + "symbol_bias", HEADS, width), w(at + "distance_bias", HEADS, width)
        logits = torch.empty(x.shape[0], HEADS, count, count)
        rates = 10000 ** (-2 * torch.arange(WIDTH // 2, dtype=torch.float64) / WIDTH)
        rows = []
        for i in range(count):
            angles = (i - torch.arange(count, dtype=torch.float64))[:, None] * rates
            waves = torch.cat([angles.sin(), angles.cos()], 1).float()
            far = heads(linear(w, at + "distance", waves[None], WIDTH, bias=False))  # [1, H, S, D]
            by_symbol = ((q[:, :, i] + u)[:, :, None] * k).sum(-1)
            by_distance = ((q[:, :, i] + t)[:, :, None] * far).sum(-1)
            rows.append((by_symbol + by_distance) / math.sqrt(width))
        logits = torch.stack(rows, 2).masked_fill(mask[:, None, None, :, 0] == 0, float("-inf"))
        return linear(w, at + "output", (logits.softmax(-1) @ v).transpose(1, 2).flatten(2), WIDTH)

    def convolution(x):
        at = name + ".convolution."
        a, b = linear(w, at + "gated", norm(w, at + "before", x), 2 * WIDTH).chunk(2, -1)
        h = (a * b.sigmoid() * mask).transpose(1, 2)
        h = F.conv1d(h, w(at + "depthwise.weight", WIDTH, 1, KERNEL), None, 1, KERNEL // 2, groups=WIDTH)
        return linear(w, at + "output", F.silu(norm(w, at + "norm", h.transpose(1, 2))), WIDTH)

    x = x + 0.5 * feed_forward("before", x)
    x = x + attention(x)
    x = x + convolution(x)
    x = x + 0.5 * feed_forward("after", x)
    return end(name + ".norm", x)


def transformer_layer(w, name, index, x, mask, end, window=4):
    at, count, width = f"{name}.attn_layers.{index}.", x.shape[1], WIDTH // HEADS
    x = x * mask
    q, k, v = (heads(pointwise(w, at + part, x, WIDTH)) for part in ("conv_q", "conv_k", "conv_v"))
    near_k, near_v = (w(at + part, 1, 2 * window + 1, width) for part in ("emb_rel_k", "emb_rel_v"))
    inside = lambda i, j: abs(j - i) <= window
    key = torch.stack([torch.stack([near_k[0, j - i + window] if inside(i, j) else torch.zeros(width)
                                    for j in range(count)]) for i in range(count)])
    value = torch.stack([torch.stack([near_v[0, j - i + window] if inside(i, j) else torch.zeros(width)
                                      for j in range(count)]) for i in range(count)])
    logits = (q @ k.transpose(2, 3) + torch.einsum("bhid,ijd->bhij", q, key)) / math.sqrt(width)
    weights = logits.masked_fill(mask[:, None, None, :, 0] == 0, -1e4).softmax(-1)
    heard = (weights @ v + torch.einsum("bhij,ijd->bhid", weights, value)).transpose(1, 2).flatten(2)
    x = channel_norm(w, f"{name}.norm_layers_1.{index}", x + pointwise(w, at + "conv_o", heard, WIDTH))
    h = F.relu(conv(w, f"{name}.ffn_layers.{index}.conv_1", x * mask, HIDDEN, 3))
    h = conv(w, f"{name}.ffn_layers.{index}.conv_2", h * mask, WIDTH, 3) * mask
    return end(f"{name}.norm_layers_2.{index}", x + h)


def encode(w, layer, kind, conditioning, ends):
    """Means and log durations; `ends` says of each layer whose vector its last norm hears."""
    symbols = (numbers(1, len(TOKENS), max(TOKENS)) * 11 + 6).long()
    vectors = dict(speaker=numbers(200, len(TOKENS), SPEAKER), accent=numbers(300, len(TOKENS), ACCENT))
    mask = (torch.arange(max(TOKENS)) < torch.tensor(TOKENS)[:, None]).float()[:, :, None]
    x = h = F.embedding(symbols, w("emb.weight", VOCABULARY, WIDTH)) * math.sqrt(WIDTH)
    for k in range(3):
        h = F.relu(channel_norm(w, f"prenet.norm_layers.{k}",
                                conv(w, f"prenet.conv_layers.{k}", h * mask, WIDTH, 5)))
    x = (x + pointwise(w, "prenet.proj", h, WIDTH)) * mask
    for name in conditioning:
        x = x + linear(w, name, vectors[name], WIDTH)[:, None]
    for k in range(LAYERS):
        plain = norm if layer == "conformer" else channel_norm
        end = lambda name, x: (
            conditional_norm(w, name, x, vectors[ends[k]]) if ends[k] else plain(w, name, x))
        x = x * mask
        x = (conformer_block(w, f"encoder.{k}", x, mask, kind, end) if layer == "conformer"
             else transformer_layer(w, "encoder", k, x, mask, end))
    x = x * mask
    means = pointwise(w, "proj_m", x, MELS) * mask
    h = x.detach()
    for k in (1, 2):
        h = channel_norm(w, f"proj_w.norm_{k}", F.relu(conv(w, f"proj_w.conv_{k}", h * mask, DURATION, 3)))
    return means, pointwise(w, "proj_w.proj", h * mask, 1) * mask


def mish(x):
    return x * torch.tanh(F.softplus(x))


def time_waves(t, width):
    rates = torch.exp(-math.log(10000) / (width // 2 - 1) * torch.arange(width // 2))
    angles = 1000 * t[:, None] * rates
    return torch.cat([angles.sin(), angles.cos()], 1)


def inputs():
    """Mean, noisy mel, points in time, mask, vectors."""
    shape = (len(FRAMES), max(FRAMES), MELS)
    mask = (torch.arange(max(FRAMES)) < torch.tensor(FRAMES)[:, None]).float()[:, :, None]
    return (numbers(400, *shape) * 3 * mask, numbers(5000, *shape) * 3 * mask, torch.tensor([0.1, 0.5, 0.9]), mask,
            numbers(200, len(FRAMES), SPEAKER), numbers(300, len(FRAMES), ACCENT))


def channel(w, name, vector):
    return linear(w, name + ".2", mish(linear(w, name + ".0", vector, 4 * vector.shape[1])), MELS)


def score(w, width=16):
    """Grad-TTS's U-Net: the speaker by scale and shift, the accent by a channel."""
    mean, noisy, t, mask, speaker, accent = inputs()
    picture = lambda x: x.transpose(1, 2)[:, None]  # [B, 1, M, T]
    mask = picture(mask)
    time = linear(w, "mlp.2", mish(linear(w, "mlp.0", time_waves(t, width), 4 * width)), width)
    time = mish(time + linear(w, "speaker", speaker, width))

    def conv2d(name, x, out, kernel=3, stride=1, bias=True):
        weight = w(name + ".weight", out, x.shape[1], kernel, kernel)
        return F.conv2d(x, weight, w(name + ".bias", out) if bias else None, stride, (kernel - 1) // 2)

    def block(name, x, out, mask):
        h = conv2d(name + ".block.0", x * mask, out)
        h = F.group_norm(h, 8, w(name + ".block.1.weight", out), w(name + ".block.1.bias", out))
        return mish(h) * mask

    def residual(name, x, out, mask):
        h = block(name + ".block1", x, out, mask)
        scale, shift = (linear(w, name + part, time, out)[:, :, None, None] for part in (".scale", ".mlp.1"))
        h = block(name + ".block2", h * (1 + scale) + shift, out, mask)
        return h + (conv2d(name + ".res_conv", x * mask, out, 1) if x.shape[1] != out else x * mask)

    def attend(name, x):
        batch, width, bands, frames = x.shape
        qkv = conv2d(name + ".fn.fn.to_qkv", x, 384, 1, bias=False).reshape(batch, 3, 4, 32, -1)
        q, k, v = qkv[:, 0], qkv[:, 1].softmax(-1), qkv[:, 2]
        out = torch.einsum("bhde,bhdn->bhen", torch.einsum("bhdn,bhen->bhde", k, v), q)
        out = conv2d(name + ".fn.fn.to_out", out.reshape(batch, 128, bands, frames), width, 1)
        return x + w(name + ".fn.g", 1) * out

    def stage(name, x, out, mask):
        x = residual(name + ".1", residual(name + ".0", x, out, mask), out, mask)
        return attend(name + ".2", x)

    bands = channel(w, "acc_mlp", accent)[:, None, :, None].expand(-1, -1, -1, mask.shape[-1])
    x = torch.cat([picture(mean), picture(noisy), bands], 1)
    masks, kept = [mask, mask[..., ::2], mask[..., ::4]], []
    for k in range(3):
        x = stage(f"downs.{k}", x, width * 2 ** k, masks[k])
        kept.append(x)
        if k < 2:
            x = conv2d(f"downs.{k}.3.conv", x * masks[k], width * 2 ** k, stride=2)
    x = residual("mid_block1", x, 4 * width, masks[2])
    x = residual("mid_block2", attend("mid_attn", x), 4 * width, masks[2])
    for k in range(2):
        out = width * 2 ** (1 - k)
        x = stage(f"ups.{k}", torch.cat([x, kept.pop()], 1), out, masks[2 - k])
        weight = w(f"ups.{k}.3.conv.weight", out, out, 4, 4)
        x = F.conv_transpose2d(x * masks[2 - k], weight, w(f"ups.{k}.3.conv.bias", out), 2, 1)
    x = conv2d("final_conv", block("final_block", x, width, mask) * mask, 1, 1) * mask
    return x[:, 0].transpose(1, 2)


def velocity(w, width=16):
    """The network of flow matching: the speaker by a channel, the accent by scale and shift."""
    mean, noisy, t, mask, speaker, accent = inputs()
    bands = channel(w, "spk_mlp", speaker)[:, None].expand_as(mean)
    time = linear(w, "time_out", F.silu(linear(w, "time_in", time_waves(t, width), width)), width)
    time = F.silu(time + linear(w, "accent", accent, width))[:, None]

    def stage(name, x, mask):
        at = name + ".residual."
        gain, bias = linear(w, at + "film", time, 2 * width).chunk(2, -1)
        h = conv(w, at + "first", F.silu(norm(w, at + "before", x)) * mask, width, 3)
        h = F.silu(norm(w, at + "between", h) * (1 + gain) + bias)
        h = conv(w, at + "second", h * mask, width, 3)
        x = h + (x if x.shape[-1] == width else linear(w, at + "shortcut", x, width))
        at = name + ".transformer."
        q, k, v = linear(w, at + "query_key_value", norm(w, at + "before_attention", x), 3 * width).chunk(3, -1)
        logits = heads(q) @ heads(k).transpose(2, 3) / math.sqrt(width / HEADS)
        logits = logits.masked_fill(mask[:, None, None, :, 0] == 0, -1e4)
        x = x + linear(w, at + "output", (logits.softmax(-1) @ heads(v)).transpose(1, 2).flatten(2), width)
        h = F.silu(linear(w, at + "widen", norm(w, at + "before_feed_forward", x), 3 * width))
        return x + linear(w, at + "narrow", h, width)

    double = lambda x, like: x.repeat_interleave(2, 1)[:, :like.shape[1]]
    masks = [mask, mask[:, ::2], mask[:, ::4]]
    fine = stage("fine", linear(w, "input", torch.cat([noisy, mean, bands], 2), width), mask)
    half = stage("half", conv(w, "to_half", fine * mask, width, 3, 2), masks[1])
    h = stage("middle.0", conv(w, "to_quarter", half * masks[1], width, 3, 2), masks[2])
    h = conv(w, "back_to_half", double(h * masks[2], half) * masks[1], width, 3)
    h = stage("half_again", torch.cat([h, half], 2), masks[1])
    h = conv(w, "back_to_fine", double(h * masks[1], fine) * mask, width, 3)
    h = stage("fine_again", torch.cat([h, fine], 2), mask)
    return conv(w, "output", F.silu(norm(w, "norm", h)) * mask, MELS, 3) * mask


CASES = dict(
    conformer_linear=lambda w: encode(w, "conformer", "linear", ("speaker", "accent"), ("accent", "speaker")),
    conformer_conv=lambda w: encode(w, "conformer", "conv", (), ("accent", None)),
    transformer=lambda w: encode(w, "transformer", None, ("speaker",), ("accent", None)),
    score2d=lambda w: (score(w),),
    flow1d=lambda w: (velocity(w),))


def main():
    results = {}
    for name, case in CASES.items():
        w = Weights()
        outputs = case(w)
        sum((x * numbers(11, *x.shape)).sum() for x in outputs).backward()
        for k, x in enumerate(outputs):
            results[f"{name}.{k}"] = x
        results[name + ".gradients"] = w.gradients()
        print(name, sum(p.numel() for p in w.all.values()), "parameters", [round(float(x.sum()), 4) for x in outputs])
    save(Path(__file__).parent / "conditioning.safetensors", results)


if __name__ == "__main__":
    main()
