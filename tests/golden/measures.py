"""Makes measures.json: what NumPy and SciPy make of sounds and numbers that the tests make again by the same formulas.

    python3 tests/golden/measures.py > tests/golden/measures.json

An independent computation of src/Speech/Evaluation's model-free measures (Debian: python3-numpy, python3-scipy).
"""
import json

import numpy as np
from scipy import fft, stats
from scipy.spatial.distance import cdist

RATE, SIZE, HOP, BANDS, FLOOR = 22050, 1024, 256, 80, 1e-5


def spread(first, count):
    """Numbers in [-0.5, 0.5) that look random: a hash of first, first + 1, ..."""
    n = np.arange(first, first + count, dtype=np.uint64) & 0xFFFFFFFF
    n = n * 2654435761 & 0xFFFFFFFF
    n = (n ^ n >> 16) * 2246822519 & 0xFFFFFFFF
    return (n ^ n >> 13) / 2**32 - 0.5


def sound(samples, pitch, glide, first):
    """Eight harmonics that glide, and some noise."""
    t = np.arange(samples) / RATE
    phase = 2 * np.pi * (pitch * t + glide * t * t / 2)
    voice = sum(np.sin(h * phase) / h for h in range(1, 9))
    return (0.1 * voice + 0.02 * spread(first, samples)).astype(np.float32)


def mel_filters():
    def to_mel(hz):
        return np.where(hz < 1000, hz / (200 / 3), 15 + np.log(np.maximum(hz, 1) / 1000) / (np.log(6.4) / 27))

    def to_hz(mel):
        return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))

    edges = to_hz(np.linspace(to_mel(np.array(0.0)), to_mel(np.array(RATE / 2)), BANDS + 2))
    bins = np.arange(SIZE // 2 + 1) * RATE / SIZE
    up = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0, np.minimum(up, down)) * (2 / (edges[2:] - edges[:-2]))[:, None]


def cepstra(samples):
    padded = np.pad(samples.astype(np.float64), (SIZE - HOP) // 2, mode="reflect")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(SIZE) / SIZE)
    frames = np.lib.stride_tricks.sliding_window_view(padded, SIZE)[::HOP] * window
    power = np.abs(np.fft.rfft(frames, axis=1))
    mel = np.log(np.maximum(power @ mel_filters().T, FLOOR))
    return fft.dct(mel, type=2, axis=1)[:, 1:25] / BANDS


def warp(cost):
    """The cheapest path, steps (1, 1), (1, 0), (0, 1)."""
    rows, columns = cost.shape
    sums = np.full((rows + 1, columns + 1), np.inf)
    sums[0, 0] = 0
    for i in range(rows):
        for j in range(columns):
            sums[i + 1, j + 1] = cost[i, j] + min(sums[i, j], sums[i, j + 1], sums[i + 1, j])
    path, i, j = [(rows - 1, columns - 1)], rows - 1, columns - 1
    while i > 0 or j > 0:
        both, up, left = sums[i, j], sums[i, j + 1], sums[i + 1, j]
        i, j = (i - 1, j - 1) if both <= up and both <= left else (i - 1, j) if up <= left else (i, j - 1)
        path.append((i, j))
    return np.array(path[::-1]), sums[-1, -1]


def disturbance(path):
    slope = path[-1, 1] / path[-1, 0]
    return float(np.sqrt(np.mean((path[:, 1] - slope * path[:, 0]) ** 2)))


def distortion(a, b):
    cost = 10 / np.log(10) * np.sqrt(2) * cdist(a, b)
    path, _ = warp(cost)
    return float(cost[path[:, 0], path[:, 1]].mean()), disturbance(path)


def pitch(first, count):
    """Hertz about 200, every so many-th frame unvoiced: another number for another first."""
    values = (200 + 120 * spread(first, count)).astype(np.float32)
    values[::5 + first % 3] = 0
    return values


def pitch_errors(a, b):
    voiced = (a > 0) & (b > 0)
    logs = np.log(b[voiced].astype(float)) - np.log(a[voiced].astype(float))
    near = np.abs(logs) <= np.log(1.2)
    x, y = np.log(a[voiced].astype(float))[near], np.log(b[voiced].astype(float))[near]
    return dict(rmse=float(np.sqrt(np.mean(logs[near] ** 2))), correlation=float(stats.pearsonr(x, y)[0]),
                voicing=float(np.mean((a > 0) != (b > 0))), gross=float(np.mean(~near)))


def equal_error(same, others):
    """Where the two error curves, as steps, cross."""
    thresholds = np.sort(np.concatenate([same, others]))
    refused = np.array([(same <= t).mean() for t in thresholds])
    accepted = np.array([(others > t).mean() for t in thresholds])
    return float(np.min(np.maximum(refused, accepted)))


def main():
    a, b = cepstra(sound(6000, 180, 100, 1)), cepstra(sound(8000, 200, -60, 90001))
    mcd, strayed = distortion(a, b)
    cost = spread(5, 30 * 40).reshape(30, 40) + 0.5
    path, total = warp(cost)
    f0, other = pitch(7, 200), pitch(7001, 200)
    other = np.where(spread(9, 200) > 0, f0 * np.float32(1.05), other)  # half of it near
    voiced = f0[f0 > 0].astype(float)
    phones = spread(11, 2 * 10 * 24).reshape(2, 10, 24)
    tables = [cdist(one, one)[np.tril_indices(10, -1)] for one in phones]
    same, others = spread(13, 50) + 0.3, spread(17, 80)
    print(json.dumps(dict(
        mcd=mcd, disturbance=strayed, warped=float(total), warp_length=len(path), warp_disturbance=disturbance(path),
        pitch=pitch_errors(f0, other),
        moments=[float(voiced.mean()), float(voiced.std()), float(stats.skew(voiced)), float(stats.kurtosis(voiced))],
        accdist=float(stats.pearsonr(tables[0], tables[1])[0]), eer=equal_error(same, others)), indent=1))


main()
