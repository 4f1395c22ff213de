"""A drop of 75 sd that lasts 20 to 80 rows of 300 to 1,200."""

from __future__ import annotations

import numpy as np
from _series import Options, normal, overlapping

import offbeat as ob

REACH = "46 of 48"
KINDS = ("noise", "season", "AR .8")


def measure(options: Options) -> str:
    """Return the drops found."""
    shapes = [(n, rows, kind) for n in (300, 600, 900, 1200) for rows in (20, 40, 60, 80) for kind in KINDS]
    shapes = options.some(shapes)
    hits = dict.fromkeys(KINDS, 0)
    for i, (n, rows, kind) in enumerate(shapes):
        rng = np.random.default_rng([options.seed, i])
        x, first = normal(kind, n, rng), int(rng.integers(n // 4, 3 * n // 4 - rows))
        x[first : first + rows] -= 75
        hits[kind] += bool(overlapping(ob.detect(x), first, first + rows - 1))
    each = ", ".join(f"{kind}: {hit}" for kind, hit in hits.items())
    return f"{sum(hits.values())} of {len(shapes)} ({each})"
