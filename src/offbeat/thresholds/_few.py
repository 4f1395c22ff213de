"""What few scores tell of the highest that clean data has: two laws, both with the price of their uncertainty."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from offbeat.core.cut import Tail
from offbeat.core.robust import QUARTILES_TO_SD, robust_sd
from offbeat.core.series import Floats
from offbeat.thresholds._blocks import memory

RARELY = 0.1
"""The threshold is where clean data of that length has an event in so many series."""

KNOWN = 0.7
"""Of the scores above the median, the share taken as normal; of all others it is only known that they are higher."""

EXPONENTIAL = 0.714
"""Robust standard deviation of exponential scores whose mean is 1."""

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
    if min(upper, lower) <= 0:
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
