"""Windows as rows of lagged values: all of them go by in batches, and their covariance comes without building them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.subsequence._windows import Scale, width_for

PRODUCTS = 2**18
"""Multiplications in one matrix product: more would be split between threads by the library that does them."""

STRETCH = 8192
"""Points whose lagged products are summed in one go; a longer sum would be split between threads, and so rounded
differently on one core and two."""


@dataclass
class Lags(Detector):
    """A method that judges the windows of one channel as vectors of lagged values.

    A subclass learns from one channel in `_learn` and judges windows of one channel in `_judge`. The values are in the
    channel's robust standard deviations. Windows of at least twice `detail` points are averaged down to `detail` or a
    little more, and judged once every so many points as are averaged.
    """

    window: int | None = param(None, "window width, in points; None is the period that the data show", low=2)
    detail: int = param(64, "points that a window keeps when longer ones are averaged down", low=4, log=True)

    @abstractmethod
    def _learn(self, values: Floats, width: int) -> tuple[Floats, Floats]:
        """Return what is to be known of one channel's windows: what to subtract, and what to multiply them by.

        `values` of shape (n,); returns arrays of the shapes (width,) or (), and (width, columns).
        """

    @abstractmethod
    def _judge(self, offset: Floats, columns: Floats, windows: Floats) -> Floats:
        """Return one number a window, higher is more anomalous, from what was learned and (windows, width)."""

    def _fit(self, x: Floats) -> None:
        self.window_ = self._width(x)
        self.step_ = max(1, self.window_ // self.detail)
        self.scale_ = Scale.of(x)
        width = self.window_ // self.step_
        self.learned_ = tuple(self._learn(values, width) for values in self._reduced(x).T)

    def _score(self, x: Floats) -> Floats:
        width = self.window_ // self.step_
        scores = [
            in_batches(values, width, known[1].shape[1], partial(self._judge, *known))
            for values, known in zip(self._reduced(x).T, self.learned_, strict=True)
        ]
        index = np.arange(len(x) - self.window_ + 1) // self.step_
        return np.column_stack(scores)[index]

    def _width(self, x: Floats) -> int:
        return width_for(x, self.window)

    def _reduced(self, x: Floats) -> Floats:
        """Return the scaled values, each `step_` of them averaged, channel after channel in memory."""
        rows = len(x) // self.step_
        scaled = self.scale_.apply(x[: rows * self.step_])
        return np.asfortranarray(scaled.reshape(rows, self.step_, -1).mean(axis=1))


def in_batches(values: Floats, width: int, columns: int, score_rows: Callable[[Floats], Floats]) -> Floats:
    """Return what `score_rows` says of every window of `values`, shape (windows,).

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
    judge
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


def squares(rows: Floats) -> Floats:
    """Return the sum of squares of each row, shape (rows,)."""
    total: Floats = np.einsum("ij,ij->i", rows, rows)
    return total
