"""How many events the default run finds where there is nothing: python benchmarks/false_events.py [SEEDS] [--train].

Nine kinds of clean, made-up series of two lengths; the default budget accepts 2 false events a series. "sure" is the
share of series with an event that stands out. With --train the first 30 % are known for training.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

import offbeat as ob
from offbeat.core.cut import stands_out

BUDGETS = ("1/series", "2/series", "5/series")


def clean_series(n: int, seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the kinds by name."""
    rng = np.random.default_rng(seed)
    t = np.arange(n)
    noise = rng.normal(size=n)
    drift = np.zeros(n)
    for i in range(1, n):
        drift[i] = 0.8 * drift[i - 1] + noise[i]
    day = np.sin(2 * np.pi * t / 24)
    yield "white noise", noise
    yield "autoregressive", drift
    yield "noisy sine", np.sin(2 * np.pi * t / 50) + 0.1 * noise
    yield "almost pure sine", np.sin(2 * np.pi * t / 50) + 0.01 * noise
    yield "day and week", day * (1 + 0.2 * np.sin(2 * np.pi * t / 168)) + 0.2 * drift
    yield "heavy tails (t, 3 df)", rng.standard_t(3, size=n)
    yield "counts by the hour", rng.poisson(5 + 4 * day).astype(float)
    yield "random walk", np.cumsum(noise)
    yield "exponential", rng.exponential(size=n)


def scored(x: np.ndarray, *, train: bool) -> np.ndarray:
    """Return the scores of the default detector."""
    auto = ob.detector("auto")
    return auto.fit_score(x, train=len(x) * 3 // 10 if train else None).scores


def main(seeds: int, *, train: bool) -> None:
    """Print mean numbers of false events, a row a kind."""
    found: dict[str, list[list[int]]] = {}
    for n in (1000, 8000):
        for seed in range(seeds):
            for kind, x in clean_series(n, seed):
                scores = scored(x, train=train)
                counts = [*(_events(scores, budget) for budget in BUDGETS), standing_out(scores)]
                found.setdefault(kind, []).append(counts)
    print(f"{'mean false events at a budget of':34s}", *(f"{b:>9s}" for b in (*BUDGETS, "sure")))
    for kind, counts in found.items():
        print(f"{kind:34s}", *(f"{m:9.1f}" for m in np.mean(counts, axis=0)))
    print(f"{'all':34s}", *(f"{m:9.2f}" for m in np.mean([c for row in found.values() for c in row], axis=0)))


def standing_out(scores: np.ndarray) -> int:
    """Return 1 where the highest score stands out, else 0."""
    cut = ob.threshold("budget").cut(scores)
    return int(stands_out([cut.p_value(float(np.nanmax(scores)))], len(scores) / 10_000).any())


def _events(scores: np.ndarray, budget: str) -> int:
    from offbeat.events.stretches import stretches

    return len(stretches(scores, ob.threshold(f"budget:{budget}").cut(scores)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("seeds", nargs="?", type=int, default=5)
    parser.add_argument("--train", action="store_true")
    asked = parser.parse_args()
    main(asked.seeds, train=asked.train)
