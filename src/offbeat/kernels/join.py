"""Distances between all windows of two series, by the recurrence along the diagonals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled, part

Array = NDArray[np.float64]
Either = NDArray[np.floating[Any]]

TILE = 512
"""Windows of the series that are handled together: six arrays of them stay in a core's first cache."""


@compiled
def moments(x: Array, width: int) -> tuple[Array, Array]:
    """Return the mean, and the sum of squared deviations from it, of every window.

    Each window is measured from its own first value, so that a constant one has exactly 0, whatever its level.

    Parameters
    ----------
    x
        float64 of shape (n,), finite.
    width
        In points, at most n.

    Returns
    -------
    Two float64 arrays of shape (n - width + 1,). O(n width) time.
    """
    count = len(x) - width + 1
    means = np.empty(count)
    squares = np.empty(count)
    for i in range(count):
        pivot = x[i]
        total = 0.0
        square = 0.0
        for k in range(width):
            away = x[i + k] - pivot
            total += away
            square += away * away
        means[i] = pivot + total / width
        squares[i] = max(square - total * total / width, 0.0)
    return means, squares


@compiled
def dots(x: Array, window: Array, out: Array) -> None:
    """Write the dot product of `window` with every window of `x` into `out`.

    Parameters
    ----------
    x
        float64 of shape (n,).
    window
        float64 of shape (width,).
    out
        float64 of shape (n - width + 1,).
    """
    for i in range(len(out)):
        total = 0.0
        for k in range(len(window)):
            total += x[i + k] * window[k]
        out[i] = total


@compiled
def nearest(
    covariance: Either,
    edge: Either,
    steps: Either,
    halves: Either,
    inverse: Either,
    bank_steps: Either,
    bank_halves: Either,
    bank_twice: Either,
    bank_square: Either,
    gap: tuple[int, int, int],
    near: Either,
) -> None:
    """Lower `near[i]` to the least of `bank_square[j] - inverse[i] bank_twice[j] cov(i, j)` over all j.

    The squared distance of two scaled windows is that plus the square of the first. The covariance of two windows
    follows from the one of their predecessors, cov(i+1, j+1) = cov(i, j) + steps[i] halves'[j] + halves[i] steps'[j]
    (Zimmerman et al. 2019), so that a pair costs four multiplications, whatever the window's width.

    Parameters
    ----------
    covariance
        cov(i, 0) for every window i of the series, shape (rows,).
    edge
        cov(0, j) for every window j of the bank, shape (columns,); written over.
    steps, halves
        Shape (rows,), from window i to i + 1: half of what enters less what leaves; what enters plus what leaves,
        each less its own window's mean. The last one is not used.
    inverse
        Shape (rows,): the factor of window i.
    bank_steps, bank_halves, bank_twice, bank_square
        The same of the bank, shape (columns,), but twice the factor; and the sum of squares of each scaled window.
    gap
        (row, before, after): the bank's first window is the series' window `row`, and windows of the series that
        start less than `before` before or less than `after` after a window of the bank are not compared with it;
        (0, 0, 0) compares all.
    near
        Shape (rows,), written to.

    Notes
    -----
    All arrays are float64, or all are float32, which takes half of the time.

    The diagonals lie still in memory while the bank's windows go by, so that the inner loop is one over neighbours.
    It reads one array of minima and writes another, because a loop that writes where it has read in the same
    comparison is compiled to masked stores, which are three times slower.
    """
    rows, columns = len(near), len(edge)
    row, before, after = gap
    diagonals = np.empty(TILE + columns, near.dtype)
    old, new = np.empty(TILE, near.dtype), np.empty(TILE, near.dtype)
    for first in range(0, rows, TILE):
        last = min(first + TILE, rows)
        step, half, factor = steps[first:last], halves[first:last], inverse[first:last]
        for i in range(first, last):
            diagonals[columns - 1 + i - first] = covariance[i]
            old[i - first] = near[i]
        leaving = edge[0]
        for j in range(columns):
            diagonal = diagonals[columns - 1 - j : columns - 1 - j + last - first]
            if j > 0:
                diagonal[0] = edge[j]
            edge[j] = leaving
            _column(
                diagonal, step, half, factor, bank_steps[j], bank_halves[j], bank_twice[j], bank_square[j], old, new
            )
            leaving = diagonal[last - first - 1]
            for i in range(max(row + j - before + 1, first), min(row + j + after, last)):
                new[i - first] = old[i - first]
            old, new = new, old
        for i in range(first, last):
            near[i] = old[i - first]


@part
def _column(
    diagonal: Either,
    step: Either,
    half: Either,
    factor: Either,
    bank_step: float,
    bank_half: float,
    bank_twice: float,
    bank_square: float,
    old: Either,
    new: Either,
) -> None:
    """Compare one reference window with a tile of the series, and update the covariances."""
    for i in range(len(step)):
        value = diagonal[i]
        distance = bank_square - bank_twice * factor[i] * value
        new[i] = distance if distance < old[i] else old[i]
        diagonal[i] = value + (step[i] * bank_half + half[i] * bank_step)
