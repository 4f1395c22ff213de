"""Later data in calls of one row, of one day and all at once, each with the rows before it: the same answer.

Detectors that are causal today. Severities are compared row by row, events by their ids.
"""

from __future__ import annotations

import numpy as np
from _series import Options, normal

import offbeat as ob

REACH = "equal"
DETECTORS = ("ar", "ewma", "zscore")
LEARNED, DAY, DAYS = 1500, 48, 3


def in_calls(monitor: ob.Monitor, x: np.ndarray, rows: int) -> tuple[np.ndarray, set[str]]:
    """Return severities and ids of the events in the rows after those learned from, so many rows a call."""
    results = [monitor.detect(x[i : i + rows], past=x[:i]) for i in range(LEARNED, len(x), rows)]
    return np.concatenate([one.severity for one in results]), {event.id for one in results for event in one.found}


def measure(options: Options) -> str:
    """Return a word a detector: equal, or what differs."""
    rng = np.random.default_rng(options.seed)
    x = normal("season", LEARNED + DAY * DAYS, rng, DAY)
    x[LEARNED + 30] += 15
    x[LEARNED + 90 : LEARNED + 100] -= 15
    words = []
    for detector in DETECTORS[: 1 if options.short else None]:
        monitor = ob.learn(x[:LEARNED], detector)
        whole, events = in_calls(monitor, x, DAY * DAYS)
        for rows, name in ((1, "row"), (DAY, "day")):
            part, others = in_calls(monitor, x, rows)
            off = float(np.nanmax(np.abs(part - whole))) if np.isfinite(part).any() else np.inf
            same = np.array_equal(part, whole, equal_nan=True) and others == events
            gaps = int((np.isnan(part) != np.isnan(whole)).sum())
            differs = f"severities off by up to {off:.1e}, {gaps} rows not scored in one of them"
            ids = f"{len(others & events)} of {len(events)} events, {len(others - events)} others"
            words.append(f"{detector} by {name}: {'equal' if same else f'{differs}; {ids}'}")
    return "\n".join(words)
