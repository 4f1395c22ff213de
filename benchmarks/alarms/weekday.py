"""Orders, high on weekdays and a quarter of that at weekends; one Wednesday runs like a Sunday."""

from __future__ import annotations

import numpy as np
from _series import Options, overlapping

import offbeat as ob

REACH = "20 of 24"


def orders(weeks: int, per_day: int, rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """Return counts of so many weeks, and the first row of the odd Wednesday."""
    t = np.arange(7 * weeks * per_day)
    day = t // per_day
    usual = 40 + 260 * np.exp(-0.5 * ((t % per_day / per_day * 24 - 13) / 3) ** 2)
    odd = 7 * (weeks // 2) + 2
    factor = np.where((day % 7 >= 5) | (day == odd), 0.25, 1.0)
    return rng.poisson(usual * factor).astype(float), odd * per_day


def measure(options: Options) -> str:
    """Return the Wednesdays found."""
    seeds = range(options.seed, options.seed + 4)
    shapes = options.some([(weeks, per_day, seed) for weeks in (4, 8, 12) for per_day in (24, 48) for seed in seeds])
    hits: dict[tuple[int, int], int] = {}
    for weeks, per_day, seed in shapes:
        x, first = orders(weeks, per_day, np.random.default_rng([seed, weeks, per_day]))
        hit = bool(overlapping(ob.detect(x), first, first + per_day - 1))
        hits[weeks, per_day] = hits.get((weeks, per_day), 0) + hit
    each = ", ".join(f"{weeks} weeks of {rows} a day: {hit}" for (weeks, rows), hit in hits.items())
    return f"{sum(hits.values())} of {len(shapes)} ({each})"
