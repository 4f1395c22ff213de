"""Counters: their normal range is that of the next value, and a count that starts again is an event of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from offbeat.core.event import Run
from offbeat.core.scores import Band
from offbeat.core.series import Floats, Series
from offbeat.preprocess.counters import Counters

HABIT = 3
"""A counter that has started again so often does so as a rule."""


def counted_range(counters: Counters, series: Series, range_of: Callable[[Series], Band]) -> Band:
    """Return the normal range of a series; that of a counter lies a normal step after its last right value.

    Parameters
    ----------
    counters
        Which channels are counters.
    series
        The scored rows.
    range_of
        Returns the normal range of other series; here of the series with counters replaced by their steps.

    Examples
    --------
    >>> rows = np.arange(100.0)[:, None]
    >>> steady = lambda steps: Band(steps.values, steps.values - 1, steps.values + 1)
    >>> counted_range(Counters.fit(rows), Series(rows), steady).upper[50]
    array([51.])
    """
    if not counters.any:
        return range_of(series)
    steps = range_of(replace(series, values=counters.steps(series.values), index=None, source=None))
    before = _last_right(counters, series.values)
    return Band(*(part + before for part in (steps.expected, steps.lower, steps.upper)))


def resets(counters: Counters, series: Series, habit: int) -> list[Run]:
    """Return where a counter starts again or loses counts, as events; none where it has done so `habit` times before.

    Parameters
    ----------
    counters
        Which channels are counters.
    series
        The scored rows.
    habit
        How often the counters started again in the data learned from.
    """
    if habit >= HABIT:
        return []
    return [
        Run(one.row, one.end, one.channel, "reset", 1.0, float("nan"))
        for one in counters.breaks(series.values)
        if one.kind in ("reset", "loss")
    ]


def habit(counters: Counters, values: Floats) -> int:
    """Return how often counters start again or lose counts in `values`, shape (n, channels)."""
    return sum(one.kind in ("reset", "loss") for one in counters.breaks(values))


def _last_right(counters: Counters, x: Floats) -> Floats:
    """Return the value before each row that the count goes on from, 0 for channels that are no counters."""
    right = x.copy()
    for one in counters.breaks(x):
        if one.kind == "glitch":
            right[one.row : one.end, one.channel] = x[one.row - 1, one.channel]
    before = np.vstack([right[:1], right[:-1]])
    return np.where(counters.sign != 0, before, 0.0)
