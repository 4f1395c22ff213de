"""Two spikes 10 to 200 rows apart, the second 1 to 40 times as large: whether each lies in an event of its own."""

from __future__ import annotations

import numpy as np
from _series import Options, normal, overlapping

import offbeat as ob

REACH = "76 of 80"
N, FIRST, SIZE = 4000, 1500, 12


def measure(options: Options) -> str:
    """Return the pairs of which both are shown."""
    seeds = range(options.seed, options.seed + 4)
    shapes = [(far, ratio, seed) for far in (10, 25, 50, 100, 200) for ratio in (1, 3, 10, 40) for seed in seeds]
    shapes = options.some(shapes)
    both = separate = 0
    for far, ratio, seed in shapes:
        x = normal("season", N, np.random.default_rng([seed, far, ratio]))
        x[FIRST] += SIZE
        x[FIRST + far] += SIZE * ratio
        result = ob.detect(x)
        one, other = (overlapping(result, row, row) for row in (FIRST, FIRST + far))
        both += bool(one and other)
        separate += bool(one and other and one[0] is not other[0])
    return f"{both} of {len(shapes)} ({separate} as two events)"
