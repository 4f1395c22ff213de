"""Seven faults of 12 to 15 sd in 4,000 rows, each a shift of 1 to 40 rows."""

from __future__ import annotations

import numpy as np
from _series import KINDS, Options, normal, overlapping

import offbeat as ob

REACH = "50 of 56"
N, FAULTS, LENGTHS = 4000, 7, (1, 1, 1, 5, 20, 40)


def measure(options: Options) -> str:
    """Return the faults found, series by series."""
    hits = []
    for seed, kind in options.some([(options.seed + i, kind) for i in range(2) for kind in KINDS]):
        rng = np.random.default_rng([seed, KINDS.index(kind)])
        x = normal(kind, N, rng)
        starts = ((np.linspace(0.05, 0.95, FAULTS) + rng.uniform(-0.02, 0.02, FAULTS)) * N).astype(int)
        ends = starts + rng.choice(LENGTHS, FAULTS)
        for first, end in zip(starts, ends, strict=True):
            x[first:end] += rng.uniform(12, 15) * rng.choice([-1, 1])
        result = ob.detect(x)
        shown = [bool(overlapping(result, first, end - 1)) for first, end in zip(starts, ends, strict=True)]
        hits.append((kind, sum(shown)))
    each = ", ".join(f"{kind}: {hit}" for kind, hit in hits)
    return f"{sum(hit for _, hit in hits)} of {FAULTS * len(hits)} ({each})"
