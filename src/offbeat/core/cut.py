"""A threshold as it was learned: plain data that judges later scores, and is never learned again from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats

HALVINGS = 50
"""Of the range in which a score is looked for."""

STANDS_OUT = 0.01
"""At most this share of clean runs is said to hold an event that stands out."""


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


@dataclass(frozen=True)
class Weekly:
    """How often clean data holds a score as high, in a week (10,000 rows where there is no time).

    Several generalised Pareto distributions may be as likely; the chance is the mean of theirs.

    Parameters
    ----------
    start
        The score from which it is known; below it, one is certain.
    count
        The number of separate scores above `start` in a week.
    scales, shapes, weights
        Of the distributions; scales are in units of the score, weights sum to 1.
    """

    start: float
    count: float
    scales: tuple[float, ...]
    shapes: tuple[float, ...] = (0.0,)
    weights: tuple[float, ...] = (1.0,)

    def p_value(self, score: float) -> float:
        """Return the chance that a clean week holds a score as high as `score`."""
        excess = max(score - self.start, 0.0)
        found = 0.0
        for scale, shape, weight in zip(self.scales, self.shapes, self.weights, strict=True):
            inside = max(shape * excess / scale, -1.0)
            with np.errstate(divide="ignore"):
                log_share = -excess / scale if abs(shape) < 1e-9 else -np.log1p(inside) / shape
            found += weight * -float(np.expm1(-self.count * np.exp(log_share)))
        return min(found, 1.0)


@dataclass(frozen=True)
class Promise:
    """How many alarms to expect on clean data.

    Parameters
    ----------
    asked
        The budget as the user wrote it, "2/week".
    expected
        The number of alarms in `rows` rows, or a unit of time.
    low, high
        Nine of ten clean stretches of that length have a number in between, both included.
    trusted
        Whether the highest scores are like the distribution that the promise is made from.
    why
        Why it is not trusted, one sentence; else empty.
    """

    asked: str
    expected: float
    low: float
    high: float
    trusted: bool = True
    why: str = ""


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
    short
        Why there is too little data for any threshold, and how much would be enough; empty where there is enough.
    weekly
        How often clean data holds scores as high, each estimate of it; empty where nothing is known.
    promise
        How many alarms to expect, where a budget was asked for.
    """

    value: float
    normal: float = 0.0
    min_gap: int = 1
    tail: Tail | None = None
    notes: tuple[str, ...] = ()
    instead: str = ""
    short: str = ""
    weekly: tuple[Weekly, ...] = ()
    promise: Promise | None = None

    def p_value(self, score: float) -> float:
        """Return the chance that one week of clean data holds an event as strong; NaN where it is not known.

        The largest of the estimates in `weekly`. A week is 10,000 rows where there is no time.

        Examples
        --------
        >>> cut = Cut(6.0, weekly=(Weekly(start=2.0, count=100.0, scales=(1.0,)),))
        >>> round(cut.p_value(12.0), 4), cut.p_value(1.0), Cut(6.0).p_value(12.0)
        (0.0045, 1.0, nan)
        """
        if not self.weekly or np.isnan(score):
            return float("nan")
        return max(one.p_value(score) for one in self.weekly)

    def exceeded(self, count: float) -> float:
        """Return the score that a week of clean data has so many separate scores above; NaN where it is not known.

        Examples
        --------
        >>> round(Cut(6.0, weekly=(Weekly(start=2.0, count=100.0, scales=(1.0,)),)).exceeded(1.0), 2)
        6.61
        """
        if not self.weekly:
            return float("nan")
        certain = float(-np.expm1(-count))
        low = high = max(one.start for one in self.weekly)
        step = max(max(one.scales) for one in self.weekly)
        while self.p_value(high) > certain and step < np.inf:
            low, high, step = high, high + step, 2 * step
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.p_value(middle) > certain else (low, middle)
        return high


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


def stands_out(p_values: Any, weeks: float, series: int = 1) -> NDArray[np.bool_]:
    """Return which events stand out from all that clean data of that length would hold.

    Parameters
    ----------
    p_values
        Of the events, each for one week of clean data (`Cut.p_value`); NaN never stands out.
    weeks
        The length of one series in weeks, or in 10,000 rows where there is no time.
    series
        The number of series that were looked at together.

    Returns
    -------
    True where at most 1 of 100 clean runs holds an event as strong anywhere.

    Examples
    --------
    >>> stands_out([1e-6, 0.004, 0.02, float("nan")], weeks=2.0).tolist()
    [True, True, False, False]
    >>> stands_out([1e-6, 0.004], weeks=2.0, series=500).tolist()
    [True, False]
    """
    p = np.asarray(p_values, dtype=np.float64)
    with np.errstate(divide="ignore"):
        found: NDArray[np.bool_] = -np.log1p(-p) * weeks * series <= -np.log1p(-STANDS_OUT)
    return found
