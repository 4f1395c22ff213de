"""How often clean data holds a score as high, in a week: from the highest scores of blocks.

A window's scores are alike over two windows, so blocks of that length are what is independent. Their maxima follow a
Gumbel distribution; those that a generalised extreme Studentised deviate test (Rosner 1983) calls foreign are faults,
and are taken away first. Measured on fresh clean weeks, the tail of peaks alone is five times too sure.
"""

from __future__ import annotations

import numpy as np

from offbeat.core.clusters import min_gap
from offbeat.core.cut import Tail, Weekly
from offbeat.core.series import Floats
from offbeat.core.units import SECONDS

ROWS_A_WEEK = 10_000
"""What a week is where there is no time."""

FEWEST = 20
"""No calibration from fewer blocks."""

FOREIGN = 0.01
"""The level of the test that calls maxima foreign."""

MOST_FOREIGN = 0.4
"""At most this share of the maxima may be foreign."""

EULER = 0.5772
"""Mean of the standard Gumbel distribution; its standard deviation is pi / sqrt(6)."""


def rows_a_week(step: float | None) -> float:
    """Return the number of rows in a week, `step` seconds apart; 10,000 where there is no time."""
    return SECONDS["week"] / step if step else ROWS_A_WEEK


def maxima(scores: Floats, block: int) -> Floats:
    """Return the highest score of each block of so many points, sorted; NaN is passed over, a part block left out."""
    n = len(scores) // block * block
    high = np.nan_to_num(scores[:n], nan=-np.inf).reshape(-1, block).max(axis=1)
    found: Floats = np.sort(high[np.isfinite(high)])
    return found


def gumbel(high: Floats) -> tuple[float, float, int]:
    """Return place and scale of the Gumbel distribution of sorted maxima, and how many of them are not foreign."""
    m = len(high)
    most = max(int(MOST_FOREIGN * m), 1)
    kept = m - np.arange(most + 1)
    sums, squares = np.cumsum(high), np.cumsum((high - high[0]) ** 2)
    mean = sums[kept - 1] / kept
    spread = np.sqrt(np.maximum(squares[kept - 1] / kept - (mean - high[0]) ** 2, 0.0)) * np.sqrt(6.0) / np.pi
    place = mean - EULER * spread
    with np.errstate(divide="ignore", invalid="ignore"):
        highest = (high[kept - 1] - place) / spread
    # the highest of so many is beyond what one in a hundred samples holds
    foreign = highest[:-1] > np.log(kept[:-1]) - np.log(-np.log1p(-FOREIGN))
    taken = int(np.flatnonzero(foreign).max()) + 1 if foreign.any() else 0
    return float(place[taken]), float(spread[taken]), m - taken


def calibrate(scores: Floats, tail: Tail | None, step: float | None, width: int) -> tuple[Weekly, ...]:
    """Return the estimates of how often clean data holds scores as high.

    Parameters
    ----------
    scores
        Shape (n,), with NaN.
    tail
        The tail of their peaks, where there is one.
    step
        The time between two points in seconds, where there is a time.
    width
        The detector's window, in points.
    """
    week = rows_a_week(step)
    found = []
    if tail is not None:
        found.append(Weekly(tail.start, tail.scale, tail.shape, tail.n_peaks * week / tail.n_points))
    start = float(np.nanquantile(scores, 0.9))
    block = 2 * max(width, min_gap(np.nan_to_num(scores, nan=-np.inf), start))
    high = maxima(scores, block)
    if len(high) >= FEWEST:
        place, scale, kept = gumbel(high)
        if scale > 0:
            found.append(Weekly(place, scale, 1.0 / kept, week / block))
    return tuple(found)
