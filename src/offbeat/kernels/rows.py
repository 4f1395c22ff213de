"""Distances between rows of numbers and blocks of reference rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled, part

Either = NDArray[np.floating[Any]]
Places = NDArray[np.int64]


TOGETHER = 4
"""Features that are added in one pass, so that the distances are loaded and stored once for all of them."""


@compiled
def nearest_rows(rows: Either, at: Places, blocks: Either, places: Places, min_gap: int, k: int, out: Either) -> None:
    """Write each row's mean of its `k` smallest distances to the blocks.

    Squared distances, the nearest row of each block.

    Parameters
    ----------
    rows
        Of shape (rows, features), finite.
    at
        Where each row stands in its series, shape (rows,).
    blocks
        Shape (blocks, features, size): the reference rows lie as columns, so that the inner loop is one over
        neighbours in memory.
    places
        Where each reference row stands in the same series, shape (blocks, size).
    min_gap
        Rows that stand closer than this are not compared; 0 compares all.
    k
        How many blocks count; fewer where fewer have a row to compare with.
    out
        Shape (rows,), written to; infinity where there was nothing to compare with.

    Notes
    -----
    Rows and blocks are float64, or both are float32, which takes half of the time.
    """
    count, features, size = blocks.shape
    padded = -(-features // TOGETHER) * TOGETHER
    # the blocks' first rows, then their second ones: minima are then taken by halves, of all blocks at once
    columns = np.zeros((padded, size * count), blocks.dtype)
    for b in range(count):
        columns[:features, b::count] = blocks[b]
    row = np.zeros(padded, rows.dtype)
    distance, other = np.empty(size * count, rows.dtype), np.empty(size * count, rows.dtype)
    firsts, lasts = np.empty(count, np.int64), np.empty(count, np.int64)
    for b in range(count):
        firsts[b], lasts[b] = places[b].min(), places[b].max()
    for i in range(len(rows)):
        for f in range(features):
            row[f] = rows[i, f]
        distance[:] = 0.0
        for f in range(0, padded, TOGETHER):
            _add(row, columns, f, distance)
        for b in range(count):
            if firsts[b] - min_gap < at[i] < lasts[b] + min_gap:
                _exclude(at[i], places, b, min_gap, distance)
        left = size
        while left > 1:
            half = (left + 1) // 2
            _halve(distance, (left - half) * count, half * count, other)
            distance, other = other, distance
            left = half
        out[i] = _mean_of_least(distance[:count], k)


@part
def _add(row: Either, columns: Either, first: int, distance: Either) -> None:
    """Add the squared differences of four features."""
    a, b, c, d = row[first], row[first + 1], row[first + 2], row[first + 3]
    one, two, three, four = columns[first], columns[first + 1], columns[first + 2], columns[first + 3]
    for j in range(len(distance)):
        w, x, y, z = a - one[j], b - two[j], c - three[j], d - four[j]
        distance[j] += (w * w + x * x) + (y * y + z * z)


@part
def _exclude(at: int, places: Places, block: int, min_gap: int, distance: Either) -> None:
    """Make what stands too near infinitely far."""
    count, size = places.shape
    for j in range(size):
        if abs(at - places[block, j]) < min_gap:
            distance[j * count + block] = np.inf


@part
def _halve(distance: Either, ahead: int, count: int, least: Either) -> None:
    """Write the lesser of two distances that are so far ahead of one another, `count` of them."""
    others = distance[ahead:]
    for j in range(count):
        least[j] = distance[j] if distance[j] < others[j] else others[j]


@part
def _mean_of_least(minima: Either, k: int) -> float:
    """Return the mean of the `k` smallest finite minima; these are sorted in place."""
    for i in range(1, len(minima)):
        one, j = minima[i], i
        while j > 0 and minima[j - 1] > one:
            minima[j] = minima[j - 1]
            j -= 1
        minima[j] = one
    total, used = 0.0, 0
    while used < min(k, len(minima)) and minima[used] < np.inf:
        total += minima[used]
        used += 1
    return total / used if used > 0 else np.inf
