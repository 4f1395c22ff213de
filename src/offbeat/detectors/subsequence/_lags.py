"""Windows as rows of lagged values: all of them go by in batches, and their covariance comes without building them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors._windows import ChannelWindowDetector

PRODUCTS = 2**18
"""Multiplications in one matrix product: more would be split between threads by the library that does them."""

STRETCH = 8192
"""Points whose lagged products are summed in one go; a longer sum would be split between threads, and so rounded
differently on one core and two."""


@dataclass
class Lags(ChannelWindowDetector):
    """Score the windows of one channel as vectors of lagged values.

    A subclass learns from one channel in `_learn_channel` and scores its windows in `_score_rows`.
    """

    detail: int = param(64, "points that a window keeps when longer ones are averaged down", low=4, log=True)

    @abstractmethod
    def _learn_channel(self, values: Floats) -> tuple[Floats, Floats]:
        """Return what to subtract from a channel's windows, and what to multiply them by.

        From `values` of shape (n,); arrays of the shapes (width,) or (), and (width, columns).
        """

    @abstractmethod
    def _score_rows(self, offset: Floats, columns: Floats, windows: Floats) -> Floats:
        """Return one score a window from what was learned and the windows, shape (windows, width)."""

    def _learn(self, values: Floats) -> None:
        self.learned_ = tuple(self._learn_channel(column) for column in values.T)

    def _score_channel(self, values: Floats, channel: int, *, trained: bool) -> Floats:
        offset, columns = self.learned_[channel]
        return in_batches(values, self._points, columns.shape[1], partial(self._score_rows, offset, columns))


def in_batches(values: Floats, width: int, columns: int, score_rows: Callable[[Floats], Floats]) -> Floats:
    """Return what `score_rows` returns for every window of `values`, shape (windows,).

    The windows that begin a multiple of `width` apart lie in memory as the rows of a matrix, so that they are handed
    over as a view, and no window is ever copied.

    Parameters
    ----------
    values
        Shape (n,).
    width
        In points, at most n.
    columns
        With how many vectors `score_rows` multiplies each window.
    score_rows
        Takes windows, shape (windows, width), read only, and returns one number a window.
    """
    from offbeat.kernels.threads import in_slices

    values = np.ascontiguousarray(values)
    scores = np.empty(len(values) - width + 1)

    def one(first: int, last: int) -> None:
        for phase in range(first, min(first + width, last)):
            rows = -(-(last - phase) // width)
            scores[phase:last:width] = score_rows(values[phase : phase + rows * width].reshape(rows, width))

    in_slices(one, len(scores), max(1, PRODUCTS // (width * max(columns, 1))) * width)
    return scores


def moments(values: Floats, width: int) -> tuple[Floats, Floats]:
    """Return the mean of all windows, (width,), and their covariance, (width, width), in O(n width).

    With S(i, j) the sum over all windows of the product of their values i and j, S(i+1, j+1) is S(i, j) less what
    leaves plus what enters, one product each, so that only the first row is a sum over the series.

    Parameters
    ----------
    values
        Shape (n,), of the order of 1.
    width
        In points, at most n.
    """
    count = len(values) - width + 1
    row = np.zeros(width)
    for first in range(0, count, STRETCH):
        last = min(first + STRETCH, count)
        row += np.correlate(values[first : last + width - 1], values[first:last], mode="valid")
    head, tail = values[: width - 1], values[count : count + width - 1]
    change = np.outer(tail, tail) - np.outer(head, head)
    products = np.empty((width, width))
    products[0] = products[:, 0] = row
    for i in range(1, width):
        products[i, i:] = products[i - 1, i - 1 : -1] + change[i - 1, i - 1 :]
        products[i:, i] = products[i, i:]
    mean = (values[:count].sum() + np.concatenate([[0.0], np.cumsum(tail - head)])) / count
    return mean, products / count - np.outer(mean, mean)
