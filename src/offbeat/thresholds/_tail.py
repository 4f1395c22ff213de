"""The tail of scores: separate peaks, and the distribution they follow.

Scores of neighbouring points are similar, so a stretch of high scores is one event, not many. Peaks are therefore
declustered first (Ferro and Segers 2003, the intervals estimator), then a generalised Pareto distribution is fitted to
how far they exceed a high quantile. The highest peaks may be the very anomalies that are looked for; the fit, in
`_pareto`, does not let them draw it upwards.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from offbeat.core.clusters import clusters, min_gap
from offbeat.core.cut import Tail
from offbeat.core.series import Floats
from offbeat.thresholds import _pareto
from offbeat.thresholds._blocks import maxima, memory, without_foreign

STARTS = (0.99, 0.97, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)
"""The tail begins at the first of these quantiles of the scores above which there are enough separate peaks.

The further out, the more the peaks are like a Pareto tail; but a few long anomalies can hold all the highest scores,
and what is normal is then to be seen further down.
"""

FAR_OUT, MANY = 0.95, 150
"""From this quantile on, so many peaks are enough."""

ENOUGH, LEAST = 30, 8
"""Further down, so many: ten faults among fifteen peaks are the tail themselves. The quantile with the first ones of at
least `LEAST` will do where none has as many."""

DEEP = 15
"""So many, where faults have been taken away."""

MOST_ABOVE = 4
"""Where one peak is expected, more than so many are there by chance in 1 of 250 cases."""


def peaks(scores: Floats, above: float) -> Floats:
    """Return the highest score of every separate stretch above `above`."""
    found = clusters(scores > above, min_gap(scores, above))
    return np.array([scores[first:last].max() for first, last in found])


def most_peaks(scores: Floats) -> int:
    """Return the number of separate peaks above that quantile of `STARTS` which has the most of them."""
    return max(len(peaks(scores, start)) for start in np.quantile(scores, STARTS).tolist())


def fit(scores: Floats) -> Tail | None:
    """Fit the tail of scores, shape (n,), finite; None where there are too few peaks.

    Without the scores that a clear gap divides from all others, where the tail of the others then holds for these.
    """
    found = _of_clean(scores, without_foreign(scores))
    return _fit(scores, ENOUGH) if found is None else replace(found, n_points=len(scores))


def is_clean(scores: Floats) -> NDArray[np.bool_]:
    """Return which scores are left of `scores`, shape (n,), finite, where `fit` leaves some out; else all."""
    kept = without_foreign(scores)
    return kept if _of_clean(scores, kept) is not None else np.ones(len(scores), dtype=bool)


def _of_clean(scores: Floats, kept: NDArray[np.bool_]) -> Tail | None:
    """Return the tail of the scores that are kept; None where all are, or where it does not hold for them."""
    if kept.all():
        return None
    found = _fit(scores[kept], DEEP)
    return found if found is not None and _agrees(found, scores[kept]) else None


def _agrees(tail: Tail, scores: Floats) -> bool:
    """Whether no more peaks than by chance are above the score that one is expected to exceed."""
    high = maxima(scores, memory(scores))
    return int(np.count_nonzero(high > tail.exceeded(1.0))) <= MOST_ABOVE


def _fit(scores: Floats, deep: int) -> Tail | None:
    best: tuple[float, Floats] | None = None
    for quantile, start in zip(STARTS, np.quantile(scores, STARTS).tolist(), strict=True):
        high = np.sort(peaks(scores, start))
        if len(high) < LEAST or high[-1] <= start:
            continue
        enough = len(high) >= (MANY if quantile >= FAR_OUT else deep)
        if enough or (best is None and quantile < FAR_OUT):
            best = start, high
        if enough:
            break
    if best is None:
        return None
    start, high = best
    scale, shape = _pareto.fit(high - start)
    return Tail(start, scale, shape, len(high), len(scores))
