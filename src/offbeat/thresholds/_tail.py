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

STARTS = ((0.99, 150), (0.97, 150), (0.95, 150), (0.9, 8), (0.8, 8), (0.7, 8), (0.6, 8), (0.5, 8))
"""The tail begins at the first of these quantiles of the scores above which there are so many separate peaks.

The further out, the more the peaks are like a Pareto tail; but a few long anomalies can hold all the highest scores,
and what is normal is then to be seen further down.
"""


def peaks(scores: Floats, above: float) -> Floats:
    """Return the highest score of every separate stretch above `above`."""
    found = clusters(scores > above, min_gap(scores, above))
    return np.array([scores[first:last].max() for first, last in found])


def most_peaks(scores: Floats) -> int:
    """Return the number of separate peaks above that quantile of `STARTS` which has the most of them."""
    return max(len(peaks(scores, start)) for start in np.quantile(scores, [q for q, _ in STARTS]).tolist())


def fit(scores: Floats) -> Tail | None:
    """Fit the tail of scores, shape (n,), finite; None where there are too few peaks."""
    for start, (_, enough) in zip(np.quantile(scores, [q for q, _ in STARTS]).tolist(), STARTS, strict=True):
        high = np.sort(peaks(scores, start))
        if len(high) >= enough and high[-1] > start:
            scale, shape = _pareto.fit(high - start)
            return Tail(start, scale, shape, len(high), len(scores))
    return None
