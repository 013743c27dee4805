"""Makes grad-tts.safetensors, what a small Grad-TTS in PyTorch computes, for tests that must run everywhere.

    python3 tests/golden/grad_tts.py PATH/TO/THE/YARDSTICK

The folder holds gradtts_torch.py, an independent Grad-TTS. Only this script needs Python, torch and NumPy. Weights and
inputs follow from their names and places (`spread`), as tests/Speech.Tests/Model/GoldenTests.cs follows them too, so the
file holds results only.
"""
import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch

SIZES = dict(n_vocab=12, n_spks=3, spk_emb_dim=8, n_enc_channels=16, filter_channels=24, filter_channels_dp=12,
             n_enc_layers=2, n_feats=16, dec_dim=8)
TOKENS, FRAMES, SEGMENT = (7, 5, 3), (36, 28, 12), 24
STEPS, TEMPERATURE, LENGTH_SCALE = 4, 1.5, 2.0


def spread(first, count):
    """Numbers in [-0.5, 0.5) that look random: a hash of first, first + 1, ..."""
    n = np.arange(first, first + count, dtype=np.uint64) & 0xFFFFFFFF
    n = n * 2654435761 & 0xFFFFFFFF
    n = (n ^ n >> 16) * 2246822519 & 0xFFFFFFFF
    return ((n ^ n >> 13) / 2**32 - 0.5).astype(np.float32)


def numbers(first, *shape):
    return torch.from_numpy(spread(first, int(np.prod(shape)))).reshape(shape)


def weights(model):
    """Every parameter by name: matrices by their fan-in, gains about 1, the rest about 0."""
    first = 0
    for name, parameter in sorted(model.named_parameters()):
        values = numbers(first, *parameter.shape)
        if parameter.dim() > 1:
            values *= 2 / np.sqrt(parameter[0].numel())
        elif name.endswith(("gamma", "weight")):
            values = 1 + values
        first += parameter.numel()
        yield name, values


def mels(first, channels, lengths):
    """Mels that stand still for four frames at a time, zero after each length."""
    frames = max(lengths)
    mask = torch.arange(frames) < torch.tensor(lengths)[:, None]
    still = numbers(first, len(lengths), frames // 4, channels).repeat_interleave(4, 1)
    return (still * 6 * mask[:, :, None]).transpose(1, 2)


def save(path, tensors):
    header, at = {}, 0
    for name, tensor in tensors.items():
        size = tensor.numel() * 4
        header[name] = dict(dtype="F32", shape=list(tensor.shape), data_offsets=[at, at + size])
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    data = b"".join(tensor.detach().contiguous().float().numpy().tobytes() for tensor in tensors.values())
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    sys.path.insert(0, sys.argv[1])
    from gradtts_torch import GradTTS

    model = GradTTS(**SIZES).eval()
    model.load_state_dict(dict(weights(model)), strict=True)
    x = (numbers(1, len(TOKENS), max(TOKENS)) * 11 + 6).long()
    x_lengths, y_lengths = torch.tensor(TOKENS), torch.tensor(FRAMES)
    speakers = torch.tensor([2, 0, 1])
    mel = mels(100, SIZES["n_feats"], FRAMES)
    noise = numbers(5000, len(TOKENS), SEGMENT, SIZES["n_feats"]).transpose(1, 2) * 3

    mu, logw, x_mask = model.encoder(x, x_lengths)
    pairs = x_mask.transpose(1, 2) * (torch.arange(max(FRAMES)) < y_lengths[:, None])[:, None]
    durations = model.align(mu, mel, x_lengths, y_lengths, pairs).sum(2)
    losses = model.compute_loss(x, x_lengths, mel, y_lengths, speakers, SEGMENT, starts=torch.tensor([5, 2, 0]),
                                t=torch.tensor([0.1, 0.5, 0.9]), z=noise)
    sum(losses).backward()
    # A gradient's projection on numbers of our own and its length say as much as all of it, in two numbers.
    gradients = torch.stack([
        torch.stack([(p.grad * numbers(7, *p.shape)).sum(), p.grad.norm()])
        for _, p in sorted(model.named_parameters())])

    with torch.no_grad():
        w = torch.ceil(logw.exp() * x_mask) * LENGTH_SCALE
        longest = -(-int(w.sum((1, 2)).max()) // 4) * 4
        start = numbers(9000, len(TOKENS), longest, SIZES["n_feats"]).transpose(1, 2) * 3
        mean, spoken, _, _ = model.synthesize(x, x_lengths, STEPS, TEMPERATURE, speakers, LENGTH_SCALE, noise=start)
    save(Path(__file__).parent / "grad-tts.safetensors", dict(
        means=mu.transpose(1, 2), log_durations=logw.transpose(1, 2), durations=durations,
        losses=torch.stack(losses), gradients=gradients, spoken_durations=w.squeeze(1),
        spoken_mean=mean.transpose(1, 2), spoken=spoken.transpose(1, 2)))
    print("losses", [round(float(loss), 4) for loss in losses], "frames", longest,
          "durations", durations.int().tolist())


if __name__ == "__main__":
    main()
