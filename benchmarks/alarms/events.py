"""Real stretches with a documented event: found, first of all events, and its kind and direction right.

Found: an event shares a row with the documented one. First: the strongest event does. Right: the strongest event that
does has one of the kinds below, and the direction that its sentence needs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from _series import Options, overlapping, stretch, truth

import offbeat as ob

REACH = "all 9; 8 first; 8 right (with as many kept apart: 18; 16; 17)"
LASTING = {"dip", "spike", "level_shift", "shape"}
RIGHT = {
    "DAYTON_ike": (LASTING, "down"),
    "DOM_irene": (LASTING, "down"),
    "AEP_derecho": (LASTING, "down"),
    "EWR_wind_glitch": ({"spike"}, "up"),
    "bikes_sandy": ({"outage"}, "down"),
    "i94_temp_0K": ({"dip", "outage", "level_shift"}, "down"),
    "i94_thanksgiving": (LASTING, "down"),
    "beijing_2013": (LASTING, "up"),
    "vic_heatwave": (LASTING, "up"),
}


def measure(options: Options) -> str:
    """Return the three counts, and what was said where one is missed."""
    if options.data is None:
        return "left out: needs --data"
    checks, missed = [], []
    for row in options.some(truth(options.data, "events")):
        frame, name = stretch(options.data / row["path"]), row["path"].split("/")[1].split(".")[0]
        inside = np.flatnonzero(frame["time"].between(pd.Timestamp(row["start"]), pd.Timestamp(row["end"])))
        result = ob.detect(frame)
        inside = result.cleaned.rows[inside]
        events = overlapping(result, int(inside[0]), int(inside[-1]))
        first = bool(events) and events[0] is result.found[0]
        kinds, direction = RIGHT[name]
        right = bool(events) and events[0].kind in kinds and events[0].direction == direction
        checks.append((bool(events), first, right))
        if not (first and right):
            words = f"{events[0].kind} {events[0].direction}" if events else "not found"
            missed.append(f"{name}: {words}{'' if first or not events else ', not first'}")
    found, first, right = np.sum(checks, axis=0)
    return f"{found} of {len(checks)} found; {first} first; {right} right ({'; '.join(missed)})"
