"""The contract of a threshold: scores in, one number out, and what can be said about it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar, final

import numpy as np
from numpy.typing import NDArray

from offbeat.core.clusters import min_gap
from offbeat.core.cut import Cut, Tail
from offbeat.core.errors import InputError
from offbeat.core.params import params_of, validate
from offbeat.core.robust import robust_sd
from offbeat.core.series import Floats
from offbeat.core.wording import counted
from offbeat.thresholds import _few, _tail
from offbeat.thresholds._weekly import calibrate

ROUNDING = 1e-6
"""Scores that differ from the usual one by less than this share of their range differ by rounding alone."""


LEAST_SHARE = 0.2
"""Where most scores are alike, an alarm is at least this share of the way to the highest: all others differ."""

LEAST = 10
"""No threshold is set from fewer points."""

ENOUGH = 60
"""So many points are enough for most detectors."""

FEW = 800
"""Below so many points, a budget is set only from a tail of enough peaks."""

ENOUGH_PEAKS = 30
"""So many peaks have a tail of their own, however few the points."""


def tail_or_few(scores: Floats, asked: str, remedy: str, count: float) -> Tail | Cut:
    """Return the tail of the scores, or the threshold that few of them allow.

    The latter is what clean data of that length exceeds in one of ten series. Of few scores with a tail of few peaks,
    which may well be the faults themselves, the lower of both thresholds counts.

    Parameters
    ----------
    scores
        Shape (n,), finite.
    asked
        What the threshold was to be set from, as a user would say it.
    remedy
        What to do where there is no more data.
    count
        How many separate scores are to exceed the threshold.
    """
    tail = _tail.fit(scores)
    if tail is not None and tail.n_peaks >= ENOUGH_PEAKS:
        return tail
    limit = _few.gap(scores)
    if tail is not None and len(scores) >= FEW:
        return tail if tail.exceeded(count) <= limit else _clear(limit, tail)
    few = _cut_of_few(scores, asked, remedy)
    if tail is not None and tail.exceeded(count) < min(few.value, limit):
        return tail
    return few if few.value <= limit else replace(_clear(limit, few.tail), notes=few.notes)


def _clear(limit: float, tail: Tail | None) -> Cut:
    """Return the threshold in a clear gap below the highest scores."""
    return Cut(limit, tail=tail, instead="in the clear gap below the highest scores: too few others for a budget")


def _cut_of_few(scores: Floats, asked: str, remedy: str) -> Cut:
    n = len(scores)
    n_peaks = _tail.most_peaks(scores)
    peaks = f"{counted(n_peaks, 'separate high score')} in {n:,} points {'is' if n_peaks == 1 else 'are'}"
    cause = f"{n} points are" if n < FEW else peaks
    head = f"{cause} too few to set a threshold from {asked}"
    value, tail, rule = _of_few(scores)
    if not rule:
        return Cut(
            np.inf, notes=(head,), short=f"too little data to tell: {counted(n, 'row')}; {ENOUGH} would be enough"
        )
    note = f"{head}; learn from more data, or {remedy}; here it is {rule}"
    instead = f"{rule}: too few {'points' if n < FEW else 'separate high scores'} for {asked}"
    return Cut(value, tail=tail, notes=(note,), instead=instead)


def _of_few(scores: Floats) -> tuple[float, Tail | None, str]:
    """Return the threshold, the tail it has, and the rule in words; no words where nothing can be said."""
    middle = float(np.median(scores))
    if len(scores) < LEAST:
        return float("inf"), None, ""
    tail = _few.exponential(scores) if float(robust_sd(scores, middle)) > 0 else None
    if tail is None:
        value = middle + LEAST_SHARE * (float(scores.max()) - middle)
        return value, None, f"{LEAST_SHARE:.0%} of the way to the highest score"
    return min(tail.exceeded(_few.RARELY), _few.skewed(scores)), tail, "what clean data exceeds in 1 of 10 series"


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
            The number of points that the threshold is for; None: as many as have a score.
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
        known = Known(None if marks is None else marks[judged], step, len(scores) if rows is None else rows)
        cut = self._cut(scores, known)
        clean = values.copy()
        clean[judged] = np.where(_tail.is_clean(scores), scores, np.nan)
        weekly = calibrate(clean, cut.tail, step, width)
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
