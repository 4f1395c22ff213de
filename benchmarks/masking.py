"""How many of seven to ten faults in one series are found: python benchmarks/masking.py [SEEDS] [--short].

Six kinds of series of 3,000 to 4,000 rows, each clean and with faults of 12 to 15 standard deviations; the default
budget accepts 2 false events a series. "Separable" are the faults whose score is higher than any normal one: what a
threshold can find at most. --short: one seed, and no `auto`.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy.signal import lfilter

import offbeat as ob
from offbeat.core.cut import stands_out
from offbeat.events.stretches import stretches

BASES = ("noise", "season", "rush hours", "AR .8", "AR .99", "t4")
LENGTHS = (1, 1, 1, 5, 20, 40)
NEAR = 64


def base(kind: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return a clean series whose noise has a standard deviation of 1."""
    t, noise = np.arange(n), rng.normal(size=n)
    if kind == "season":
        return 5 * np.sin(2 * np.pi * t / 96) + noise
    if kind == "rush hours":
        rush = sum(np.exp(-0.5 * ((t % 96 - hour) / 3) ** 2) for hour in (32, 70))
        return 10 * (1 + 0.2 * rng.normal(size=n // 96 + 1))[t // 96] * rush + noise
    if kind.startswith("AR"):
        a = float(kind.split()[1])
        return np.asarray(lfilter([1.0], [1.0, -a], noise)) * (1 - a * a) ** 0.5
    return rng.standard_t(4, size=n) / 2**0.5 if kind == "t4" else noise


def with_faults(x: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Return the series with seven to ten shifts of 1 to 40 rows, and their rows (first, last + 1)."""
    many = int(rng.integers(7, 11))
    starts = (np.linspace(0.05, 0.95, many) + rng.uniform(-0.02, 0.02, many)) * len(x)
    faults, x = [(int(at), int(at) + int(rng.choice(LENGTHS))) for at in starts], x.copy()
    for first, end in faults:
        x[first:end] += rng.uniform(12, 15) * rng.choice([-1, 1])
    return x, faults


def found(scores: np.ndarray, faults: list[tuple[int, int]]) -> tuple[list[bool], list[bool], int, float]:
    """Return which faults are found, which are separable, how many other events there are, and the threshold's ms."""
    begun = time.perf_counter()
    cut = ob.threshold("budget").cut(scores)
    seconds = time.perf_counter() - begun
    scores = np.nan_to_num(scores, nan=-np.inf)
    near = np.zeros(len(scores), dtype=bool)
    for first, end in faults:
        near[max(first - 2 * NEAR, 0) : end + 2 * NEAR] = True
    highest = [scores[max(first - NEAR, 0) : end + NEAR].max() for first, end in faults]
    normal = scores[~near].max()
    others = sum(not near[first:end].any() for first, end in stretches(scores, cut))
    return [one > cut.value for one in highest], [one > normal for one in highest], others, 1000 * seconds


def standing_out(scores: np.ndarray) -> bool:
    """Return whether the highest score stands out."""
    cut = ob.threshold("budget").cut(scores)
    return bool(stands_out([cut.p_value(float(np.nanmax(scores)))], len(scores) / 10_000).any())


def row(detector: str, kind: str, seeds: range) -> list[float]:
    """Return the share found, of the separable, of all found, other and clean events, clean ones standing out, ms."""
    hits, clear, every, false, clean, sure, took = [], [], [], [], [], [], []
    for seed in seeds:
        rng = np.random.default_rng([seed, BASES.index(kind)])
        x = base(kind, int(rng.integers(3000, 4001)), rng)
        scores = ob.detector(detector).fit_score(x).scores
        *_, quiet, ms = found(scores, [])
        sure.append(standing_out(scores))
        x, faults = with_faults(x, rng)
        hit, separable, others, more = found(ob.detector(detector).fit_score(x).scores, faults)
        hits += hit
        clear += [h for h, s in zip(hit, separable, strict=True) if s]
        every.append(all(hit))
        false.append(others)
        clean.append(quiet)
        took += [ms, more]
    return [float(np.mean(part)) if part else np.nan for part in (hits, clear, every, false, clean, sure, took)]


def main(seeds: range, detectors: list[str]) -> None:
    """Print a row a detector and kind of series."""
    print(f"{'':28s}   found  of separable  all found  other events  clean events  clean standing out   threshold ms")
    for detector in detectors:
        rows = np.array([row(detector, kind, seeds) for kind in BASES])
        for kind, values in (*zip(BASES, rows, strict=True), ("all", np.nanmean(rows, axis=0))):
            print(
                f"{detector:16s} {kind:12s}",
                "{:6.2f} {:13.2f} {:10.2f} {:13.2f} {:13.2f} {:19.2f} {:14.1f}".format(*values),
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("seeds", nargs="?", type=int, default=5)
    parser.add_argument("--short", action="store_true")
    asked = parser.parse_args()
    main(range(1 if asked.short else asked.seeds), ["zscore", "knn"] + ["auto"] * (not asked.short))
