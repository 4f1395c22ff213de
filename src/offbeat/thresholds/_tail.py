"""The tail of scores: separate peaks, and the distribution they follow.

Scores of neighbouring points are alike, so a stretch of high scores is one event, not many. Peaks are therefore
declustered first (Ferro and Segers 2003, the intervals estimator), then a generalised Pareto distribution is fitted to
how far they exceed a high quantile. The highest peaks may be the very anomalies that are looked for; the fit, in
`_pareto`, does not let them draw it upwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats
from offbeat.core.windows import runs
from offbeat.thresholds import _pareto

STARTS = ((0.99, 150), (0.97, 150), (0.95, 150), (0.9, 8), (0.8, 8), (0.7, 8), (0.6, 8), (0.5, 8))
"""The tail begins at the first of these quantiles of the scores above which there are so many separate peaks.

The further out, the more the peaks are like a Pareto tail; but a few long anomalies can hold all the highest scores,
and what is normal is then to be seen further down.
"""


@dataclass(frozen=True, eq=False)
class Tail:
    """A generalised Pareto tail of the highest scores of separate stretches.

    Parameters
    ----------
    start
        The score at which the tail begins.
    scale, shape
        Of the generalised Pareto distribution; scale is in units of the score.
    n_peaks
        The number of separate peaks above `start`.
    n_points
        The number of points that they came from.
    """

    start: float
    scale: float
    shape: float
    n_peaks: int
    n_points: int

    def beyond(self, score: float) -> float:
        """Return the share of peaks that are higher than `score`."""
        excess = max(score - self.start, 0.0) / self.scale
        if abs(self.shape) < 1e-9:
            return float(np.exp(-excess))
        return float(max(1.0 + self.shape * excess, 0.0) ** (-1.0 / self.shape))

    def exceeded(self, count: float) -> float:
        """Return the score that `count` separate peaks are expected to exceed in `n_points` points."""
        share = min(max(count / self.n_peaks, 1e-300), 1.0)
        if abs(self.shape) < 1e-9:
            return self.start - self.scale * float(np.log(share))
        return self.start + self.scale / self.shape * float(share**-self.shape - 1.0)

    def p_value(self, score: float) -> float:
        """Return the probability that normal data of the same length has a peak above `score`."""
        if score <= self.start:
            return 1.0
        return float(-np.expm1(-self.n_peaks * self.beyond(score)))


def separation(scores: Floats, above: float) -> int:
    """Return the number of points that must lie between two alarms for them to be two events.

    Parameters
    ----------
    scores
        Shape (n,), finite.
    above
        The score from which a point counts.

    Returns
    -------
    The distance that splits the points above `above` into as many clusters as the extremal index tells; at most a
    twentieth of the points. O(n) time.
    """
    at = np.flatnonzero(scores > above)
    gaps = np.diff(at)
    if len(gaps) < 2:
        return 1
    wide = gaps.max() > 2
    top = (gaps - 1).sum() if wide else gaps.sum()
    bottom = ((gaps - 1.0) * (gaps - 2.0)).sum() if wide else (gaps.astype(np.float64) ** 2).sum()
    index = min(1.0, 2.0 * float(top) ** 2 / (len(gaps) * float(bottom))) if bottom > 0 else 1.0
    clusters = min(max(int(index * len(at)), 1), len(gaps))
    longest = int(np.sort(gaps)[-clusters])
    return int(min(max(longest, 1), max(len(scores) // 20, 1)))


def clusters(
    mask: np.ndarray[tuple[int], np.dtype[np.bool_]], apart: int | NDArray[np.int64]
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return the runs of True as rows (first, last + 1), those less than `apart` points from one another joined.

    An array has one number for each space between two runs.
    """
    found = runs(mask)
    if len(found) < 2:
        return found
    split = np.flatnonzero(found[1:, 0] - found[:-1, 1] + 1 > apart)
    firsts = found[np.concatenate(([0], split + 1)), 0]
    lasts = found[np.concatenate((split, [len(found) - 1])), 1]
    return np.column_stack((firsts, lasts))


def peaks(scores: Floats, above: float) -> Floats:
    """Return the highest score of every separate stretch above `above`."""
    found = clusters(scores > above, separation(scores, above))
    return np.array([scores[first:last].max() for first, last in found])


def fit(scores: Floats) -> Tail | None:
    """Fit the tail of scores, shape (n,), finite; None where there are too few separate peaks."""
    for start, (_, enough) in zip(np.quantile(scores, [q for q, _ in STARTS]).tolist(), STARTS, strict=True):
        high = np.sort(peaks(scores, start))
        if len(high) >= enough and high[-1] > start:
            scale, shape = _pareto.fit(high - start)
            return Tail(start, scale, shape, len(high), len(scores))
    return None
