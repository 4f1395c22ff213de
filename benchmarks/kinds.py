"""How often the default run calls a planted anomaly by its name: python benchmarks/kinds.py [SEEDS].

Every kind that can be planted, once in each of four made-up series: a noisy sine, a day with a week, noise without a
period, and three channels that move together, of which one is changed.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

import numpy as np
from scipy.signal import lfilter

import offbeat as ob
from offbeat.core.events import Event
from offbeat.core.series import Series
from offbeat.data.anomalies import KINDS
from offbeat.data.synth import inject, mixture, sine

RIGHT = {"frequency": ("shape",), "missing_cycle": ("shape",), "amplitude": ("shape", "variance")}
"""What a planted kind may be called where its own name is not that of an event."""

ROWS, LONG, NEAR = 3000, 48, 5
"""Points of a series, of an anomaly, and how far from it an event may begin or end that is about it."""


def carriers(seed: int) -> Iterator[Series]:
    """Yield the series that anomalies are planted in."""
    yield sine(ROWS, period=50, noise=0.1, seed=seed)
    yield mixture(ROWS, trend=0.0, seed=seed)
    noise = lfilter([1.0], [1.0, -0.8], np.random.default_rng(seed).normal(size=ROWS))
    yield Series(noise[:, None], name="noise")
    yield Series(mixture(ROWS, trend=0.0, channels=3, seed=seed).values, name="three")


def about(series: Series) -> Event | None:
    """Return the strongest event about the planted anomaly."""
    assert series.labels is not None  # noqa: S101 - planted just now
    first, last = np.flatnonzero(series.labels)[[0, -1]]
    found = ob.detect(series).found
    return next((one for one in found if one.rows[0] <= last + NEAR and one.rows[1] >= first - NEAR), None)


def main(seeds: range) -> None:
    """Print, a row for each planted kind: how many were found, the share called rightly, and what they were called."""
    print(f"{'planted':14s} {'in':8s} {'found':>6s} {'right':>6s} {'channel':>8s}  called")
    found, right = Counter[str](), Counter[str]()
    for kind in KINDS:
        called: dict[str, list[tuple[Event | None, str]]] = {}
        for seed in seeds:
            for series in carriers(seed):
                one = series.channels[seed % len(series.channels)]
                if len(series.channels) == 1 and KINDS[kind].alone:
                    continue
                length = None if KINDS[kind].is_point else LONG
                planted = inject(series, kind, length=length, after=200, channels=[one], seed=seed)
                called.setdefault(series.name, []).append((about(planted), one))
        for name, events in called.items():
            seen = [(event, one) for event, one in events if event is not None]
            counts = Counter(event.kind for event, _ in seen)
            good = sum(counts[word] for word in RIGHT.get(kind, (kind,)))
            channel = sum(next(iter(event.channels)) == one for event, one in seen)
            found[name] += len(seen)
            right[name] += good
            words = ", ".join(f"{word} {count}" for word, count in counts.most_common())
            print(f"{kind:14s} {name:8s} {len(seen):4d}/{len(events):d} {good:6d} {channel:8d}  {words}", flush=True)
    for name, count in found.items():
        print(f"{name}: {right[name]} of {count} found are called rightly, {right[name] / count:.0%}")
    total = found.total()
    print(f"in all: {right.total()} of {total}, {right.total() / total:.0%}")


if __name__ == "__main__":
    main(range(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
