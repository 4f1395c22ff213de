"""How many alarms to expect on clean data, with an interval, and whether the tail is to be trusted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.core.clusters import clusters, min_gap
from offbeat.core.cut import Promise, Tail
from offbeat.core.series import Floats
from offbeat.thresholds._weekly import Laws, normal_peaks

DRAWN = 200
"""Bootstrap samples."""

BLOCKS = 25
"""The scores are drawn in so many blocks, so that what clusters stays together."""

INSIDE = (0.05, 0.95)
"""The quantiles of the number of alarms between which it is expected to lie."""

FEWEST = 8
"""No interval from fewer peaks."""

DARLING = 2.5
"""Of 150 peaks of an exponential tail, the Anderson-Darling statistic is above this in 1 of 100 samples."""


def promise(asked: str, expected: float, value: float, scores: Floats, tail: Tail) -> Promise:
    """Return what to expect above `value`.

    Parameters
    ----------
    asked
        The budget as the user wrote it.
    expected
        The number of alarms that the threshold was set for.
    value
        The threshold.
    scores, tail
        What was learned from, shape (n,), finite, and the tail of its peaks.
    """
    found = clusters(scores > tail.start, min_gap(scores, tail.start))
    above = np.array([scores[first:last].max() for first, last in found]) - tail.start
    if len(above) < FEWEST:
        return Promise(asked, expected, 0.0, float(np.ceil(3 * expected + 3)), False, "there are few high scores")
    kept, laws = normal_peaks(np.sort(above))
    normal = above <= np.sort(above)[kept - 1]
    at, excess = found[normal, 0], above[normal]
    clusters_drawn, tails_drawn = _drawn(at, tail), _beyond(laws, value, tail)
    rng = np.random.default_rng(0)
    # the fit resists faults, so it may be too light; the peaks as they are may be too heavy
    as_fitted = rng.poisson(np.minimum(expected * clusters_drawn * tails_drawn / np.median(tails_drawn), 1e9))
    per_row = expected / max(tail.n_peaks * tail.beyond(value), 1e-12)
    as_they_are = rng.poisson(np.minimum(per_row * len(at) * clusters_drawn * tails_drawn, 1e9))
    low = float(np.floor(min(np.quantile(part, INSIDE[0]) for part in (as_fitted, as_they_are))))
    high = float(np.ceil(max(np.quantile(part, INSIDE[1]) for part in (as_fitted, as_they_are))))
    fits = darling(np.array([tail.beyond(tail.start + one) for one in np.sort(excess)])) <= DARLING
    why = "" if fits else "the highest scores do not follow the distribution that the threshold is set from"
    return Promise(asked, expected, low, high, bool(fits), why)


def _drawn(at: NDArray[np.int64], tail: Tail) -> Floats:
    """Return the number of peaks in each bootstrap sample of blocks, as a share of what there are."""
    rng = np.random.default_rng(0)
    inside = np.bincount(np.minimum(at * BLOCKS // tail.n_points, BLOCKS - 1), minlength=BLOCKS)
    found: Floats = rng.multinomial(BLOCKS, np.full(BLOCKS, 1.0 / BLOCKS), size=DRAWN) @ inside / len(at)
    return found


def _beyond(laws: Laws, value: float, tail: Tail) -> Floats:
    """Return the share of peaks above `value`, by each of the tails that the peaks allow, as often as it is likely."""
    scales, shapes, weights = laws
    shares = [Tail(tail.start, scale, shape, 1, 1).beyond(value) for scale, shape in zip(scales, shapes, strict=True)]
    found: Floats = np.random.default_rng(1).choice(shares, size=DRAWN, p=weights)
    return np.maximum(found, 1e-12)


def darling(share: Floats) -> float:
    """Return the Anderson-Darling statistic of shares beyond, of sorted excesses: falling, in (0, 1]."""
    n = len(share)
    u = np.clip(1.0 - share, 1e-12, 1.0 - 1e-12)
    i = 2.0 * np.arange(1, n + 1) - 1.0
    return float(-n - np.mean(i * (np.log(u) + np.log1p(-u[::-1]))))
