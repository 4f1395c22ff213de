"""The contract of a threshold: scores in, one number out, and what can be said about it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
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

ROUNDING = 1e-6
"""Scores that differ from the usual one by less than this share of their range differ by rounding alone."""


LEAST_SHARE = 0.2
"""Without a tail, an alarm is at least this share of the highest score: where most are alike, all others differ."""


FEW = 500
"""Below so many points, their number is the reason why there are too few separate high scores."""


def without_tail(scores: Floats, asked: str, remedy: str) -> Cut:
    """Return the threshold for scores with too few separate high ones for a tail: median plus 8 robust sd.

    Parameters
    ----------
    scores
        Shape (n,), finite.
    asked
        What the threshold was to be set from, as a user would say it.
    remedy
        What to do where there is no more data.
    """
    middle = float(np.median(scores))
    spread = float(robust_sd(scores, middle))
    few = "points" if len(scores) < FEW else "separate high scores"
    n_peaks = _tail.most_peaks(scores)
    peaks = f"{counted(n_peaks, 'separate high score')} in {len(scores):,} points {'is' if n_peaks == 1 else 'are'}"
    cause = f"{len(scores)} points are" if len(scores) < FEW else peaks
    note = (
        f"{cause} too few to set a threshold from {asked}; learn from more data, or {remedy}; here it is median + 8 "
        f"robust sd, at least {LEAST_SHARE:.0%} of the highest score"
    )
    value = middle + max(8.0 * spread, LEAST_SHARE * (float(scores.max()) - middle))
    return Cut(value, notes=(note,), instead=f"median + 8 robust sd: too few {few} for {asked}")


class Threshold(ABC):
    """The base of every threshold: a dataclass of its parameters, and one method.

    `_cut` gets the judged scores, float64 of shape (n,) without NaN, the labels of the same points or None, and the
    usual step between two points in seconds or None.
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
    def _cut(self, scores: Floats, labels: NDArray[np.bool_] | None, step: float | None) -> Cut: ...

    @final
    def cut(self, scores: Any, labels: Any = None, step: float | None = None) -> Cut:
        """Choose the threshold.

        Parameters
        ----------
        scores
            Shape (n,); NaN, points that were not scored, are passed over.
        labels
            Shape (n,), true where a point is anomalous; only some thresholds need them.
        step
            The usual time between two points in seconds, where there is a time.

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
        cut = self._cut(scores, None if marks is None else marks[judged], step)
        return _frozen(cut, values, float(np.median(scores)), float(np.ptp(scores)))


def _frozen(cut: Cut, scores: Floats, median: float, width: float) -> Cut:
    """Return the cut with all that later scores are judged by."""
    value = median + ROUNDING * width if abs(cut.value - median) < ROUNDING * width else cut.value
    # where more than half of all points are alarms, there is no normal score below the threshold
    normal = (
        median if value - median > 1e-9 * width else min(value - (width or 1.0), float(np.nextafter(value, -np.inf)))
    )
    gap = min_gap(np.nan_to_num(scores, nan=-np.inf), value if cut.tail is None else cut.tail.start)
    return replace(cut, value=value, normal=normal, min_gap=gap)
