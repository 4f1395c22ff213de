"""Distances of windows to a bank of windows over all channels, neighbours not overlapping."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled, part

Array = NDArray[np.float64]

STRETCH = 256
"""Columns of all channels that are sorted together, so that they stay in a core's first caches."""


@compiled
def neighbours(
    covariance: Array,
    edge: Array,
    series: Array,
    bank: Array,
    gap: tuple[int, int],
    k: int,
    zone: int,
    least: int,
    near: Array,
) -> None:
    """Write the distance of each window to its k-th nearest neighbour in the bank.

    Parameters
    ----------
    covariance
        cov(i, 0) for every window i of the series, shape (channels, rows).
    edge
        cov(0, j) for every window j of the bank, shape (channels, columns).
    series, bank
        Of each window, shape (channels, 4, rows) and (channels, 4, columns): half of what enters less what leaves on
        the way to the next one, what enters plus what leaves, the factor, and the square of the scaled window.
    gap
        (row, width): the bank's first window is the series' window `row`, and windows that are less than `width` away
        from one another are not compared; (0, 0) compares all.
    k, zone
        Each neighbour after the first starts at least `zone` away from those before. Where there are fewer than k, the
        last one found counts.
    least
        The distance of two windows is the mean over so many channels, those in which it is least.
    near
        Shape (rows,), written to; infinity where there is none.

    Notes
    -----
    O(rows columns (k + channels least)) time at most, (rows + columns) channels memory. It follows the same
    recurrence as `join.nearest`, one row of covariances after the other.
    """
    channels, rows, columns = len(edge), len(near), edge.shape[1]
    diagonals = np.empty((channels, rows + columns))
    diagonals[:, rows : rows + columns] = edge
    squared = np.empty((channels, columns))
    row, width = gap
    for i in range(rows):
        for c in range(channels):
            diagonal = diagonals[c, rows - i : rows - i + columns]
            diagonal[0] = covariance[c, i]
            own, other = series[c], bank[c]
            _row(diagonal, own[0, i], own[1, i], own[2, i], own[3, i], other, squared[c])
        profile = squared[0]
        if channels > 1:
            _together(squared, least)
        for j in range(max(0, i - row - width + 1), min(columns, i - row + width)):
            profile[j] = np.inf
        near[i] = _kth(profile, k, zone)
        if channels == 1:
            near[i] = np.sqrt(near[i])


@part
def _row(diagonal: Array, step: float, half: float, factor: float, square: float, bank: Array, squared: Array) -> None:
    """Write one window's squared distances to the bank, and update the covariances."""
    steps, halves, factors, squares = bank[0], bank[1], bank[2], bank[3]
    for j in range(len(squared)):
        value = diagonal[j]
        squared[j] = max(squares[j] + square - 2.0 * factor * factors[j] * value, 0.0)
        diagonal[j] = value + (step * halves[j] + half * steps[j])


@part
def _together(squared: Array, least: int) -> None:
    """Write to squared[0] the mean of the `least` smallest distances of each column.

    The channels are sorted by exchanging neighbours, as far as needed, for many columns at a time: the least float
    down, or, where that is fewer, the largest sink out of the way.
    """
    channels, columns = squared.shape
    most = channels - least
    for first in range(0, columns, STRETCH):
        block = squared[:, first : first + STRETCH]
        if least <= most:
            for done in range(least):
                for c in range(channels - 1, done, -1):
                    _exchange(block[c - 1], block[c])
        else:
            for done in range(most):
                for c in range(1, channels - done):
                    _exchange(block[c - 1], block[c])
        mean = block[0]
        for j in range(len(mean)):
            mean[j] = np.sqrt(mean[j])
        for c in range(1, least):
            row = block[c]
            for j in range(len(mean)):
                mean[j] += np.sqrt(row[j])
        for j in range(len(mean)):
            mean[j] /= least


@part
def _exchange(lower: Array, upper: Array) -> None:
    """Bring each pair of values into order."""
    for j in range(len(lower)):
        a, b = lower[j], upper[j]
        lower[j] = min(a, b)
        upper[j] = max(a, b)


@part
def _kth(profile: Array, k: int, zone: int) -> float:
    """Return the k-th smallest value outside the `zone` of smaller ones.

    The last finite one where there are fewer. Writes to `profile`.
    """
    found = np.inf
    for _ in range(k):
        least = np.inf
        for j in range(len(profile)):
            least = min(least, profile[j])
        if least == np.inf:
            break
        found = least
        at = 0
        while profile[at] != least:
            at += 1
        for j in range(max(0, at - zone + 1), min(len(profile), at + zone)):
            profile[j] = np.inf
    return found
