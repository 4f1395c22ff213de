"""What detectors share that judge rows of numbers: a row is a point, or a window, of all channels together."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import scale_of, standard
from offbeat.core.series import Floats
from offbeat.core.windows import sliding

DETAIL = 32
"""Points that a window keeps when longer ones are averaged down: what a method of rows can tell apart."""
POOL = 4096
"""Rows that are learned from at most, evenly spaced over the training data."""
BATCH = 2**18
"""Numbers that are judged in one go: rows are copied out of the series in batches of no more than these."""
REACH = 1e6
"""Values further than this many scales from the middle count as that far, so that squares keep their digits."""


@dataclass
class Rows(Detector):
    """A method that judges rows of numbers, each a point (window=1) or a window of all channels.

    A subclass learns in `_learn` from at most `POOL` rows, and returns one number a row in `_judge`. The values are in
    the channels' robust standard deviations. Windows of at least twice `DETAIL` points are averaged down to `DETAIL` or
    a little more, and judged once every so many points as are averaged.
    """

    window: int | None = param(
        None, "window width, in points; 1 judges points, None is the period that the data show", low=1
    )

    @abstractmethod
    def _learn(self, rows: Floats) -> None:
        """Learn from rows of shape (rows, values)."""

    @abstractmethod
    def _judge(self, rows: Floats) -> Floats:
        """Return one number a row, higher is more anomalous; rows of shape (rows, values)."""

    def _fit(self, x: Floats) -> None:
        width = self._width(x)
        self.step_ = max(1, width // DETAIL)
        self.window_ = width // self.step_ * self.step_
        self.middle_ = np.median(x, axis=0)
        self.width_ = scale_of(x, self.middle_)
        rows = self._rows(x)
        self.at_ = np.unique(np.linspace(0, len(rows) - 1, min(POOL, len(rows))).astype(np.int64))
        self._learn(self._flat(rows[self.at_]))

    def _score(self, x: Floats) -> Floats:
        return self._in_batches(x, lambda rows, _: self._judge(rows))

    def _in_batches(self, x: Floats, score_rows: Callable[[Floats, int], Floats]) -> Floats:
        """Return one score a window of `x`; `score_rows` gets rows and the place of the first of them."""
        rows = self._rows(x)
        size = max(1, BATCH // (rows.shape[1] * rows.shape[2]))
        firsts = range(0, len(rows), size)
        scores = np.concatenate([score_rows(self._flat(rows[i : i + size]), i) for i in firsts])
        index = np.arange(len(x) - self.window_ + 1) // self.step_
        return np.asarray(scores[index])

    def _rows(self, x: Floats) -> Floats:
        """Return all rows as a view, shape (rows, points of a window, channels)."""
        count = len(x) // self.step_
        scaled = np.clip(standard(x[: count * self.step_], self.middle_, self.width_), -REACH, REACH)
        return sliding(scaled.reshape(count, self.step_, -1).mean(axis=1), self.window_ // self.step_)

    def _flat(self, rows: Floats) -> Floats:
        """Return a copy of some of `_rows`, each as one row of numbers, shape (rows, values)."""
        return rows.reshape(len(rows), -1)

    def _width(self, x: Floats) -> int:
        if self.window is not None:
            return self.window
        from offbeat.preprocess.period import default_window

        return default_window(x)


@dataclass
class Shapes(Rows):
    """A method of `Rows` for which the shape of a window counts for more than its level.

    The levels of most series drift; a distance of windows as they are is first of all that of their levels. So each
    window loses a part of its mean, channel by channel.
    """

    keep_mean: float = param(
        0.3, "share of a window's own level that is kept: 0 compares shapes alone, 1 values as they are", low=0, high=1
    )

    def _flat(self, rows: Floats) -> Floats:
        if self.window_ > 1 and self.keep_mean < 1:
            rows = rows - (1 - self.keep_mean) * rows.mean(axis=1, keepdims=True)
        return super()._flat(rows)
