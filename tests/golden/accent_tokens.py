"""Makes accent-tokens.safetensors: what PyTorch's own layers make of the accent tokens and an adversary.

    python3 tests/golden/accent_tokens.py

Each recording is encoded by itself, without padding or masks: that a padded batch gives the same is part of the test.
Weights and inputs follow from their names and places (`numbers` of grad_tts.py), as
tests/Speech.Tests/Model/Accent/AccentGoldenTests.cs follows them too, so the file holds results only.
"""
import math
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from grad_tts import numbers, save, weights

MELS, FRAMES, TOKENS, TOKEN_WIDTH, WIDTH, HEADS = 24, (150, 70, 33), 5, 8, 32, 4
ACCENTS, SPEAKERS = torch.tensor([1, 0, 2]), torch.tensor([1, 3, 5])
SPEAKERS_OF_ACCENTS = torch.tensor([[1, 0, 0, 1, 0, 0], [0, 1, 0, 0, 1, 0], [0, 0, 1, 1, 0, 1]]).bool()
SMOOTHING, GAMMA, REVERSE, HIDDEN, SHARE = 0.1, 2.0, 0.7, 16, 0.5


class Reference(nn.Module):
    def __init__(self):
        super().__init__()
        channels = [1, 32, 32, 64, 64, 128, 128]
        self.convolutions = nn.ModuleList(
            nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in zip(channels, channels[1:]))
        self.norms = nn.ModuleList(nn.GroupNorm(8, c) for c in channels[1:])
        self.gru = nn.GRU(128, 128, batch_first=True)  # 24 bands halve six times to 1 column

    def forward(self, mel):
        x = mel[None, None]  # [1, 1, T, M]
        for convolution, norm in zip(self.convolutions, self.norms):
            x = F.relu(norm(convolution(x)))
        x = x.permute(0, 2, 3, 1).flatten(2)  # [1, T / 64, C]
        return self.gru(x)[1][0, 0]


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Parameter(torch.zeros(TOKENS, TOKEN_WIDTH))
        self.query = nn.Linear(128, WIDTH, bias=False)
        self.key = nn.Linear(TOKEN_WIDTH, WIDTH, bias=False)
        self.value = nn.Linear(TOKEN_WIDTH, WIDTH, bias=False)

    def forward(self, x):
        tokens, size = self.tokens.tanh(), WIDTH // HEADS
        query, key, value = self.query(x), self.key(tokens), self.value(tokens)
        heads, shares = [], []
        for head in range(HEADS):
            part = slice(head * size, (head + 1) * size)
            share = (query[:, part] @ key[:, part].T / math.sqrt(size)).softmax(-1)
            heads.append(share @ value[:, part])
            shares.append(share)
        return torch.cat(heads, -1), sum(shares) / HEADS


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.reference = Reference()
        self.tokens = Attention()
        self.accent = nn.Linear(WIDTH, len(SPEAKERS_OF_ACCENTS))


class Adversary(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(128, HIDDEN)
        self.last = nn.Linear(HIDDEN, SPEAKERS_OF_ACCENTS.shape[1])

    def forward(self, x):
        logits = self.last(F.relu(self.first(x)))
        return logits.masked_fill(~SPEAKERS_OF_ACCENTS[ACCENTS], -1e4).log_softmax(-1)


def focal(log_probabilities):
    count = log_probabilities.shape[1]
    aim = F.one_hot(ACCENTS, count) * (1 - SMOOTHING) + SMOOTHING / count
    return -(aim * (1 - log_probabilities.exp()) ** GAMMA * log_probabilities).sum(1)


def adversarial(adversary, x):
    """The loss, and what is to be minimized for x: -REVERSE times it, where it knows more than chance."""
    losses = F.nll_loss(adversary(x), SPEAKERS, reduction="none")
    chance = SPEAKERS_OF_ACCENTS[ACCENTS].sum(1).float().log()
    return losses, -REVERSE * losses * (losses.detach() < chance)


def gradients(*modules):
    """Of each parameter: its gradient's projection on numbers of our own, and its length."""
    found = [p.grad for module in modules for _, p in sorted(module.named_parameters())]
    return torch.stack([torch.stack([(g * numbers(7, *g.shape)).sum(), g.norm()]) for g in found]).flatten()


def main():
    tokens, adversary = Tokens(), Adversary()
    # Both biases of the recurrent layer, as PyTorch has them; names sort as the product's do.
    for module in (tokens, adversary):
        module.load_state_dict(dict(weights(module)))
    mels = numbers(100, len(FRAMES), max(FRAMES), MELS) * 6
    reference = torch.stack([tokens.reference(mel[:frames]) for mel, frames in zip(mels, FRAMES)])
    style, shares = tokens.tokens(reference)
    log_probabilities = tokens.accent(style).log_softmax(-1)
    accent = focal(log_probabilities)
    losses, against = adversarial(adversary, reference)
    # The model's gradient comes from `against`, the adversary's own from its loss.
    own = torch.autograd.grad(SHARE * losses.mean(), list(adversary.parameters()), retain_graph=True)
    (accent.mean() + SHARE * against.mean()).backward()
    for parameter, gradient in zip(adversary.parameters(), own):
        parameter.grad = gradient
    known = (losses < SPEAKERS_OF_ACCENTS[ACCENTS].sum(1).float().log()).tolist()
    print("the adversary knows more than chance of:", known)
    save(Path(__file__).with_name("accent-tokens.safetensors"), dict(
        reference=reference, style=style, weights=shares, log_probabilities=log_probabilities, accent_losses=accent,
        adversary_losses=losses, gradients=gradients(tokens, adversary)))


main()
