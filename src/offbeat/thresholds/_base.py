"""The contract of a threshold: scores in, one number out, and what can be said about it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar, final

import numpy as np
from numpy.typing import NDArray

from offbeat.core.clusters import min_gap
from offbeat.core.cut import Cut
from offbeat.core.errors import InputError
from offbeat.core.params import params_of, validate
from offbeat.core.robust import robust_sd
from offbeat.core.series import Floats
from offbeat.core.wording import counted
from offbeat.thresholds import _tail
from offbeat.thresholds._weekly import calibrate

ROUNDING = 1e-6
"""Scores that differ from the usual one by less than this share of their range differ by rounding alone."""


LEAST_SHARE = 0.2
"""Without a tail, an alarm is at least this share of the highest score: where most are alike, all others differ."""


LEAST = 10
"""No threshold is set from fewer points."""

ENOUGH = 60
"""So many points are enough for most detectors."""

FEW = 500
"""Below so many points, their number is the reason why there are too few separate high scores."""


def without_tail(scores: Floats, asked: str, remedy: str) -> Cut:
    """Return the threshold for scores with too few separate high ones for a tail.

    It is what clean data of that length exceeds in one of ten series, were the peaks above the median exponential and
    their mean as uncertain as so few make it.

    Parameters
    ----------
    scores
        Shape (n,), finite.
    asked
        What the threshold was to be set from, as a user would say it.
    remedy
        What to do where there is no more data.
    """
    n_peaks = _tail.most_peaks(scores)
    tail = _tail.few(scores) if len(scores) >= LEAST else None
    few = "points" if len(scores) < FEW else "separate high scores"
    peaks = f"{counted(n_peaks, 'separate high score')} in {len(scores):,} points {'is' if n_peaks == 1 else 'are'}"
    cause = f"{len(scores)} points are" if len(scores) < FEW else peaks
    head = f"{cause} too few to set a threshold from {asked}; learn from more data, or {remedy}; here it is "
    if tail is not None:
        rule = "what clean data exceeds in 1 of 10 series"
        return Cut(
            tail.exceeded(_tail.RARELY), tail=tail, notes=(head + rule,), instead=f"{rule}: too few {few} for {asked}"
        )
    middle = float(np.median(scores))
    if len(scores) >= LEAST and float(robust_sd(scores, middle)) == 0:
        rule = f"{LEAST_SHARE:.0%} of the highest score, as most are alike"
        value = middle + LEAST_SHARE * (float(scores.max()) - middle)
        return Cut(value, notes=(head + rule,), instead=f"{rule}: too few {few} for {asked}")
    short = f"too little data to tell: {counted(len(scores), 'row')}; {_enough(len(scores), n_peaks)} would be enough"
    return Cut(np.inf, notes=(f"{cause} too few to set a threshold from {asked}",), short=short)


def _enough(n: int, n_peaks: int) -> int:
    """Return the number of rows that would have enough separate high scores, at the rate there is."""
    return max(ENOUGH, -(-_tail.FEWEST * n // max(n_peaks, 1)))


@dataclass(frozen=True)
class Known:
    """What a threshold may use beside the scores.

    Parameters
    ----------
    labels
        Of the same points, true where anomalous, or None.
    step
        The usual time between two points in seconds, or None.
    rows
        The number of points that the threshold is for.
    """

    labels: NDArray[np.bool_] | None
    step: float | None
    rows: int


class Threshold(ABC):
    """The base of every threshold: a dataclass of its parameters, and one method.

    `_cut` gets the scores to learn from, float64 of shape (n,) without NaN, and what else is known.
    """

    needs_labels: ClassVar[bool] = False

    def __post_init__(self) -> None:
        validate(self)

    @property
    def name(self) -> str:
        """The threshold's id: the name of its file."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def words(self) -> str:
        """How it is chosen, as a user would type it."""
        options = ", ".join(f"{name}={getattr(self, name)}" for name in params_of(self))
        return f"{self.name}: {options}" if options else self.name

    @abstractmethod
    def _cut(self, scores: Floats, known: Known) -> Cut: ...

    @final
    def cut(
        self, scores: Any, labels: Any = None, step: float | None = None, *, rows: int | None = None, width: int = 1
    ) -> Cut:
        """Choose the threshold.

        Parameters
        ----------
        scores
            Shape (n,), what is learned from; NaN, points that were not scored, are passed over.
        labels
            Shape (n,), true where a point is anomalous; only some thresholds need them.
        step
            The usual time between two points in seconds, where there is a time.
        rows
            The number of points that the threshold is for; None: as many as there are scores.
        width
            The detector's window in points: scores two windows apart are independent.

        Raises
        ------
        InputError
            Where labels are needed and missing, or are not as many as the scores.
        """
        values = np.asarray(scores, dtype=np.float64)
        judged = np.isfinite(values)
        marks = None if labels is None else np.asarray(labels, dtype=bool)
        if self.needs_labels and marks is None:
            raise InputError(
                f"the threshold {self.name!r} is chosen with labels, and there are none; name a label column"
            )
        if marks is not None and len(marks) != len(values):
            raise InputError(f"{len(marks)} labels for {len(values)} scores; there must be one a point")
        if not judged.any():
            return Cut(np.inf, notes=("no point has a score, so there is no threshold",))
        scores = values[judged]
        known = Known(None if marks is None else marks[judged], step, len(values) if rows is None else rows)
        cut = self._cut(scores, known)
        weekly = calibrate(values, cut.tail, step, width)
        return replace(_frozen(cut, values, float(np.median(scores)), float(np.ptp(scores))), weekly=weekly)


def _frozen(cut: Cut, scores: Floats, median: float, width: float) -> Cut:
    """Return the cut with all that later scores are judged by."""
    value = median + ROUNDING * width if abs(cut.value - median) < ROUNDING * width else cut.value
    # where more than half of all points are alarms, there is no normal score below the threshold
    normal = (
        median if value - median > 1e-9 * width else min(value - (width or 1.0), float(np.nextafter(value, -np.inf)))
    )
    gap = min_gap(np.nan_to_num(scores, nan=-np.inf), value if cut.tail is None else cut.tail.start)
    return replace(cut, value=value, normal=normal, min_gap=gap)
