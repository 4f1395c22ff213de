"""What few scores tell of the highest that clean data has: two laws, both with the price of their uncertainty."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from offbeat.core.cut import Tail
from offbeat.core.robust import QUARTILES_TO_SD, robust_sd
from offbeat.core.series import Floats
from offbeat.thresholds._blocks import farthest, lines, memory

RARELY = 0.1
"""The threshold is where clean data of that length has an event in so many series."""

KNOWN = 0.7
"""Of the scores above the median, the share taken as normal; of all others it is only known that they are higher."""

EXPONENTIAL = 0.714
"""Robust standard deviation of exponential scores whose mean is 1."""

CHANCES = (0.05, 0.02, 0.01)
"""The chance that the highest, second and third peak of clean scores is called foreign."""

PARTS = 16
"""The scores without the highest peak are cut into so many blocks, each of which has one maximum."""

FLANKS = 12
"""Beside a peak as many rows as it has are taken away with it, at most this part of all."""

FEWEST_FOR_GAP, FEWEST_PARTS = 16, 3
"""No gap is clear in fewer scores, or beside fewer maxima."""

ROBUST = 0.37
"""What quartiles tell of a spread, beside a standard deviation of as many normal points."""


def exponential(scores: Floats) -> Tail | None:
    """Return an exponential tail above the median, its scale uncertain; None where too few scores are above it.

    With k independent scores known, and the others only known to be higher, the scale has a gamma distribution, and the
    share beyond x is (1 + x / (k scale))^-k: a Pareto tail, heavy where k is small. The scale is that of the upper half
    or of the median deviation, which fewer faults can widen, the smaller.
    """
    middle = float(np.median(scores))
    high = np.sort(scores[scores > middle]) - middle
    known = int(KNOWN * len(high))
    if known < 2:
        return None
    lag = memory(scores)
    upper = float(high[:known].sum() + (len(high) - known) * high[known - 1]) / known
    both = float(robust_sd(scores, middle)) / EXPONENTIAL
    scale = min(upper, both) if both > 0 else upper
    return Tail(middle, scale, 1.0 / max(known / lag, 2.0), max(len(high) // lag, 1), len(scores))


def skewed(scores: Floats) -> float:
    """Return the score that clean data exceeds in one of ten series by Tukey's g distribution, from the quartiles.

    Normal where the quartiles lie alike around the median, and as much heavier above as they are skewed: the score at a
    normal quantile z is median + s (exp(g z) - 1) / g. Infinite where a quartile is the median. For the uncertainty
    of the spread, z is that of Student's distribution (Cornish and Fisher's first term).
    """
    low, middle, high = (float(q) for q in np.quantile(scores, (0.25, 0.5, 0.75)))
    upper, lower = high - middle, middle - low
    if min(upper, lower) <= 1e-12 * max(upper, lower):
        return float("inf")
    quartile = QUARTILES_TO_SD / 2
    g = max(float(np.log(upper / lower)) / quartile, 0.0)
    independent = len(scores) / memory(scores)
    z = NormalDist().inv_cdf(1.0 - RARELY / independent)
    z += (z**3 + z) / (4.0 * ROBUST * independent)
    if g < 1e-6:
        return middle + upper * z / quartile
    with np.errstate(over="ignore"):
        return middle + upper * float(np.expm1(g * z) / np.expm1(g * quartile))


def gap(scores: Floats) -> float:
    """Return the score above which the highest scores are foreign to all others; infinite where none is.

    The highest peaks are taken away one by one. Where one was farther above the highest of the rest than a clean one
    would be, by the exponential spacings of the maxima of blocks of the rest, it is foreign with all above it.
    """
    if len(scores) < FEWEST_FOR_GAP:
        return float("inf")
    middle, lag = float(np.median(scores)), memory(scores)
    left, limit = np.ones(len(scores), dtype=bool), float("inf")
    for chance in CHANCES:
        rows = np.flatnonzero(left)
        at = int(rows[np.argmax(scores[rows])])
        first, last = _peak_around(scores, at, (scores[at] + middle) / 2)
        away = max(lag, min(last - first, len(scores) // FLANKS))
        left[max(first - away, 0) : last + away] = False
        rest = _highest(scores[left], max(lag, len(scores) // PARTS), middle)
        if len(rest) < FEWEST_PARTS:
            break
        spacing = float(farthest(1, np.array([len(rest) - 1]), chance)[0]) * _scale(rest)
        below = middle + float(rest[-1]) + spacing
        limit = below if scores[at] > below else limit
    return limit


def _peak_around(scores: Floats, at: int, low: float) -> tuple[int, int]:
    """Return the first and last + 1 row of the stretch around a row in which the scores are above `low`."""
    under = np.flatnonzero(scores <= low)
    place = int(np.searchsorted(under, at))
    first = int(under[place - 1]) + 1 if place else 0
    return first, int(under[place]) if place < len(under) else len(scores)


def _highest(scores: Floats, block: int, middle: float) -> Floats:
    """Return the highest excess over `middle` of each block, sorted; of those blocks that have one."""
    count = len(scores) // block
    high = np.sort(scores[: count * block].reshape(count, block).max(axis=1) - middle) if count else scores[:0]
    return high[high > 0]


def _scale(high: Floats) -> float:
    """Return the mean spacing of maxima that follow a Gumbel distribution: the scale of it."""
    _, scale = lines(high, np.array([len(high)]), len(high))
    return max(float(scale[0]), np.finfo(float).tiny)
