"""The tail of scores: separate peaks, and the distribution they follow.

Scores of neighbouring points are similar, so a stretch of high scores is one event, not many. Peaks are therefore
declustered first (Ferro and Segers 2003, the intervals estimator), then a generalised Pareto distribution is fitted to
how far they exceed a high quantile. The highest peaks may be the very anomalies that are looked for; the fit, in
`_pareto`, does not let them draw it upwards.
"""

from __future__ import annotations

import numpy as np

from offbeat.core.clusters import clusters, min_gap
from offbeat.core.cut import Tail
from offbeat.core.series import Floats
from offbeat.thresholds import _pareto

STARTS = ((0.99, 150), (0.97, 150), (0.95, 30), (0.9, 30), (0.8, 30), (0.7, 30), (0.6, 30), (0.5, 30))
"""The tail begins at the first of these quantiles of the scores above which there are so many separate peaks.

The further out, the more the peaks are like a Pareto tail; but ten faults among fifteen peaks are the tail themselves,
and what is normal is then to be seen further down.
"""

FEWEST = 8
"""Where no quantile has enough peaks, the one with the most of them will do, if they are so many."""

KNOWN = 0.7
"""Of few peaks, the share that is taken as normal; of all others it is only known that they are higher."""

RARELY = 0.1
"""Of few peaks, the threshold is where clean data of that length has an event in so many series."""


def peaks(scores: Floats, above: float) -> Floats:
    """Return the highest score of every separate stretch above `above`."""
    found = clusters(scores > above, min_gap(scores, above))
    return np.array([scores[first:last].max() for first, last in found])


def most_peaks(scores: Floats) -> int:
    """Return the number of separate peaks above that quantile of `STARTS` which has the most of them."""
    return max(len(peaks(scores, start)) for start in np.quantile(scores, [q for q, _ in STARTS]).tolist())


def fit(scores: Floats) -> tuple[Tail, Floats] | None:
    """Fit the tail of scores, shape (n,), finite, and return it with the peaks; None where there are too few peaks."""
    best: tuple[float, Floats] | None = None
    for start, (_, enough) in zip(np.quantile(scores, [q for q, _ in STARTS]).tolist(), STARTS, strict=True):
        high = np.sort(peaks(scores, start))
        if len(high) < FEWEST or high[-1] <= start:
            continue
        if best is None or len(high) > len(best[1]):
            best = start, high
        if len(high) >= enough:
            break
    if best is None:
        return None
    start, high = best
    scale, shape = _pareto.fit(high - start)
    return Tail(start, scale, shape, len(high), len(scores)), high


def few(scores: Floats) -> Tail | None:
    """Return the tail of few peaks: exponential above the median, its scale uncertain; None for fewer than three.

    With k peaks known and the others only known to be higher, the scale has a gamma distribution, and the share of
    peaks beyond x is (1 + x / (k scale))^-k: a Pareto tail, heavy where k is small.
    """
    middle = float(np.median(scores))
    high = np.sort(peaks(scores, middle)) - middle
    known = int(KNOWN * len(high))
    if known < 2 or high[known - 1] <= 0:
        return None
    scale = float(high[:known].sum() + (len(high) - known) * high[known - 1]) / known
    return Tail(middle, scale, 1.0 / known, len(high), len(scores))
