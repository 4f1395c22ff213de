"""How often clean data holds a score as high, in a week: from the highest scores of blocks.

A window's scores are alike over two windows, so blocks of that length are what is independent. Their maxima follow a
Gumbel distribution; those that are far beyond it, tested from the inside out, are faults, and are taken away first. Measured on fresh clean weeks, the tail of peaks alone is five times too sure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.core.cut import Tail, Weekly
from offbeat.core.series import Floats
from offbeat.core.units import SECONDS
from offbeat.thresholds import _pareto
from offbeat.thresholds._tail import peaks

ROWS_A_WEEK = 10_000
"""What a week is where there is no time."""

FEWEST = 20
"""No calibration from fewer blocks."""

FOREIGN = 0.01
"""The level of the test that calls maxima foreign."""

MOST_FOREIGN = 0.4
"""At most this share of the maxima may be foreign."""

PEAKS_FOREIGN = 0.3
"""At most this share of the peaks may be foreign."""

ROUNDS = 3
"""How often the foreign maxima are looked for."""


def rows_a_week(step: float | None) -> float:
    """Return the number of rows in a week, `step` seconds apart; 10,000 where there is no time."""
    return SECONDS["week"] / step if step else ROWS_A_WEEK


def memory(scores: Floats) -> int:
    """Return the number of points after which scores are no longer alike: ranks correlate by less than 1/e.

    `scores` has shape (n,), finite. A power of 2, at most a fortieth of the points.
    """
    ranks = np.argsort(np.argsort(scores, kind="stable")) - (len(scores) - 1) / 2.0
    whole = float(ranks @ ranks) or 1.0
    lag = 1
    while 2 * lag <= len(scores) // (2 * FEWEST) and float(ranks[lag:] @ ranks[:-lag]) / whole > np.exp(-1):
        lag *= 2
    return lag


def maxima(scores: Floats, block: int) -> Floats:
    """Return the highest score of each block of so many points, sorted.

    A block is left out where its highest point is at an edge and the next block's is higher: they are one peak.
    """
    n = len(scores) // block * block
    parts = np.nan_to_num(scores[:n], nan=-np.inf).reshape(-1, block)
    at, high = parts.argmax(axis=1), parts.max(axis=1)
    around = np.r_[-np.inf, high, -np.inf]
    one_peak = ((at == 0) & (around[:-2] > high)) | ((at == block - 1) & (around[2:] > high))
    found: Floats = np.sort(high[~one_peak & np.isfinite(high)])
    return found


def gumbel(high: Floats) -> tuple[float, float, int]:
    """Return place and scale of the Gumbel distribution of sorted maxima, and how many of them are not foreign.

    A line through the lower maxima, against those of the standard distribution. From there outwards, each next one
    joins them, until one lies as far beyond the line as in 1 of 100 samples: it and all higher ones are foreign.
    """
    m = len(high)
    known = np.arange(m - int(MOST_FOREIGN * m), m + 1)
    place, scale = _lines(high, known, m)
    limit = place + scale * known * ((m / FOREIGN) ** (1.0 / known) - 1.0)
    foreign = high[known[:-1]] > limit[:-1]
    kept = int(known[:-1][foreign][0]) if foreign.any() else m
    place, scale = _lines(high, np.array([kept]), kept)
    return float(place[0]), float(scale[0]), kept


def _lines(high: Floats, known: NDArray[np.int64], m: int) -> tuple[Floats, Floats]:
    """Return places and scales from the lowest of `m` sorted maxima, one for each number in `known`."""
    x = -np.log(-np.log((np.arange(1, known[-1] + 1) - 0.44) / (m + 0.12)))
    y = high[: known[-1]] - high[0]
    sums = [np.cumsum(part)[known - 1] / known for part in (x, y, x * x, x * y)]
    scale = (sums[3] - sums[0] * sums[1]) / (sums[2] - sums[0] ** 2)
    return sums[1] - scale * sums[0] + high[0], scale


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
    import os

    block = max(2 * width if width > 1 else 1, memory(scores[np.isfinite(scores)]))
    high = maxima(scores, block)
    if os.environ.get("DBG"):
        print("block", block, len(high), gumbel(high) if len(high) > 5 else 0, found[0].count if found else 0)
    if tail is not None and not (os.environ.get("MODE") == "blocks" and block >= 16 and len(high) >= FEWEST):
        found.append(_of_peaks(scores[np.isfinite(scores)], tail, week))
    if len(high) >= FEWEST:
        place, scale, kept = gumbel(high)
        if scale > 0:
            found.append(Weekly(place, len(high) * week / len(scores), (scale,), (1.0 / kept,)))
    return tuple(found)


def _of_peaks(scores: Floats, tail: Tail, week: float) -> Weekly:
    """Return what the peaks above the tail's start allow."""
    excess = np.maximum(np.sort(peaks(scores, tail.start)) - tail.start, 1e-12)
    m = len(excess)
    kept = most = m - int(PEAKS_FOREIGN * m)
    for _ in range(ROUNDS):
        weights = _pareto.posterior(excess[:kept], m - kept)
        one = Weekly(0.0, float(m), *(tuple(part.tolist()) for part in weights))
        foreign = [one.p_value(high) < FOREIGN for high in excess[most:].tolist()]
        kept = m - sum(foreign)
    weights = _pareto.posterior(excess[:kept], m - kept)
    return Weekly(tail.start, m * week / tail.n_points, *(tuple(part.tolist()) for part in weights))
