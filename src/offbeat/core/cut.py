"""A threshold as it was learned: data that judges later scores, and is never learned again from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.series import Floats


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Cut:
    """A threshold, frozen when it is learned: `Threshold.cut` makes it.

    Parameters
    ----------
    value
        A point is an alarm where its score is above this; infinite where nothing may be one.
    normal
        The median score; where the threshold is not above it, the range of the scores below the threshold.
    min_gap
        The number of points between two alarms that makes them two events.
    tail
        The distribution of the highest scores of separate normal stretches, where the method has one.
    notes
        What the user should know about the choice, one sentence each.
    instead
        What was used instead of what was asked for, and why; empty where that could be used.
    """

    value: float
    normal: float = 0.0
    min_gap: int = 1
    tail: Tail | None = None
    notes: tuple[str, ...] = ()
    instead: str = ""

    def p_value(self, score: float) -> float:
        """Return the probability that normal data has an event as strong; NaN where nothing calibrates it."""
        return float("nan") if self.tail is None else self.tail.p_value(score)


def severity(scores: Floats, cut: Cut) -> Floats:
    """Return the scores scaled so that the normal score is 0 and the threshold is 1; NaN stay NaN.

    Examples
    --------
    >>> severity(np.array([0.0, 2.0, 6.0, 10.0, np.nan]), Cut(6.0, normal=2.0)).tolist()
    [0.0, 0.0, 1.0, 2.0, nan]
    """
    if not np.isfinite(cut.value):
        return np.where(np.isfinite(scores), 0.0, np.nan)
    found: Floats = np.maximum(1.0 + (scores - cut.value) / (cut.value - cut.normal), 0.0)
    return found
