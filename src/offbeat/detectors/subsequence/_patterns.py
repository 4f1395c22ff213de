"""What detectors share that hold a few weighted patterns, longer than the window, for what is normal."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.series import Floats
from offbeat.core.windows import evenly_spaced, sliding
from offbeat.detectors._windows import ChannelWindowDetector
from offbeat.detectors.subsequence._join import Windows, distances
from offbeat.detectors.subsequence._sbd import Shapes

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
        return np.maximum(1.0 / nearness - NEAR, 0.0)


@dataclass
class Patterns(ChannelWindowDetector):
    """Distance of each window to the windows of a few weighted patterns, `longer` times as long.

    With `damped`, windows are divided by their sd plus half of the usual one, else by nothing.
    """

    longer: ClassVar[int] = 4
    damped: ClassVar[bool] = True
    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "trend", "variance", "shape", "frozen"})

    @abstractmethod
    def _bank(self, pool: Floats) -> Bank:
        """Learn the patterns of one channel from subsequences of shape (subsequences, length)."""

    def _learn(self, values: Floats) -> None:
        self.damping_ = dampings(values, self._points)
        length = min(self.longer * self._points, len(values))
        self.banks_ = [self._bank(pool_of(column, length)) for column in values.T]

    def _score_channel(self, values: Floats, channel: int, *, trained: bool) -> Floats:
        windows = Windows.of(values, self._points, damping=self.damping_[channel] or None if self.damped else None)
        return self.banks_[channel].distance(windows, self.damped)


def dampings(values: Floats, width: int) -> list[float]:
    """Return what is added to the sd of the windows of each channel; 0, divide by nothing, where it was constant."""
    return [_damping(column, width) for column in values.T]


def pool_of(column: Floats, length: int, most: int = POOL) -> Floats:
    """Return up to `most` subsequences of one channel, evenly spaced, shape (subsequences, length)."""
    views = sliding(column, length)
    return np.asarray(views[evenly_spaced(len(views), most)])


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
