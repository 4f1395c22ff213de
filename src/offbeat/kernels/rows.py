"""Distances between rows of numbers and blocks of reference rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled

Array = NDArray[np.float64]
Places = NDArray[np.int64]


@compiled
def nearest_rows(rows: Array, at: Places, blocks: Array, places: Places, min_gap: int, k: int, out: Array) -> None:
    """Write each row's mean of its `k` smallest distances to the blocks.

    Squared distances, the nearest row of each block.

    Parameters
    ----------
    rows
        float64 of shape (rows, features), finite.
    at
        Where each row stands in its series, shape (rows,).
    blocks
        float64 of shape (blocks, features, size): the reference rows lie as columns, so that the inner loop is one over
        neighbours in memory.
    places
        Where each reference row stands in the same series, shape (blocks, size).
    min_gap
        Rows that stand closer than this are not compared; 0 compares all.
    k
        How many blocks count; fewer where fewer have a row to compare with.
    out
        Shape (rows,), written to; infinity where there was nothing to compare with.
    """
    count, features, size = blocks.shape
    distance = np.empty(size)
    minima = np.empty(count)
    for i in range(len(rows)):
        for b in range(count):
            distance[:] = 0.0
            for f in range(features):
                value = rows[i, f]
                column = blocks[b, f]
                for j in range(size):
                    away = value - column[j]
                    distance[j] += away * away
            place = places[b]
            least = np.inf
            for j in range(size):
                if distance[j] < least and abs(at[i] - place[j]) >= min_gap:
                    least = distance[j]
            minima[b] = least
        minima.sort()
        total, used = 0.0, 0
        while used < min(k, count) and minima[used] < np.inf:
            total += minima[used]
            used += 1
        out[i] = total / used if used > 0 else np.inf
