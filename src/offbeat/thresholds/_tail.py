"""The tail of scores: separate peaks, and the distribution they follow.

Scores of neighbouring points are alike, so a stretch of high scores is one event, not many. Peaks are therefore
declustered first (Ferro and Segers 2003, the intervals estimator), then a generalised Pareto distribution is fitted to
how far they exceed a high quantile. The highest peaks may be the very anomalies that are looked for; they are censored:
the fit knows that they are at least so high, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.series import Floats
from offbeat.core.windows import runs

QUANTILES = (0.9, 0.8, 0.7, 0.6, 0.5)
"""The tail begins at the first of these quantiles of the scores above which there are enough separate peaks.

A few long anomalies can hold all the highest scores; what is normal is then to be seen further down.
"""

CENSORED = 0.30
"""The share of the highest peaks that may be anomalies, and is therefore not believed in its size."""

SHAPE_SPREAD = 0.10
"""Standard deviation of the shape parameter about 0 before any peak is seen: tails of scores are near exponential."""

FEWEST = 8
"""With fewer separate peaks than this, no tail is fitted."""


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
    mask: np.ndarray[tuple[int], np.dtype[np.bool_]], apart: int
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return the runs of True as rows (first, last + 1), those less than `apart` points from one another joined."""
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
    for start in np.quantile(scores, QUANTILES).tolist():
        high = np.sort(peaks(scores, start))
        if len(high) >= FEWEST and high[-1] > start:
            scale, shape = _pareto(high - start)
            return Tail(start, scale, shape, len(high), len(scores))
    return None


def _pareto(excess: Floats) -> tuple[float, float]:
    """Most plausible scale and shape for sorted excesses of which the highest share is censored."""
    from scipy.optimize import minimize

    n = len(excess)
    known = excess[: n - max(1, int(np.ceil(CENSORED * n)))]
    known = np.maximum(known, 1e-12 * excess[-1])
    hidden = n - len(known)
    unit = float(known.mean())
    y, limit = known / unit, float(known[-1] / unit)

    def cost(parameters: Floats) -> float:
        log_scale, shape = float(parameters[0]), float(parameters[1])
        scale = np.exp(log_scale)
        prior = 0.5 * (shape / SHAPE_SPREAD) ** 2
        if abs(shape) < 1e-6:
            return float(len(y) * log_scale + (y.sum() + hidden * limit) / scale + prior)
        inside = 1.0 + shape * np.append(y, limit) / scale
        if inside.min() <= 0:
            return np.inf
        logs = np.log(inside)
        density = len(y) * log_scale + (1.0 + 1.0 / shape) * logs[:-1].sum()
        return float(density + hidden * logs[-1] / shape + prior)

    best = minimize(cost, np.array([0.0, 0.01]), method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6})
    return float(np.exp(best.x[0])) * unit, float(best.x[1])
