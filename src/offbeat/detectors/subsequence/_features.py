"""Windows described by a few numbers, and compared with descriptions of training windows."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError
from offbeat.core.params import param
from offbeat.core.robust import scale_of
from offbeat.core.series import Floats
from offbeat.detectors._windows import ChannelWindowDetector, min_gap_for

BLOCKS = 8
"""Stretches of training data whose windows are looked through one by one."""
STRIDES = 16
"""How often windows are described while the series moves on by one window."""
SLICE = 1024
"""Windows that one thread describes and compares in one go."""
LEAST = 0.01
"""The smallest spread of a number, in the channel's standard deviations: what differs by less is the same."""


@dataclass
class FeatureDistance(ChannelWindowDetector):
    """Distance between what describes a window and what describes the nearest training windows.

    A subclass returns some numbers for each window of one channel in `_describe`, and may choose in `_prepare` how. The
    values are in the channels' robust standard deviations; the numbers are brought to their own, and large ones damped,
    sign(z) log(1 + |z|), so that one that is absurd leaves the others a say. The bank is divided into stretches of the
    training data; the nearest is looked for in each, and the k least are averaged, so that a fault that happened twice
    does not hide behind its twin. Windows that overlap in the training series are not compared.
    """

    k: int = param(3, "stretches whose nearest windows are averaged", low=1, high=BLOCKS)
    bank: int = param(1024, "reference windows at most", low=BLOCKS, log=True)

    def _prepare(self, scaled: Floats) -> None:
        """Choose how to describe, from the training data, (n, channels)."""

    @abstractmethod
    def _describe(self, values: Floats, channel: int) -> Floats:
        """Return the numbers of every `stride_`-th window of `values`, (n,), as (windows, numbers)."""

    def _width(self, x: Floats) -> int:
        width = super()._width(x)
        if width < 2:
            raise InputError(f"{self.name} can't learn from {len(x)} point; give at least 2")
        return width

    def _step(self, width: int) -> int:
        return 1

    def _learn(self, values: Floats) -> None:
        count = len(values) - self.window_ + 1
        self.stride_ = max(1, min(self.window_, count) // STRIDES)
        self.min_gap_ = min_gap_for(count, self.window_)
        self._prepare(values)
        rows = -(-count // self.stride_)
        blocks = min(BLOCKS, rows)
        size = min(self.bank, rows) // blocks
        chosen = np.linspace(0, rows - 1, blocks * size).round().astype(np.int64)
        self.places_ = chosen.reshape(blocks, size) * self.stride_
        described = [self._chosen(column, channel, chosen) for channel, column in enumerate(values.T)]
        middle = np.stack([np.median(numbers, axis=0) for numbers in described])
        self.units_ = np.stack([middle, np.stack(list(map(scale_of, described, middle)))])
        self.units_[1] = np.maximum(self.units_[1], LEAST)
        banks = [self._damped(numbers, channel) for channel, numbers in enumerate(described)]
        # as columns, so that the kernel's inner loop goes over neighbours in memory
        self.banks_ = np.stack([numbers.reshape(blocks, size, -1).transpose(0, 2, 1) for numbers in banks])

    def _score_channel(self, values: Floats, channel: int, *, trained: bool) -> Floats:
        """Return the root mean square distance of every `stride_`-th window of one channel, shape (windows,)."""
        from offbeat.kernels.rows import nearest_rows
        from offbeat.kernels.threads import in_slices

        # single precision: half of the time, and far below what a number of a window is accurate to
        blocks = np.asarray(self.banks_[channel], np.float32)
        result = np.empty((len(values) - self.window_) // self.stride_ + 1)
        min_gap = self.min_gap_ if trained else 0

        def one(first: int, last: int) -> None:
            rows = np.asarray(self._damped(self._described(values, channel, first, last), channel), np.float32)
            at = np.arange(first, last) * self.stride_
            nearest_rows(rows, at, blocks, self.places_, min_gap, self.k, result[first:last])
            result[first:last] /= rows.shape[1]

        in_slices(one, len(result), SLICE)
        return np.where(result < np.inf, np.sqrt(result), np.nan)

    def _chosen(self, values: Floats, channel: int, chosen: NDArray[np.int64]) -> Floats:
        """Return the numbers of the chosen windows; of all windows they could be more than the series."""
        parts = []
        for first in range(0, int(chosen[-1]) + 1, SLICE):
            wanted = chosen[(chosen >= first) & (chosen < first + SLICE)] - first
            last = min(first + SLICE, int(chosen[-1]) + 1)
            parts.append(self._described(values, channel, first, last)[wanted])
        return np.concatenate(parts)

    def _described(self, values: Floats, channel: int, first: int, last: int) -> Floats:
        part = values[first * self.stride_ : (last - 1) * self.stride_ + self.window_]
        return self._describe(np.ascontiguousarray(part), channel)

    def _damped(self, numbers: Floats, channel: int) -> Floats:
        z = (numbers - self.units_[0, channel]) / self.units_[1, channel]
        damped: Floats = np.copysign(np.log1p(np.abs(z)), z)
        return damped
