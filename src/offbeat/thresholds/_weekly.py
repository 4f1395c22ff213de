"""How often clean data holds a score as high, in a week.

Where scores are alike for long, as those of windows are, from the highest scores of blocks: they follow a Gumbel
distribution, and those far beyond it are faults, taken away first. Else from the peaks too, averaged over all shapes of
the tail that they allow, as scores of points may have tails as heavy as those of the data.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from offbeat.core.cut import Tail, Weekly
from offbeat.core.series import Floats
from offbeat.core.units import rows_a_week
from offbeat.thresholds import _pareto
from offbeat.thresholds._blocks import FEWEST, farthest, lines, maxima, memory
from offbeat.thresholds._tail import fit, peaks

Laws = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]
"""Scales, shapes and weights of distributions."""

LONG = 16
"""Scores that are alike for so many points have too few peaks for the shape of their tail, and are sums of many."""

FOREIGN = 0.01
"""The chance that a clean score is called foreign."""

MOST_FOREIGN = 0.4
"""At most this share of the maxima may be foreign."""

PEAKS_FOREIGN = 0.3
"""At most this share of the peaks may be foreign."""

ROUNDS = 2
"""How often the foreign peaks are looked for."""


def calibrate(scores: Floats, tail: Tail | None, step: float | None, width: int) -> tuple[Weekly, ...]:
    """Return the estimates of how often clean data holds scores as high.

    Parameters
    ----------
    scores
        Shape (n,), with NaN.
    tail
        The tail of their peaks, where the threshold has one.
    step
        The time between two points in seconds, where there is a time.
    width
        The detector's window, in points.
    """
    week = rows_a_week(step)
    known = scores[np.isfinite(scores)]
    block = max(2 * width if width > 1 else 1, memory(known))
    high = maxima(scores, block)
    found = []
    if block < LONG or len(high) < FEWEST:
        tail = tail or fit(known)
        if tail is not None:
            found.append(_of_peaks(known, tail, week))
    if len(high) >= FEWEST:
        place, scale, kept = gumbel(high)
        if scale > 0:
            found.append(Weekly(place, len(high) * week / len(scores), (scale,), (1.0 / kept,)))
    return tuple(found)


def gumbel(high: Floats) -> tuple[float, float, int]:
    """Return place and scale of the Gumbel distribution of sorted maxima, and how many of them are not foreign.

    From the lower maxima outwards, each next one joins them, until one lies as far beyond their line as in 1 of 100
    samples: it and all higher ones are foreign.
    """
    m = len(high)
    known = np.arange(m - int(MOST_FOREIGN * m), m + 1)
    place, scale = lines(high, known, m)
    foreign = high[known[:-1]] > (place + scale * farthest(m, known, FOREIGN))[:-1]
    kept = int(known[:-1][foreign][0]) if foreign.any() else m
    place, scale = lines(high, np.array([kept]), kept)
    return float(place[0]), float(scale[0]), kept


def normal_peaks(excess: Floats) -> tuple[int, Laws]:
    """Return how many of the sorted excesses are not foreign, and the distributions that they allow.

    Foreign are those as high as 1 of 100 samples of that size has one, by the distributions that the others allow.
    """
    m = len(excess)
    kept = most = m - int(PEAKS_FOREIGN * m)
    laws = _pareto.posterior(excess[:kept], m - kept)
    for _ in range(ROUNDS):
        one = Weekly(0.0, float(m), *laws)
        kept = most + bisect_left(excess[most:].tolist(), True, key=lambda high: one.p_value(high) < FOREIGN)
        laws = _pareto.posterior(excess[:kept], m - kept)
    return kept, laws


def _of_peaks(scores: Floats, tail: Tail, week: float) -> Weekly:
    """Return what the peaks above the tail's start allow; the scale of few peaks is in the tail already."""
    a_week = tail.n_peaks * week / tail.n_points
    excess = np.sort(peaks(scores, tail.start)) - tail.start
    if len(excess) < FEWEST:
        return Weekly(tail.start, a_week, (tail.scale,), (max(tail.shape, 1.0 / max(len(excess), 2)),))
    return Weekly(tail.start, a_week, *normal_peaks(excess)[1])
