"""What detectors of windows share: the width, the scale of the channels, and the averaging down of long windows."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import Scale
from offbeat.core.series import Floats


@dataclass
class WindowDetector(Detector):
    """Score windows of robustly scaled values; long windows are averaged down first.

    A subclass learns in `_learn` and scores in `_score_windows`. A window of at least twice `detail` points is averaged
    down to `detail` points or a little more, and scored once every so many points as are averaged.
    `detail` is the parameter of that name, or `default_detail` where the method has none.

    Attributes
    ----------
    step_
        Points that are averaged to one.
    stride_
        Points from one scored window to the next; `step_`, unless `_learn` sets another.
    scale_
        The median and the robust standard deviation of each channel.
    """

    window: int | None = param(None, "window width, in points; None is the period that the data show", low=2)

    default_detail: ClassVar[int] = 64

    @abstractmethod
    def _learn(self, values: Floats) -> None:
        """Learn from scaled, averaged values, shape (n // step_, channels), in Fortran order."""

    @abstractmethod
    def _score_windows(self, values: Floats, *, trained: bool) -> Floats:
        """Return one score a window, or one for each channel too.

        Parameters
        ----------
        values
            Like those of `_learn`.
        trained
            Whether they begin with the training data, so that a window must not be compared with itself.
        """

    def _fit(self, x: Floats) -> None:
        self.window_ = self._width(x)
        self.step_ = self.stride_ = self._step(self.window_)
        self.scale_ = self._scale(x)
        self._learn(self._averaged(x))

    def _score(self, x: Floats) -> Floats:
        return self._at_windows(x, trained=False)

    def _score_trained(self, x: Floats) -> Floats:
        return self._at_windows(x, trained=True)

    def _at_windows(self, x: Floats, *, trained: bool) -> Floats:
        scores = self._score_windows(self._averaged(x), trained=trained)
        # channel by channel, as they lie in memory
        return np.asarray(scores.T[..., np.arange(len(x) - self.window_ + 1) // self.stride_].T)

    def _width(self, x: Floats) -> int:
        """Return the width of the windows, before they are averaged down."""
        return width_for(x, self.window)

    def _step(self, width: int) -> int:
        """Return how many points are averaged to one."""
        return max(1, width // int(getattr(self, "detail", self.default_detail)))

    def _scale(self, x: Floats) -> Scale:
        return Scale.of(x)

    @property
    def _points(self) -> int:
        """The width of the windows after they are averaged down."""
        return int(self.window_ // self.step_)

    def _averaged(self, x: Floats) -> Floats:
        """Return the scaled values, each `step_` of them averaged, one channel after the other in memory."""
        rows = len(x) // self.step_
        scaled = self.scale_.apply(x[: rows * self.step_])
        return np.asfortranarray(scaled.reshape(rows, self.step_, -1).mean(axis=1) if self.step_ > 1 else scaled)


@dataclass
class ChannelWindowDetector(WindowDetector):
    """Score the windows of each channel by itself, in `_score_channel`."""

    @abstractmethod
    def _score_channel(self, values: Floats, channel: int, *, trained: bool) -> Floats:
        """Return one score a window, shape (windows,), from the values of one channel, shape (n // step_,)."""

    def _score_windows(self, values: Floats, *, trained: bool) -> Floats:
        scores = [self._score_channel(one, i, trained=trained) for i, one in enumerate(values.T)]
        return np.stack(scores).T  # one channel after the other in memory


def width_for(x: Floats, window: int | None, least: int = 2) -> int:
    """Return the window asked for, else one period of the data: `least` points or more, at most all of them."""
    if window is not None:
        return window
    from offbeat.preprocess.period import default_window

    return min(max(default_window(x), least), len(x))


def min_gap_for(count: int, width: int) -> int:
    """Return how many windows apart two of one series must begin to be compared: `width`, so that none overlap.

    In a series of fewer than 2 width + 1 windows it is less, so that every window has another to be compared with.
    """
    return min(width, max((count - 1) // 2, 1))


def squares(rows: Floats) -> Floats:
    """Return the sum of squares of each row, shape (rows,)."""
    total: Floats = np.einsum("ij,ij->i", rows, rows)
    return total
