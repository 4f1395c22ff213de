"""A lasting step of +8 sd: whether its event is there, starts within 3 rows of it, and goes up.

Ten in noise, at rows that fall anywhere in a day; ten in hourly data with a daily season.
"""

from __future__ import annotations

import numpy as np
from _series import Options, normal, overlapping

import offbeat as ob

REACH = "19 of 20 with all three"
SIZE, NEAR = 8, 3


def measure(options: Options) -> str:
    """Return the steps found, those with the right start, the right direction, and all three."""
    instances = [("noise", 2000, 1190 + 5 * i) for i in range(10)] + [("season", 1440, 700 + 7 * i) for i in range(10)]
    checks = []
    for i, (kind, n, at) in enumerate(options.some(instances)):
        x = 20 + normal(kind, n, np.random.default_rng([options.seed, i]), period=24)
        x[at:] += SIZE
        events = overlapping(ob.detect(x), at - 12, at + 40)
        start = bool(events) and abs(events[0].rows[0] - at) <= NEAR
        up = bool(events) and events[0].direction == "up"
        checks.append((bool(events), start, up, start and up))
    found, start, up, right = np.sum(checks, axis=0)
    return f"{right} of {len(checks)} with all three (found {found}, start {start}, direction {up})"
