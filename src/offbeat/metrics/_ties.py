"""Scores that differ by rounding alone."""

from __future__ import annotations

import numpy as np

from offbeat.core.series import Floats

GRAIN = 1e-12
"""Neighbours that differ by no more than this share of their size are tied."""
LONGEST = 10
"""Neighbours that are tied one to the next stay apart where the first and the last differ by more grains than this."""
ABSURD = 200
"""One score in so many, at both ends, may be of any size and does not say what is nearly 0."""


def tied(scores: Floats) -> Floats:
    """Return the scores, those that differ by rounding alone replaced by the highest of them.

    Neighbours in order are tied where they differ by at most `GRAIN` of the larger one's size. All that are tied one to
    the next take one value where the first and the last differ by at most `LONGEST` times as much. Else they are a slow
    ramp and stay as they are.

    Sums that cancel leave no 0 but numbers about it, of any size. So scores of at most `GRAIN` of the usual size are
    tied too, where one of them is 0 or they have both signs; without that, they may be what a product of many factors
    leaves. The usual size is that of the larger end of the scores without the `1 / ABSURD` lowest and highest, one of
    each at least: one score of 1e300 does not tie all others. Infinities are tied with themselves only.

    Scores without such neighbours come back as they are. O(n log n) time, O(n) memory.

    Parameters
    ----------
    scores
        Shape (n,), without NaN.

    Examples
    --------
    >>> tied(np.array([0.0, 1e-17, 0.3, 0.1 + 0.2, 1.0, 1.5])).tolist()
    [1e-17, 1e-17, 0.30000000000000004, 0.30000000000000004, 1.0, 1.5]
    """
    ordered = np.sort(scores)
    ordered = ordered[np.searchsorted(ordered, -np.inf, side="right") : np.searchsorted(ordered, np.inf)]
    if len(ordered) < 2:
        return scores
    low, high = _runs(ordered)
    if not len(low):
        return scores
    at = np.minimum(np.searchsorted(high, scores), len(high) - 1)
    return np.where((low[at] <= scores) & (scores <= high[at]), high[at], scores)


def _runs(ordered: Floats) -> tuple[Floats, Floats]:
    """Return the lowest and the highest score of each run of neighbours that take one value and have more than one."""
    nought = GRAIN * _usual(ordered)
    first, last = np.searchsorted(ordered, -nought), np.searchsorted(ordered, nought, side="right") - 1
    with np.errstate(over="ignore"):
        gaps = np.diff(ordered)
        close = gaps <= GRAIN * np.maximum(-ordered[:-1], ordered[1:])
        if first < last and ordered[first] <= 0 <= ordered[last]:
            close[first:last] = True
        if not (close & (gaps > 0)).any():
            return ordered[:0], ordered[:0]
        edges = np.flatnonzero(~close) + 1
        low, high = ordered[np.append(0, edges)], ordered[np.append(edges, len(ordered)) - 1]
        grain = np.where((low <= 0) & (high >= 0), nought, GRAIN * np.maximum(-low, high))
        one = (low < high) & (high - low <= LONGEST * grain)
    return low[one], high[one]


def _usual(ordered: Floats) -> float:
    """Return the largest size of a score that is not at one of the ends."""
    out = min(max(1, len(ordered) // ABSURD), (len(ordered) - 1) // 2)
    return float(max(-ordered[out], ordered[-1 - out]))
