"""Where a planted fault ranks in the score of a detector: python benchmarks/auto/ranks.py [ROW...] [--data FOLDER].

Rows: lasting (a hole of zeros for 6 to 116 hours, one of six channels frozen for a day, 30 frozen values in series of
any length), spike (+12 sd in 30 to 4,000 rows), calendar (a weekday like a Sunday, a holiday, a missing peak).
The detector learns from what it scores; no training part is named. A fault ranks first where the highest score of all
rows is inside it or at most --near rows beside it. With --data the holes are also cut into the real hourly stretches of
that folder (`TRUTH.csv` and `quiet/`). --short takes every twelfth instance.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

import offbeat as ob

sys.path.insert(0, str(Path(__file__).parents[1] / "alarms"))
from _series import normal, stretch, truth
from weekday import orders

REACH = {"lasting": "19 of 20", "spike": "99 of 100", "calendar": "20 of 24"}
HOURLY = ("bikes", "i94", "pjm_AEP", "pjm_COMED", "vic_demand", "pizza")
HOURS = (6, 24, 72, 116)
WEEK = 7 * 24


class Instance(NamedTuple):
    """A series with one fault: its group, values of shape (n, channels), the first row of the fault and the last."""

    group: str
    values: np.ndarray
    first: int
    last: int


def counts(rng: np.random.Generator, weeks: int = 12, per_day: int = 24) -> np.ndarray:
    """Return counts of so many weeks: two rush hours on weekdays, one broad peak at weekends, lively days."""
    t = np.arange(weeks * 7 * per_day)
    hour, day = t % per_day / per_day * 24, t // per_day
    rush = np.exp(-0.5 * ((hour - 8) / 1.5) ** 2) + np.exp(-0.5 * ((hour - 17.5) / 2) ** 2)
    rate = np.where(day % 7 < 5, rush, 0.7 * np.exp(-0.5 * ((hour - 14) / 4) ** 2)) + 0.05
    return rng.poisson(200 * rate * np.exp(0.1 * rng.normal(size=weeks * 7))[day]).astype(float)


def smooth(rng: np.random.Generator, n: int) -> np.ndarray:
    """Return hourly values with a day and weather that wanders, far from 0."""
    return 50 + 8 * np.sin(2 * np.pi * np.arange(n) / 24) + 4 * normal("AR .95", n, rng)


def lasting(seeds: range, data: Path | None) -> Iterator[Instance]:
    """Yield holes of zeros, frozen channels, and short freezes."""
    for seed in seeds:
        for hours in HOURS:
            for name, make in (("counts", counts), ("smooth", lambda rng: smooth(rng, 12 * WEEK))):
                rng = np.random.default_rng([seed, hours])
                x = make(rng)
                first = int(rng.integers(WEEK, len(x) - 2 * WEEK))
                x[first : first + hours] = 0
                yield Instance(f"zeros for {hours} h, {name}", x[:, None], first, first + hours - 1)
        for rows in (1000, 2016, 4032):
            rng = np.random.default_rng([seed, rows])
            common = np.column_stack([np.sin(2 * np.pi * np.arange(rows) / 144), normal("AR .95", rows, rng)])
            x = common @ rng.normal(size=(2, 6)) + 0.2 * rng.normal(size=(rows, 6))
            first, channel = int(rng.integers(200, rows - 400)), int(rng.integers(6))
            x[first : first + 144, channel] = x[first, channel]
            yield Instance("a channel of six frozen for a day", x, first, first + 143)
        for rows in (1000, 1500, 2000, 3000, 4000, 8000):
            rng = np.random.default_rng([seed, rows])
            for kind in ("noise", "AR .8", "season"):
                x = normal(kind, rows, rng)
                first = int(rng.integers(100, rows - 200))
                x[first : first + 30] = x[first]
                yield Instance(f"30 frozen, {kind}", x[:, None], first, first + 29)
    if data is not None:
        yield from holes(seeds, data)


def holes(seeds: range, data: Path) -> Iterator[Instance]:
    """Yield holes of zeros in the real hourly stretches."""
    for row in truth(data, "quiet"):
        if Path(row["path"]).name.split(".")[0] not in HOURLY:
            continue
        whole = stretch(data / row["path"])["value"].interpolate().to_numpy(float)
        for seed in seeds:
            for hours in HOURS:
                first = int(np.random.default_rng([seed, hours]).integers(len(whole) // 5, len(whole) * 4 // 5))
                x = whole.copy()
                x[first : first + hours] = 0
                yield Instance(f"zeros for {hours} h, real", x[:, None], first, first + hours - 1)


def spike(seeds: range, data: Path | None) -> Iterator[Instance]:
    """Yield one spike of +12 sd."""
    del data
    for seed in seeds:
        for kind in ("noise", "season", "AR .8", "trend"):
            for rows in (30, 40, 60, 90, 150, 250, 400, 700, 1500, 4000):
                rng = np.random.default_rng([seed, rows])
                x = normal(kind, rows, rng, 7 if rows < 250 else 24)
                first = int(rng.integers(rows // 5, rows - 3))
                x[first] += 12
                yield Instance(f"{rows} rows", x[:, None], first, first)


def calendar(seeds: range, data: Path | None) -> Iterator[Instance]:
    """Yield days that are usual on other weekdays only, and a day without one of its peaks."""
    del data
    for seed in seeds:
        for weeks in (4, 8, 12):
            for per_day in (24, 48):
                x, first = orders(weeks, per_day, np.random.default_rng([seed, weeks, per_day]))
                yield Instance("weekday like a Sunday", x[:, None], first, first + per_day - 1)
                rng = np.random.default_rng([seed, weeks, per_day, 1])
                x = counts(rng, weeks, per_day)
                day = 7 * int(rng.integers(1, weeks)) + int(rng.integers(5))
                at = slice(day * per_day, (day + 1) * per_day)
                sunday = slice((day - day % 7 - 1) * per_day, (day - day % 7) * per_day)
                holiday, late = x.copy(), x.copy()
                holiday[at] = rng.poisson(x[sunday])
                yield Instance("holiday", holiday[:, None], at.start, at.stop - 1)
                peak = slice(at.start + per_day * 14 // 24, at.start + per_day * 21 // 24)
                late[peak] = rng.poisson(np.linspace(late[peak.start], late[peak.stop], peak.stop - peak.start))
                yield Instance("missing peak", late[:, None], peak.start, peak.stop - 1)


ROWS: dict[str, Callable[[range, Path | None], Iterator[Instance]]] = {
    "lasting": lasting,
    "spike": spike,
    "calendar": calendar,
}


def is_first(detector: str, instance: Instance, near: int) -> bool:
    """Return whether the highest score is in the fault, or as near."""
    scores = ob.detector(detector).fit_score(instance.values).scores
    best = int(np.nanargmax(np.where(np.isnan(scores), -np.inf, scores)))
    return instance.first - near <= best <= instance.last + near


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; default: all")
    parser.add_argument("--detector", default="auto")
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--near", type=int, default=2)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--short", action="store_true")
    asked = parser.parse_args()
    for name in asked.rows or ROWS:
        hits: dict[str, list[bool]] = defaultdict(list)
        made = list(ROWS[name](range(asked.seed, asked.seed + asked.seeds), asked.data))
        for instance in made[::12] if asked.short else made:
            hits[instance.group].append(is_first(asked.detector, instance, asked.near))
        every = [hit for some in hits.values() for hit in some]
        print(f"{name}: {asked.detector} first in {sum(every)} of {len(every)} (wanted: {REACH[name]})")
        for group, some in hits.items():
            print(f"  {group}: {sum(some)} of {len(some)}", flush=True)


if __name__ == "__main__":
    main()
