"""How many alarms to expect on clean data, with an interval, and whether the tail is to be trusted."""

from __future__ import annotations

import numpy as np

from offbeat.core.clusters import clusters, min_gap
from offbeat.core.cut import Promise, Tail
from offbeat.core.series import Floats

DRAWN = 200
"""Bootstrap samples."""

BLOCKS = 25
"""The scores are drawn in so many blocks, so that what clusters stays together."""

INSIDE = (0.05, 0.95)
"""The quantiles of the number of alarms between which it is expected to lie."""

FOREIGN_SHARE = 0.1
"""Peaks that fewer than this many of their number are expected to reach are faults, and tell nothing of clean data."""

DARLING = 1.6
"""Peaks of the tail's own distribution have an Anderson-Darling statistic above this in 1 of 100 samples."""


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
    at, excess = _placed(scores, tail)
    if len(excess) < 2:
        return Promise(asked, expected, 0.0, float(np.ceil(3 * expected + 3)), False, "too few high scores to tell")
    drawn = _drawn(at, excess, value, tail)
    rng = np.random.default_rng(0)
    counts = rng.poisson(np.minimum(expected * drawn / max(float(np.median(drawn)), 1e-12), 1e9))
    low, high = np.quantile(counts, INSIDE)
    fits = darling(np.array([tail.beyond(tail.start + one) for one in np.sort(excess)])) <= DARLING
    why = "" if fits else "the highest scores do not follow the distribution that the threshold is set from"
    return Promise(asked, expected, float(np.floor(low)), float(np.ceil(high)), bool(fits), why)


def _placed(scores: Floats, tail: Tail) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Floats]:
    """Return the first rows and the excesses of the peaks that are no faults."""
    found = clusters(scores > tail.start, min_gap(scores, tail.start))
    high = np.array([scores[first:last].max() for first, last in found]) - tail.start
    normal = high <= tail.exceeded(FOREIGN_SHARE) - tail.start
    return found[normal, 0], high[normal]


def _drawn(at: np.ndarray[tuple[int], np.dtype[np.int64]], excess: Floats, value: float, tail: Tail) -> Floats:
    """Return the number of alarms in the scores by each of the bootstrap samples."""
    rng = np.random.default_rng(0)
    times = rng.multinomial(BLOCKS, np.full(BLOCKS, 1.0 / BLOCKS), size=DRAWN)
    weights = times[:, np.minimum(at * BLOCKS // tail.n_points, BLOCKS - 1)].astype(np.float64)
    count = np.maximum(weights.sum(axis=1), 1e-9)
    mean = np.maximum(weights @ excess / count, 1e-12)
    variance = np.maximum(weights @ excess**2 / count - mean**2, 1e-12)
    shape = np.clip(0.5 * (1.0 - mean**2 / variance), -0.5, 0.4)
    # the shape of the fit, moved by as much as the moments of the sample are
    shape = np.clip(tail.shape + shape - np.median(shape), -0.5, 0.4)
    shape = np.where(np.abs(shape) < 1e-6, 1e-6, shape)
    inside = np.maximum(1.0 + shape * (value - tail.start) / (mean * (1.0 - shape)), 1e-12)
    found: Floats = count * inside ** (-1.0 / shape)
    return found


def darling(share: Floats) -> float:
    """Return the Anderson-Darling statistic of shares beyond, of sorted excesses: falling, in (0, 1]."""
    n = len(share)
    u = np.clip(1.0 - share, 1e-12, 1.0 - 1e-12)
    i = 2.0 * np.arange(1, n + 1) - 1.0
    return float(-n - np.mean(i * (np.log(u) + np.log1p(-u[::-1]))))
