"""What detectors share that hold a few weighted patterns, longer than the window, for what is normal."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.core.windows import sliding
from offbeat.detectors.subsequence._sbd import Shapes
from offbeat.detectors.subsequence._windows import Scale, Windows, distances, width_for

DETAIL = 64
"""Points that a window keeps when longer ones are averaged down."""
POOL = 128
"""Subsequences that patterns are learned from at most, evenly spaced over the training data."""
NEAR = 0.1
"""Distances well below this are all the same: a pattern that fits perfectly does not outvote all others."""


@dataclass(frozen=True, eq=False)
class Bank:
    """The patterns of one channel, shape (k, length), and their weights, shape (k,), of sum 1."""

    patterns: Floats
    weights: Floats

    def distance(self, windows: Windows, damped: bool) -> Floats:
        """Return each window's distance from the patterns, shape (windows,).

        With d_k the root mean square distance to the nearest window of pattern k, it is the weighted harmonic mean
        1 / sum_k (w_k / (d_k + e)) - e, where e is `NEAR`.
        """
        nearness = np.zeros(len(windows))
        for pattern, weight in zip(self.patterns, self.weights, strict=True):
            far = np.sqrt(distances(windows, [_prepared(pattern, windows.width, damped)]) / windows.width)
            nearness += weight / (far + NEAR)
        apart: Floats = np.maximum(1.0 / nearness - NEAR, 0.0)
        return apart


@dataclass
class Reduced(Detector):
    """A method that learns each channel, and scores its windows, by itself.

    Values are in the channel's scales. Windows of at least twice `DETAIL` points are averaged down to `DETAIL` or a
    little more, and then so are those that are scored.
    """

    window: int | None = param(None, "window width, in points; None is the period that the data show", low=2)

    @abstractmethod
    def _learn(self, reduced: Floats) -> None:
        """Learn from all channels, shape (n, channels)."""

    @abstractmethod
    def _apart(self, column: Floats, channel: int, *, trained: bool) -> Floats:
        """Return the score of each window of one channel; `trained` says whether it begins with the training data."""

    def _fit(self, x: Floats) -> None:
        self.window_ = width_for(x, self.window)
        self.step_ = max(1, self.window_ // DETAIL)
        self.scale_ = Scale.of(x)
        self._learn(self._reduced(x))

    def _score(self, x: Floats) -> Floats:
        trained = self._starts_as_trained(x)
        columns = enumerate(self._reduced(x).T)
        apart = np.column_stack([self._apart(column, channel, trained=trained) for channel, column in columns])
        return np.asarray(apart[np.arange(len(x) - self.window_ + 1) // self.step_])

    @property
    def _width(self) -> int:
        """The window's width after reduction."""
        return int(self.window_ // self.step_)

    def _reduced(self, x: Floats) -> Floats:
        """Return the scaled values, each `step_` of them averaged, channel after channel in memory."""
        rows = len(x) // self.step_
        scaled = self.scale_.apply(x[: rows * self.step_])
        return np.asfortranarray(scaled.reshape(rows, self.step_, -1).mean(axis=1))


@dataclass
class Patterns(Reduced):
    """Distance of each window to the windows of a few weighted patterns, `longer` times as long.

    With `damped`, windows are divided by their sd plus half of the usual one, else by nothing.
    """

    longer: ClassVar[int] = 4
    damped: ClassVar[bool] = True
    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "trend", "variance", "shape", "frozen"})

    @abstractmethod
    def _bank(self, pool: Floats) -> Bank:
        """Learn the patterns of one channel from subsequences of shape (subsequences, length)."""

    def _learn(self, reduced: Floats) -> None:
        self.damping_ = dampings(reduced, self._width)
        length = min(self.longer * self._width, len(reduced))
        self.banks_ = [self._bank(pool_of(column, length)) for column in reduced.T]

    def _apart(self, column: Floats, channel: int, *, trained: bool) -> Floats:
        windows = Windows.of(column, self._width, damping=self.damping_[channel] or None if self.damped else None)
        return self.banks_[channel].distance(windows, self.damped)


def dampings(reduced: Floats, width: int) -> list[float]:
    """Return what is added to the sd of the windows of each channel; 0, divide by nothing, where it was constant."""
    return [_damping(column, width) for column in reduced.T]


def pool_of(column: Floats, length: int, most: int = POOL) -> Floats:
    """Return up to `most` subsequences of one channel, evenly spaced, shape (subsequences, length)."""
    views = sliding(column, length)
    at = np.unique(np.linspace(0, len(views) - 1, min(most, len(views))).astype(np.int64))
    return np.asarray(views[at])


def weights_of(shapes: Shapes, sizes: Floats) -> Floats:
    """Return the weight of each cluster, of sum 1: its size over the mean distance of all members to its shape."""
    central = np.array([sizes @ shapes.sbd(shape)[0] for shape in shapes.unit]) / sizes.sum()
    weights = sizes / (central + 0.1 * central.mean() + 1e-9)
    return np.asarray(weights / weights.sum())


def _prepared(pattern: Floats, width: int, damped: bool) -> Windows:
    return Windows.of(pattern, width, damping=_damping(pattern, width) if damped else None)


def _damping(values: Floats, width: int) -> float:
    """Return half the usual sd of the windows: the median, or the mean where most windows are constant."""
    sds = np.sqrt(Windows.of(values, width).square / width)
    return float(np.median(sds) or sds.mean()) / 2
