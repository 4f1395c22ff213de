"""The tail of scores: separate peaks, and the distribution they follow.

Scores of neighbouring points are similar, so a stretch of high scores is one event, not many. Peaks are therefore
declustered first (Ferro and Segers 2003, the intervals estimator), then a generalised Pareto distribution is fitted to
how far they exceed a high quantile. The highest peaks may be the very anomalies that are looked for; the fit, in
`_pareto`, does not let them draw it upwards.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from offbeat.core.clusters import clusters, min_gap
from offbeat.core.cut import Tail
from offbeat.core.series import Floats
from offbeat.thresholds import _pareto
from offbeat.thresholds._blocks import maxima, memory, without_foreign

STARTS = ((0.99, 150), (0.97, 150), (0.95, 150), (0.9, 15), (0.8, 15), (0.7, 15), (0.6, 15), (0.5, 15))
"""The tail begins at the first of these quantiles of the scores above which there are so many separate peaks.

The further out, the more the peaks are like a Pareto tail; but ten faults among fifteen peaks are the tail themselves,
and what is normal is then to be seen further down.
"""

MOST_ABOVE = 4
"""Where one peak is expected, more than so many are there by chance in 1 of 250 cases."""

FEWEST = 8
"""Where no quantile has enough peaks, the first with so many will do."""


def peaks(scores: Floats, above: float) -> Floats:
    """Return the highest score of every separate stretch above `above`."""
    found = clusters(scores > above, min_gap(scores, above))
    return np.array([scores[first:last].max() for first, last in found])


def most_peaks(scores: Floats) -> int:
    """Return the number of separate peaks above that quantile of `STARTS` which has the most of them."""
    return max(len(peaks(scores, start)) for start in np.quantile(scores, [q for q, _ in STARTS]).tolist())


def fit(scores: Floats) -> Tail | None:
    """Fit the tail of scores, shape (n,), finite; None where there are too few peaks.

    Without the scores that a clear gap divides from all others, where the tail of the others then holds for these.
    """
    clean = without_foreign(scores)
    if len(clean) < len(scores):
        found = _fit(clean)
        if found is not None and _agrees(found, clean):
            return replace(found, n_points=len(scores))
    return _fit(scores)


def _agrees(tail: Tail, scores: Floats) -> bool:
    """Whether no more peaks than by chance are above the score that one is expected to exceed."""
    high = maxima(scores, memory(scores))
    return int(np.count_nonzero(high > tail.exceeded(1.0))) <= MOST_ABOVE


def _fit(scores: Floats) -> Tail | None:
    best: tuple[float, Floats] | None = None
    for start, (_, enough) in zip(np.quantile(scores, [q for q, _ in STARTS]).tolist(), STARTS, strict=True):
        high = np.sort(peaks(scores, start))
        if len(high) < FEWEST or high[-1] <= start:
            continue
        best = (start, high) if best is None else best
        if len(high) >= enough:
            best = start, high
            break
    if best is None:
        return None
    start, high = best
    scale, shape = _pareto.fit(high - start)
    return Tail(start, scale, shape, len(high), len(scores))
