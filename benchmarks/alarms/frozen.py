"""A coarse sensor held for 30 to 600 of 5,000 rows: whether an event calls it frozen, and a line about the data does.

With --data also two outages in the counts of shared bikes: the real one of 35 hours, and 116 hours set to 0 in another
half year (the real one of that length is not among the stretches).
"""

from __future__ import annotations

import numpy as np
from _series import Options, normal, overlapping, stretch

import offbeat as ob

REACH = "52 of 54; 2 of 2 outages"
N, FIRST = 5000, 2500


def called(result: ob.Detection, first: int, last: int, *kinds: str) -> bool:
    """Return whether an event there is of one of these kinds."""
    return any(event.kind in kinds for event in overlapping(result, first, last))


def outages(options: Options) -> str:
    """Return how many of the two outages of bike counts are events called so."""
    if options.data is None:
        return "outages left out: need --data"
    real, other = (stretch(options.data / path) for path in ("events/bikes_sandy.csv.gz", "quiet/bikes.csv.gz"))
    other.loc[2000 : 2000 + 115, "value"] = 0
    hits = 0
    for frame, begin, hours in ((real, "2012-10-29 02:00", 35), (other, other["time"][2000], 116)):
        first = int(np.flatnonzero(frame["time"] == begin)[0])
        hits += called(ob.detect(frame), first, first + hours - 1, "outage", "frozen")
    return f"{hits} of 2 outages"


def measure(options: Options) -> str:
    """Return the stretches said as frozen, by an event and by a line, and the outages."""
    seeds = range(options.seed, options.seed + 6)
    shapes = options.some([(step, rows, seed) for step in (0.1, 0.5, 1.0) for rows in (30, 120, 600) for seed in seeds])
    hits: dict[tuple[float, int], int] = {}
    both = lines = 0
    for step, rows, seed in shapes:
        x = np.round((20 + normal("AR .95", N, np.random.default_rng([seed, rows]))) / step) * step
        x[FIRST : FIRST + rows] = x[FIRST]
        result = ob.detect(x)
        line = any(one.kind == "frozen" and one.start <= FIRST + rows and one.end >= FIRST for one in result.health)
        event = called(result, FIRST, FIRST + rows - 1, "frozen")
        hits[step, rows] = hits.get((step, rows), 0) + (event and line)
        both += event and line
        lines += line
    each = ", ".join(f"{step:g} for {rows}: {hit}" for (step, rows), hit in hits.items())
    return f"{both} of {len(shapes)}, {lines} with a line ({each}); {outages(options)}"
