"""`auto` beside classical detectors on thirteen cases made for it: python benchmarks/auto/insurance.py [SEEDS].

The cases follow what is published of kinds of data that the development series hold little of: machines of many
channels, body-worn accelerometers, heart beats, business metrics, servers, turbines. Nothing is read. The first 30 %
of each hold no fault; they are known as a training part, and then they are not; then the faults are early and the last
30 % hold none. Writes `insurance.csv` beside this
file, and prints the mean VUS-PR (window 100) of each case, how far `auto` falls short of the best, and the worst case.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from ranks import counts
from scipy.ndimage import uniform_filter1d
from scipy.signal import lfilter

import offbeat as ob
from offbeat.data.synth import mixture
from offbeat.metrics.volumes import vus_pr

HERE = Path(__file__).parent
WINDOW = 100
TRAINING = 0.3
CLASSICAL = (
    "knn",
    "window_statistics",
    "kmeans",
    "isolation_forest",
    "moving_rms",
    "zscore",
    "ar",
    "mahalanobis",
    "matrix_profile",
)
ONE_CHANNEL = "matrix_profile"
"""Left out where there are several channels, for the time it takes."""

Planted = Callable[[np.random.Generator, bool], tuple[np.ndarray, np.ndarray]]


def faults(rng: np.random.Generator, n: int, lengths: list[int], early: bool) -> list[slice]:
    """Return one stretch of each length, each in its own share of the rows after the first 30 %, or before the last."""
    edges = np.linspace(*((0, n - TRAINING * n) if early else (TRAINING * n, n)), len(lengths) + 1).astype(int)
    firsts = [
        int(rng.integers(low + 60, high - wide - 60))
        for low, high, wide in zip(edges[:-1], edges[1:], lengths, strict=True)
    ]
    return [slice(first, first + wide) for first, wide in zip(firsts, lengths, strict=True)]


def labelled(n: int, stretches: list[slice]) -> np.ndarray:
    """Return labels, 1 in the stretches."""
    labels = np.zeros(n, dtype=int)
    for one in stretches:
        labels[one] = 1
    return labels


def slow(rng: np.random.Generator, n: int, channels: int = 1, memory: float = 0.98) -> np.ndarray:
    """Return wandering channels of deviation about 1."""
    return lfilter([np.sqrt(1 - memory**2)], [1, -memory], rng.normal(size=(n, channels)), axis=0)


def regimes(rng: np.random.Generator, n: int, low: int, high: int, kinds: int) -> np.ndarray:
    """Return which of the kinds reigns at each row; each lasts `low` to `high` rows."""
    parts: list[int] = []
    while len(parts) < n:
        parts += [int(rng.integers(kinds))] * int(rng.integers(low, high))
    return np.array(parts[:n])


def one_machine(rng: np.random.Generator, early: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make the vibration of one channel, a resonance under a load that wanders; its amplitude rises to 1.8 times."""
    n = 6000
    stretches = faults(rng, n, [150, 200, 300], early)
    swing = 1 + 0.1 * slow(rng, n)[:, 0]
    for one in stretches:
        swing[one] *= 1.8
    ringing = lfilter([0.3], [1, -1.2, 0.81], rng.normal(size=n))
    return (swing * ringing + 0.1 * rng.normal(size=n))[:, None], labelled(n, stretches)


def machine(rng: np.random.Generator, early: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make the vibration of eight channels, under slow loads; in four of them it rises to 1.6 times."""
    n, channels = 6000, 8
    stretches = faults(rng, n, [150, 200, 300], early)
    swing = np.exp(0.15 * slow(rng, n)) * rng.uniform(0.5, 2, channels)
    for one in stretches:
        swing[one, rng.choice(channels, 4, replace=False)] *= 1.6
    load = slow(rng, n, memory=0.995) * rng.uniform(0.2, 1, channels)
    return swing * rng.normal(size=(n, channels)) + load, labelled(n, stretches)


def motion(rng: np.random.Generator, early: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make six accelerometers of one who walks, at two paces, and stands; faults tremble, as freezing gait does."""
    n = 8000
    gait = regimes(rng, n, 300, 800, 3)
    pace = np.array([1 / 45, 1 / 36, 1 / 45])[gait] * (1 + 0.05 * slow(rng, n)[:, 0])
    height = uniform_filter1d(np.array([1.0, 1.4, 0.05])[gait], 15)
    stretches = faults(rng, n, [100, 150, 200, 250], early)
    for one in stretches:
        pace[one], height[one] = 1 / 13, 0.6
    phase = np.cumsum(pace)[:, None]
    x = np.zeros((n, 6))
    for harmonic in (1, 2, 3):
        heights, starts = rng.uniform(0.2, 1, 6) / harmonic, rng.uniform(0, 1, 6)
        x += height[:, None] * heights * np.sin(2 * np.pi * (harmonic * phase + starts))
    return x + rng.normal(0, 0.1, (n, 6)) + 0.2 * slow(rng, n, 6, 0.995), labelled(n, stretches)


def heart(rng: np.random.Generator, early: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make an electrocardiogram: uneven beats, a wandering line; faults are early, wide beats and missing ones."""
    n = 8000
    t = np.arange(n)
    x = 0.15 * slow(rng, n, memory=0.999)[:, 0] + rng.normal(0, 0.03, n)
    labels = np.zeros(n, dtype=int)
    at, since = 40.0, 0
    while at < n - 100:
        since += 1
        odd = (at < n - TRAINING * n if early else at > TRAINING * n + 200) and since > 4 and rng.random() < 0.15
        wide = odd and rng.random() < 0.75
        if odd:
            since = 0
            labels[int(at) - (50 if wide else 30) : int(at) + 40] = 1
        if wide:  # early, broad, its last wave turned; the next beat comes late
            at -= 25
            for place, width, height in ((0, 6.0, 1.1), (16, 8.0, -0.5), (38, 9.0, -0.3)):
                x += height * np.exp(-0.5 * ((t - at - place) / width) ** 2)
            at += 25
        elif not odd:
            for place, width, height in ((-16, 4, 0.12), (-3, 1.2, -0.1), (0, 1.8, 1.0), (4, 1.5, -0.2), (25, 7, 0.25)):
                x += height * np.exp(-0.5 * ((t - at - place) / width) ** 2)
        at += float(rng.normal(80, 4))
    return x[:, None], labels


def business(rng: np.random.Generator, early: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make orders by the hour: day, week, slow growth, Poisson; faults are single hours, half as much again or half."""
    n = 5000
    t = np.arange(n)
    day = 1 + 0.6 * np.sin(2 * np.pi * t / 24) + 0.2 * np.sin(4 * np.pi * t / 24 + 1)
    rate = 150 * day * np.where(t // 24 % 7 < 5, 1.0, 0.7) * (1 + 0.2 * t / n) * np.exp(0.03 * slow(rng, n)[:, 0])
    stretches = faults(rng, n, [1] * 10, early)
    for one in stretches:
        rate[one] = rate[one] + rng.choice([-1, 1]) * np.maximum(0.5 * rate[one], 60)
    return rng.poisson(np.maximum(rate, 0)).astype(float)[:, None], labelled(n, stretches)


def shifted(rng: np.random.Generator, early: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make a trend, a day and a week; the level shifts by half of the day's amplitude, and comes back."""
    n = 5000
    made = mixture(n, periods=(48, 336), trend=2.0, noise=0.2, seed=rng)
    x = made.values.copy()
    stretches = faults(rng, n, [200, 300], early)
    for one in stretches:
        x[one] += rng.choice([-1, 1]) * 1.0
    return x, labelled(n, stretches)


def server(rng: np.random.Generator, early: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make the load of a server: bursts that decay are usual, a plateau at half of their height is not."""
    n = 6000
    bursts = (rng.random(n) < 1 / 60) * rng.uniform(4, 10, n)
    x = lfilter([1], [1, -0.8], bursts) + np.abs(slow(rng, n, memory=0.9)[:, 0])
    stretches = faults(rng, n, [150, 250, 400], early)
    for one in stretches:
        x[one] = np.maximum(x[one], 4 + rng.normal(0, 0.3, one.stop - one.start))
    return x[:, None], labelled(n, stretches)


def turbine(rng: np.random.Generator, early: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make power, speed, temperature and vibration of what runs and stands; the temperature drifts away slowly."""
    n = 8000
    on = regimes(rng, n, 100, 400, 3) > 0
    power = on * (3 + 0.4 * slow(rng, n)[:, 0])
    speed = lfilter([0.1], [1, -0.9], power)
    warm = lfilter([0.02], [1, -0.98], power)
    x = np.column_stack([power, speed, warm, (0.2 + speed / 3) * rng.normal(size=n)])
    x[:, :3] += rng.normal(0, 0.1, (n, 3))
    stretches = faults(rng, n, [500, 700], early)
    for one in stretches:
        x[one, 2] += np.linspace(0, 2, one.stop - one.start)
    return x, labelled(n, stretches)


def many(rng: np.random.Generator, early: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make twenty channels of a plant that share three rhythms; one of them stands off by four times its noise."""
    n, channels = 5000, 20
    common = np.column_stack([np.sin(2 * np.pi * np.arange(n) / 120), slow(rng, n, 2)])
    x = common @ rng.normal(0, 1, (3, channels)) + rng.normal(0, 0.3, (n, channels))
    stretches = faults(rng, n, [150, 200, 250], early)
    for one in stretches:
        x[one, rng.integers(channels)] += 1.2
    return x, labelled(n, stretches)


def pair(rng: np.random.Generator, early: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make two channels that wander together; for a while the second goes a way of its own, as far as is usual."""
    n = 6000
    common, own = slow(rng, n, memory=0.95), slow(rng, n, memory=0.95)
    x = np.hstack([common, common]) + rng.normal(0, 0.15, (n, 2))
    stretches = faults(rng, n, [150, 200, 250], early)
    for one in stretches:
        x[one, 1:] += own[one] - common[one]
    return x, labelled(n, stretches)


def outage(rng: np.random.Generator, early: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make hourly counts of a year's quarter; twice they are zero, for one and for five days."""
    x = counts(rng)
    stretches = faults(rng, len(x), [24, 116], early)
    for one in stretches:
        x[one] = 0
    return x[:, None], labelled(len(x), stretches)


def frozen(rng: np.random.Generator, early: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make six channels of a plant; one of them stands still for a while."""
    n = 5000
    common = np.column_stack([np.sin(2 * np.pi * np.arange(n) / 144), slow(rng, n, memory=0.95)])
    x = common @ rng.normal(size=(2, 6)) + 0.2 * rng.normal(size=(n, 6))
    stretches = faults(rng, n, [144, 288], early)
    for one in stretches:
        channel = rng.integers(6)
        x[one, channel] = x[one.start, channel]
    return x, labelled(n, stretches)


def sunday(rng: np.random.Generator, early: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make counts of twelve weeks; two weekdays run like the Sunday before."""
    x = counts(rng)
    weeks = (2, 5) if early else (6, 9)
    stretches = [slice(24 * day, 24 * (day + 1)) for day in (7 * week + rng.integers(5) for week in weeks)]
    for one in stretches:
        last = one.start // 24 // 7 * 7 * 24
        x[one] = rng.poisson(x[last - 24 : last])
    return x[:, None], labelled(len(x), stretches)


CASES: dict[str, Planted] = {
    "one machine louder": one_machine,
    "machine, 8 channels, 4 louder": machine,
    "motion, another rhythm": motion,
    "heart, odd beats": heart,
    "business, single hours": business,
    "trend and season, shifted": shifted,
    "server, plateau": server,
    "turbine, slow drift": turbine,
    "20 channels, one off": many,
    "pair that separates": pair,
    "counts, outages": outage,
    "plant, a channel frozen": frozen,
    "weekdays like a Sunday": sunday,
}


def volume(name: str, x: np.ndarray, labels: np.ndarray, known: bool) -> float:
    """Return the VUS-PR of a detector with its defaults."""
    made = ob.detector(name)
    scores = made.fit_score(x, train=int(TRAINING * len(x)) if known else None).scores
    return vus_pr(labels, np.where(np.isnan(scores), np.nanmin(scores), scores), window=WINDOW)


def rows(seeds: int) -> Iterator[tuple[str, int, str, str, float]]:
    """Yield case, seed, training part, detector and VUS-PR."""
    for number, (case, make) in enumerate(CASES.items()):
        for seed in range(seeds):
            late, early = (make(np.random.default_rng([number, seed]), place) for place in (False, True))
            names = [name for name in ("auto", *CLASSICAL) if name != ONE_CHANNEL or late[0].shape[1] == 1]
            for training, (x, labels) in (("known", late), ("none", late), ("none, faults early", early)):
                for name in names:
                    yield case, seed, training, name, volume(name, x, labels, training == "known")


def report(found: dict[str, dict[str, dict[str, float]]]) -> None:
    """Print a table for each kind of training part."""
    for training, cases in found.items():
        print(f"\ntraining part: {training}\n| case | auto | {' | '.join(CLASSICAL)} | best | short |")
        print("|" + " --- |" * (len(CLASSICAL) + 4))
        short: dict[str, float] = {}
        for case, means in cases.items():
            best = max((name for name in means if name != "auto"), key=means.__getitem__)
            short[case] = means[best] - means["auto"]
            cells = [f"{means[name]:.2f}" if name in means else "" for name in ("auto", *CLASSICAL)]
            print(f"| {case} | {' | '.join(cells)} | {best} | {short[case]:+.2f} |")
        mean = np.mean([means["auto"] for means in cases.values()])
        worst = max(short, key=short.__getitem__)
        print(f"mean of auto {mean:.3f}; worst case: {worst}, {short[worst]:+.2f} behind the best")


def main(seeds: int) -> None:
    """Measure, write and print."""
    volumes: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    with (HERE / "insurance.csv").open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(["case", "seed", "training", "detector", "vus_100"])
        for case, seed, training, name, value in rows(seeds):
            writer.writerow([case, seed, training, name, f"{value:.4f}"])
            volumes[training][case][name].append(value)
    report(
        {
            training: {case: {name: float(np.mean(v)) for name, v in by.items()} for case, by in cases.items()}
            for training, cases in volumes.items()
        }
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
