"""A spike of +20 sd in 20 to 700 rows, in four kinds of series; and the same series without it."""

from __future__ import annotations

import numpy as np
from _series import KINDS, Options, normal, overlapping

import offbeat as ob

REACH = "170 of 192; clean: at most 1 event in 10 series stands out"
LENGTHS = (20, 40, 60, 90, 150, 250, 400, 700)
WEEK = 7


def measure(options: Options) -> str:
    """Return the spikes found, and what stands out in clean series."""
    seeds = range(options.seed, options.seed + 6)
    instances = options.some([(kind, n, seed) for kind in KINDS for n in LENGTHS for seed in seeds])
    hits = dict.fromkeys(LENGTHS, 0)
    loud = quiet = 0
    for kind, n, seed in instances:
        x = 100 + normal(kind, n, np.random.default_rng([seed, n, KINDS.index(kind)]), WEEK)
        clean = ob.detect(x).found
        loud += sum(event.stands_out for event in clean)
        quiet += len(clean)
        x[n // 3] += 20
        hits[n] += bool(overlapping(ob.detect(x), n // 3, n // 3, near=1))
    each = ", ".join(f"{n}: {hit}" for n, hit in hits.items() if hit or not options.short)
    many = len(instances)
    return (
        f"{sum(hits.values())} of {many} (rows: hits {each}); "
        f"clean, in 10 series: {10 * loud / many:.1f} stand out, {10 * quiet / many:.1f} events"
    )
