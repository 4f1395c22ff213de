"""The highest scores of blocks: how long scores are alike, and which of the highest do not belong to the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats
from offbeat.core.windows import true_runs

FEWEST = 20
"""Nothing is learned from fewer maxima."""

MOST = 150
"""Of more maxima, the highest ones need not be taken away: the fit of the tail resists them."""

LEVEL = 0.05
"""The chance that a gap between clean maxima is called clear."""

ROUNDS = 3
"""How often foreign maxima are looked for among those that are left."""

MOST_FOREIGN = 0.3
"""At most this share of the maxima may be foreign."""


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


def lines(high: Floats, known: NDArray[np.int64], m: int) -> tuple[Floats, Floats]:
    """Return places and scales of Gumbel distributions, from the lowest of `m` sorted maxima.

    A line through the maxima against those of the standard distribution; one for each number in `known`, which rises.
    """
    x = -np.log(-np.log((np.arange(1, known[-1] + 1) - 0.44) / (m + 0.12)))
    y = high[: known[-1]] - high[0]
    sums = [np.cumsum(part)[known - 1] / known for part in (x, y, x * x, x * y)]
    scale = (sums[3] - sums[0] * sums[1]) / (sums[2] - sums[0] ** 2)
    return sums[1] - scale * sums[0] + high[0], scale


def farthest(m: int, known: NDArray[np.int64], chance: float) -> Floats:
    """Return what the highest of `m` exponentials exceeds with chance `chance`, in means that so many are known of."""
    found: Floats = known * ((m / chance) ** (1.0 / known) - 1.0)
    return found


def clear_gap(scores: Floats) -> float:
    """Return the score above which the highest scores do not belong to the others; infinite where all do.

    The spacing below the j-th highest of exponential maxima, times j, is exponential itself. Where it is too large for
    that, and larger than each above it, the j maxima are foreign. A test of each against the others would miss ten
    faults of one size. Never with few maxima, and not with so many that the fit of the tail resists them.
    """
    high = maxima(scores, memory(scores))
    m = len(high)
    most = int(MOST_FOREIGN * m)
    if not FEWEST <= m <= MOST:
        return float("inf")
    j = np.arange(most, 0, -1)
    gaps = high[m - j] - high[m - j - 1]
    _, scale = lines(high, m - j, m)
    above = np.r_[np.maximum.accumulate(gaps[::-1])[::-1][1:], 0.0]
    clear = (j * gaps > farthest(most, m - j, LEVEL) * scale) & (gaps >= above)
    if not clear.any():
        return float("inf")
    first = int(np.flatnonzero(clear)[0])
    return float(high[m - j[first]] + high[m - j[first] - 1]) / 2


def without_foreign(scores: Floats) -> NDArray[np.bool_]:
    """Return which scores do not lie in the stretches around the foreign ones, down to half way to the median.

    In rounds, as the largest faults hide that a gap below the others is clear.
    """
    kept = np.ones(len(scores), dtype=bool)
    for _ in range(ROUNDS):
        left = scores[kept]
        limit = clear_gap(left)
        if not np.isfinite(limit):
            break
        half_way = (float(np.median(left)) + limit) / 2
        keep = np.ones(len(left), dtype=bool)
        for first, last in true_runs(left > half_way):
            keep[first:last] = left[first:last].max() <= limit
        kept[kept] = keep
    return kept
