"""Distances between all windows of two series, by the recurrence along the diagonals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled, part

Array = NDArray[np.float64]
Either = NDArray[np.floating[Any]]

TILE = 1024
"""Windows of the series that are handled together: six float32 arrays of them stay in a core's first cache."""

COLUMNS = 4
"""Reference windows that `_columns` compares in one pass over a tile."""


@compiled
def moments(x: Array, width: int, stride: int = 1) -> tuple[Array, Array]:
    """Return the mean, and the sum of squared deviations from it, of every `stride`-th window.

    Each window is measured from its own first value, so that a constant one has exactly 0, whatever its level.

    Parameters
    ----------
    x
        float64 of shape (n,), finite.
    width
        In points, at most n.
    stride
        Points from one window to the next.

    Returns
    -------
    Two float64 arrays of shape ((n - width) // stride + 1,). O(n width / stride) time.
    """
    count = (len(x) - width) // stride + 1
    means = np.empty(count)
    squares = np.empty(count)
    for i in range(count):
        first = i * stride
        pivot = x[first]
        total = 0.0
        square = 0.0
        for k in range(width):
            away = x[first + k] - pivot
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
    _dots(x, window, out)


@part
def _dots(x: Array, window: Array, out: Array) -> None:
    """Do the same; the inner loop goes over windows, four terms at a time, so that none has to be summed up across."""
    width = len(window)
    fours = width - width % 4
    for first in range(0, len(out), TILE):
        total = out[first : first + TILE]
        rows = len(total)
        total[:] = 0.0
        for k in range(0, fours, 4):
            values = x[first + k : first + k + rows + 3]
            a, b, c, d = window[k], window[k + 1], window[k + 2], window[k + 3]
            for i in range(rows):
                total[i] += (values[i] * a + values[i + 1] * b) + (values[i + 2] * c + values[i + 3] * d)
        for k in range(fours, width):
            values = x[first + k : first + k + rows]
            for i in range(rows):
                total[i] += values[i] * window[k]


@compiled
def nearest(
    values: Array,
    means: Array,
    steps: Either,
    halves: Either,
    inverse: Either,
    bank_values: Array,
    bank_means: Array,
    bank_steps: Either,
    bank_halves: Either,
    bank_twice: Either,
    bank_square: Either,
    short: int,
    gap: tuple[int, int, int],
    near: Either,
) -> None:
    """Lower `near[i]` to the least of `bank_square[j] - inverse[i] bank_twice[j] cov(i, j)` over all j.

    The squared distance of two scaled windows is that plus the square of the first. The covariance of two windows
    follows from the one of their predecessors, cov(i+1, j+1) = cov(i, j) + steps[i] halves'[j] + halves[i] steps'[j]
    (Zimmerman et al. 2019), so that a pair costs four multiplications, whatever the window's width.

    Parameters
    ----------
    values, means
        The series, shape (rows + width - 1,), and the mean of each of its windows, shape (rows,).
    steps, halves
        Shape (rows,), from window i to i + 1: half of what enters less what leaves; what enters plus what leaves,
        each less its own window's mean. The last one is not used.
    inverse
        Shape (rows,): the factor of window i.
    bank_values, bank_means, bank_steps, bank_halves, bank_twice, bank_square
        The same of the bank's columns, but twice the factor; and the sum of squares of each scaled window.
    short
        Windows of the bank along which the recurrence is carried on; then the covariances are computed anew.
    gap
        (row, before, after): the bank's first window is the series' window `row`, and windows of the series that
        start less than `before` before or less than `after` after a window of the bank are not compared with it;
        (0, 0, 0) compares all.
    near
        Shape (rows,), written to.

    Notes
    -----
    The values and means are float64. All other arrays are float64, or all are float32, which takes half of the time.
    """
    rows, columns = len(near), len(bank_means)
    width = len(values) - rows + 1
    row, before, after = gap
    covariance, edge = np.empty(rows), np.empty(columns)
    for first in range(0, columns, short):
        last = min(first + short, columns)
        part_values, part_edge = bank_values[first : last - 1 + width], edge[first:last]
        _dots(values, part_values[:width] - bank_means[first], covariance)
        _dots(part_values, values[:width] - means[0], part_edge)
        _carry_on(
            covariance.astype(near.dtype),
            part_edge.astype(near.dtype),
            steps,
            halves,
            inverse,
            bank_steps[first:last],
            bank_halves[first:last],
            bank_twice[first:last],
            bank_square[first:last],
            (row + first, before, after),
            near,
        )


@part
def _carry_on(
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
    """Lower `near`, given cov(i, 0), shape (rows,), and cov(0, j), shape (columns,); the latter is written over.

    The diagonals lie still in memory while the bank's windows go by, so that the inner loop is one over neighbours.
    It reads one array of minima and writes another, because a loop that writes where it has read in the same
    comparison is compiled to masked stores, which are three times slower.
    """
    rows, columns = len(near), len(edge)
    row, before, after = gap
    passes = columns
    diagonals = np.empty(TILE + passes, near.dtype)
    old, new = np.empty(TILE, near.dtype), np.empty(TILE, near.dtype)
    for first in range(0, rows, TILE):
        last = min(first + TILE, rows)
        step, half, factor = steps[first:last], halves[first:last], inverse[first:last]
        for i in range(first, last):
            diagonals[passes + i - first] = covariance[i]
            old[i - first] = near[i]
        start, leaving, j = passes, edge[0], 0
        while j < columns:
            diagonal = diagonals[start : start + last - first]
            if j > 0:
                diagonal[0] = edge[j]
            edge[j] = leaving
            until = j + COLUMNS
            near_by = max(row + j - before + 1, first) < min(row + until - 1 + after, last)
            if until <= columns and not near_by:
                _columns(
                    diagonal, step, half, factor, j, edge, bank_steps, bank_halves, bank_twice, bank_square, old, new
                )
                j = until
            else:
                _column(
                    diagonal, step, half, factor, bank_steps[j], bank_halves[j], bank_twice[j], bank_square[j], old, new
                )
                for i in range(max(row + j - before + 1, first), min(row + j + after, last)):
                    new[i - first] = old[i - first]
                j += 1
            leaving = diagonal[last - first - 1]
            old, new = new, old
            start -= 1
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


@part
def _columns(
    diagonal: Either,
    step: Either,
    half: Either,
    factor: Either,
    j: int,
    edge: Either,
    bank_steps: Either,
    bank_halves: Either,
    bank_twice: Either,
    bank_square: Either,
    old: Either,
    new: Either,
) -> None:
    """Compare four reference windows, from `j` on, so that what is common to them is loaded and stored once.

    A covariance of the next window is the updated one of the row before, held in a variable; the compiler vectorises
    this only where all updates stand before all distances. `edge` has the covariances of the first row, and gets
    those of the row after the tile; but for the first window, whose are `diagonal[0]` and the caller's.
    """
    s0, s1, s2, s3 = bank_steps[j], bank_steps[j + 1], bank_steps[j + 2], bank_steps[j + 3]
    h0, h1, h2, h3 = bank_halves[j], bank_halves[j + 1], bank_halves[j + 2], bank_halves[j + 3]
    t0, t1, t2, t3 = bank_twice[j], bank_twice[j + 1], bank_twice[j + 2], bank_twice[j + 3]
    q0, q1, q2, q3 = bank_square[j], bank_square[j + 1], bank_square[j + 2], bank_square[j + 3]
    v1, v2, v3 = edge[j + 1], edge[j + 2], edge[j + 3]
    for i in range(len(step)):
        v0, s, h, f = diagonal[i], step[i], half[i], factor[i]
        n1 = v0 + (s * h0 + h * s0)
        n2 = v1 + (s * h1 + h * s1)
        n3 = v2 + (s * h2 + h * s2)
        n4 = v3 + (s * h3 + h * s3)
        d0 = q0 - t0 * (f * v0)
        d1 = q1 - t1 * (f * v1)
        d2 = q2 - t2 * (f * v2)
        d3 = q3 - t3 * (f * v3)
        d0 = d0 if d0 < d1 else d1
        d2 = d2 if d2 < d3 else d3
        d0 = d0 if d0 < d2 else d2
        new[i] = d0 if d0 < old[i] else old[i]
        diagonal[i] = n4
        v1, v2, v3 = n1, n2, n3
    edge[j + 1], edge[j + 2], edge[j + 3] = v1, v2, v3
