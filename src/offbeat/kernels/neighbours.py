"""The nearest rows of a bank, of those that overlap only one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@compiled
def nearest_of_stretches(
    dots: Array,
    squares: Array,
    bank_squares: Array,
    stretch: Indices,
    places: Indices,
    bank_places: Indices,
    min_gap: int,
    distances: Array,
    indices: Indices,
) -> None:
    """Find the nearest stretches of a bank, and the nearest row of each.

    Parameters
    ----------
    dots
        The dot product of each row with each row of the bank, shape (rows, bank).
    squares, bank_squares
        The sum of squares of each row, shape (rows,), and of each row of the bank, shape (bank,).
    stretch
        The number of the stretch that each row of the bank belongs to, shape (bank,); equal ones stand together.
    places, bank_places
        Where the rows stand in their series, shapes (rows,) and (bank,).
    min_gap
        Rows that stand closer than this are not compared; 0 compares all.
    distances
        Shape (rows, k), written to: squared distances, the least first; infinity where there are fewer stretches.
    indices
        int64 of shape (rows, k), written to: the row of the bank; -1 where there is none.

    Notes
    -----
    O(rows bank) time: a stretch is only moved into its place among the k where it is nearer than the last of them.
    """
    columns = len(bank_squares)
    most = distances.shape[1]
    for i in range(len(squares)):
        near, which = distances[i], indices[i]
        near[:] = np.inf
        which[:] = -1
        best, at = np.inf, -1
        for j in range(columns):
            distance = max(squares[i] + bank_squares[j] - 2.0 * dots[i, j], 0.0)
            if distance < best and abs(places[i] - bank_places[j]) >= min_gap:
                best, at = distance, j
            if j == columns - 1 or stretch[j + 1] != stretch[j]:
                if best < near[most - 1]:
                    slot = most - 1
                    while slot > 0 and near[slot - 1] > best:
                        near[slot], which[slot] = near[slot - 1], which[slot - 1]
                        slot -= 1
                    near[slot], which[slot] = best, at
                best, at = np.inf, -1
