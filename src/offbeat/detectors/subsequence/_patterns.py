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

    def padded(self, k: int) -> Bank:
        """Return the same as `k` patterns, those added without weight."""
        more = k - len(self.weights)
        return Bank(np.pad(self.patterns, ((0, more), (0, 0))), np.pad(self.weights, (0, more)))

    def distance(self, windows: Windows, damped: bool) -> Floats:
        """Return each window's distance from the patterns, shape (windows,).

        With d_k the root mean square distance to the nearest window of pattern k, it is the weighted harmonic mean
        1 / sum_k (w_k / (d_k + e)) - e, where e is `NEAR`.
        """
        nearness = np.zeros(len(windows))
        for pattern, weight in zip(self.patterns, self.weights, strict=True):
            if weight > 0:
                far = np.sqrt(distances(windows, [_prepared(pattern, windows.width, damped)]) / windows.width)
                nearness += weight / (far + NEAR)
        apart: Floats = np.maximum(1.0 / nearness - NEAR, 0.0)
        return apart


@dataclass
class Patterns(Detector):
    """Distance of each window to the windows of a few weighted patterns.

    A subclass learns them in `_learn`, from subsequences that are `longer` times as long as a window. Windows of at
    least twice `DETAIL` points are averaged down to `DETAIL` or a little more.
    """

    window: int | None = param(None, "window width, in points; None is the period that the data show", low=2)

    longer: ClassVar[int] = 4
    damped: ClassVar[bool] = True
    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level", "trend", "variance", "shape", "frozen"})

    @abstractmethod
    def _learn(self, pool: Floats) -> Bank:
        """Learn the patterns of one channel from subsequences of shape (subsequences, length)."""

    def _fit(self, x: Floats) -> None:
        self.window_ = width_for(x, self.window)
        self.step_ = max(1, self.window_ // DETAIL)
        self.scale_ = Scale.of(x)
        reduced = self._reduced(x)
        self.damping_ = np.array([_damping(column, self._width) for column in reduced.T])
        self._learn_all(reduced)

    def _learn_all(self, reduced: Floats) -> None:
        length = min(self.longer * self._width, len(reduced))
        banks = [self._learn(pool_of(column, length)) for column in reduced.T]
        most = max(len(bank.weights) for bank in banks)
        self.banks_ = [bank.padded(most) for bank in banks]

    def _score(self, x: Floats) -> Floats:
        columns = enumerate(self._reduced(x).T)
        apart = np.column_stack([self.banks_[j].distance(self._windows(c, j), self.damped) for j, c in columns])
        return np.asarray(apart[np.arange(len(x) - self.window_ + 1) // self.step_])

    @property
    def _width(self) -> int:
        return int(self.window_ // self.step_)

    def _windows(self, column: Floats, channel: int) -> Windows:
        return Windows.of(column, self._width, damping=self._divides(channel))

    def _divides(self, channel: int) -> float | None:
        """Return the channel's damping; None, divide by nothing, where it was constant: any move is an event."""
        return float(self.damping_[channel]) or None if self.damped else None

    def _reduced(self, x: Floats) -> Floats:
        """Return the scaled values, each `step_` of them averaged, channel after channel in memory."""
        rows = len(x) // self.step_
        scaled = self.scale_.apply(x[: rows * self.step_])
        return np.asfortranarray(scaled.reshape(rows, self.step_, -1).mean(axis=1))


def pool_of(column: Floats, length: int) -> Floats:
    """Return up to `POOL` subsequences of one channel, evenly spaced, shape (subsequences, length)."""
    views = sliding(column, length)
    at = np.unique(np.linspace(0, len(views) - 1, min(POOL, len(views))).astype(np.int64))
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
