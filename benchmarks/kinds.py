"""How often the default run calls a planted anomaly by its name: python benchmarks/kinds.py [SEEDS].

Every kind that can be planted, once in each of four made-up series: a noisy sine, a day with a week, noise without a
period, and three channels that move together, of which one is changed. Beside the kind: how well the rows of the event
are those that were planted (rows in both / rows in either), and whether the changed channel is named first.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

import offbeat as ob
from offbeat.core.event import Event
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


@dataclass(frozen=True)
class Answer:
    """What was said of one planted anomaly: the strongest event about it, if there is one."""

    channel: str
    first: int
    last: int
    event: Event | None

    @property
    def overlap(self) -> float:
        """Rows in both event and anomaly, as a share of the rows in either."""
        if self.event is None:
            return 0.0
        first, last, _ = self.event.rows
        both = min(last, self.last) - max(first, self.first) + 1
        return max(both, 0) / (max(last, self.last) - min(first, self.first) + 1)


def ask(series: Series, kind: str, seed: int) -> Answer:
    """Plant one anomaly and return what the default run says of it."""
    channel = series.channels[seed % len(series.channels)]
    length = None if KINDS[kind].is_point else LONG
    planted = inject(series, kind, length=length, after=200, channels=[channel], seed=seed)
    first, last = (int(row) for row in np.flatnonzero(planted.labels)[[0, -1]])
    near = (one for one in ob.detect(planted).found if one.rows[0] <= last + NEAR and one.rows[1] >= first - NEAR)
    return Answer(channel, first, last, next(near, None))


def row(kind: str, name: str, answers: list[Answer]) -> tuple[int, int]:
    """Print a row of the table; return how many were found, and called rightly."""
    seen = [(answer, answer.event) for answer in answers if answer.event is not None]
    counts = Counter(event.kind for _, event in seen)
    right = sum(counts[word] for word in RIGHT.get(kind, (kind,)))
    channel = sum(next(iter(event.channels)) == answer.channel for answer, event in seen)
    overlap = float(np.mean([answer.overlap for answer, _ in seen])) if seen else 0.0
    words = ", ".join(f"{word} {count}" for word, count in counts.most_common())
    found = f"{len(seen)}/{len(answers)}"
    print(f"{kind:14s} {name:8s} {found:>6s} {right:6d} {overlap:8.2f} {channel:8d}  {words}", flush=True)
    return len(seen), right


def main(seeds: range) -> None:
    """Print, a row for each planted kind and series, what was found and what it was called."""
    print(f"{'planted':14s} {'in':8s} {'found':>6s} {'right':>6s} {'overlap':>8s} {'channel':>8s}  called")
    found, right = Counter[str](), Counter[str]()
    for kind in KINDS:
        answers: dict[str, list[Answer]] = {}
        for seed in seeds:
            for series in carriers(seed):
                if len(series.channels) > 1 or not KINDS[kind].alone:
                    answers.setdefault(series.name, []).append(ask(series, kind, seed))
        for name, given in answers.items():
            seen, good = row(kind, name, given)
            found[name] += seen
            right[name] += good
    for name, count in found.items():
        print(f"{name}: {right[name]} of {count} found are called rightly, {right[name] / count:.0%}")
    total = found.total()
    print(f"in all: {right.total()} of {total}, {right.total() / total:.0%}")


if __name__ == "__main__":
    main(range(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
