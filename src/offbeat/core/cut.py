"""A chosen threshold, and the tail that it was chosen from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.series import Floats


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


@dataclass(frozen=True, eq=False)
class Cut:
    """A chosen threshold.

    Parameters
    ----------
    value
        A point is an alarm where its score is above this; infinite where nothing may be one.
    tail
        The distribution of the highest scores of separate normal stretches, where the method has one.
    notes
        What the user should know about the choice, one sentence each.
    """

    value: float
    tail: Tail | None = None
    notes: tuple[str, ...] = ()

    def severity(self, scores: Floats) -> Floats:
        """Return the scores scaled so that the usual score (the median) is 0 and the threshold is 1; NaN stay NaN."""
        known = scores[np.isfinite(scores)]
        if not len(known) or not np.isfinite(self.value):
            return np.where(np.isfinite(scores), 0.0, np.nan)
        span, width = self.value - float(np.median(known)), float(np.ptp(known))
        if span <= 1e-9 * width:  # more than half of all points are alarms: there is no usual score below the threshold
            span = width or 1.0
        severity: Floats = np.maximum(1.0 + (scores - self.value) / span, 0.0)
        return severity
