"""What detectors share that score rows of numbers: a row is a point, or a window, of all channels together."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from offbeat.core.params import param
from offbeat.core.robust import Scale
from offbeat.core.series import Floats
from offbeat.core.windows import evenly_spaced, sliding
from offbeat.detectors._windows import WindowDetector, width_for

Indices = NDArray[np.int64]

POOL = 4096
"""Rows that are learned from at most, evenly spaced over the training data."""
BATCH = 2**18
"""Numbers that are scored in one go: rows are copied out of the series in batches of no more than these."""
REACH = 1e6
"""Values further than this many scales from the middle count as that far, so that squares keep their digits."""


@dataclass
class Rows(WindowDetector):
    """Score rows of numbers, each a point (window=1) or a window of all channels.

    A subclass learns in `_learn_rows` from at most `POOL` rows, and returns one number a row in `_score_rows`.
    """

    window: int | None = param(
        None, "window width, in points; 1 scores points, None is the period that the data show", low=1
    )

    default_detail: ClassVar[int] = 32

    @abstractmethod
    def _learn_rows(self, rows: Floats) -> None:
        """Learn from rows of shape (rows, values)."""

    @abstractmethod
    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        """Return one score a row, higher is more anomalous.

        Parameters
        ----------
        rows
            Shape (rows, values).
        places
            Where they stand among the rows of the training data, shape (rows,); None where they come from others.
        """

    def _learn(self, values: Floats) -> None:
        rows = self._rows(values)
        self.at_ = evenly_spaced(len(rows), POOL)
        self._learn_rows(self._flat(rows[self.at_]))

    def _score_windows(self, values: Floats, *, trained: bool) -> Floats:
        rows = self._rows(values)
        size = max(1, BATCH // (rows.shape[1] * rows.shape[2]))
        places = np.arange(len(rows)) if trained else None
        scores = []
        for first in range(0, len(rows), size):
            part = slice(first, first + size)
            scores.append(self._score_rows(self._flat(rows[part]), None if places is None else places[part]))
        return np.concatenate(scores)

    def _width(self, x: Floats) -> int:
        width = width_for(x, self.window, least=1)
        step = self._step(width)
        return width // step * step

    def _scale(self, x: Floats) -> Scale:
        return Scale.floored(x, REACH)

    def _rows(self, values: Floats) -> Floats:
        """Return all rows as a view, shape (rows, points of a window, channels)."""
        return sliding(np.ascontiguousarray(values), self._points)

    def _flat(self, rows: Floats) -> Floats:
        """Return a copy of some of `_rows`, each as one row of numbers, shape (rows, values)."""
        return rows.reshape(len(rows), -1)


@dataclass
class CentredRows(Rows):
    """Score rows that have lost a part of their mean, channel by channel.

    The means of most series drift; a distance of windows as they are is first of all that of their means.
    """

    keep_mean: float = param(
        0.3, "share of a window's mean that is kept: 0 compares shapes alone, 1 values as they are", low=0, high=1
    )

    def _flat(self, rows: Floats) -> Floats:
        if self.window_ > 1 and self.keep_mean < 1:
            rows = rows - (1 - self.keep_mean) * rows.mean(axis=1, keepdims=True)
        return super()._flat(rows)
