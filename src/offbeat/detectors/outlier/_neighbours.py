"""What detectors share that compare rows with the rows of a bank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from offbeat.core.series import Floats
from offbeat.detectors._windows import min_gap_for, squares
from offbeat.detectors.outlier._rows import CentredRows, Indices

PAIRS = 2**22
"""Pairs of rows whose products are held at one time."""
SLICE = 64
"""Rows that one thread looks through in one go."""


@dataclass(frozen=True, eq=False)
class Bank:
    """Training rows to compare with, and what says which of them are neighbours in time.

    Parameters
    ----------
    rows
        Shape (bank, values).
    places
        Where each row stands among all rows of the training series, shape (bank,).
    groups
        Shape (bank,), equal numbers stand together: each group gives one neighbour at most, its nearest row.
    min_gap
        Rows that stand closer than this are not compared.
    """

    rows: Floats
    places: Indices
    groups: Indices
    min_gap: int

    @classmethod
    def of(cls, rows: Floats, places: Indices, width: int) -> Bank:
        """Group the rows by stretches of `width` places, which is how far apart rows stand that don't overlap.

        In a series of fewer than 2 width + 1 rows, rows need not stand so far apart, so that each has a neighbour.
        """
        return cls(rows, places, places // width, min_gap_for(int(places[-1]) + 1, width))

    def part(self, chosen: Indices, groups: Indices) -> Bank:
        """Return the chosen rows, in that order, with groups of their own."""
        return Bank(self.rows[chosen], self.places[chosen], groups, self.min_gap)

    def nearest(self, rows: Floats, places: Indices | None, k: int) -> tuple[Floats, Indices]:
        """Return the k nearest groups of each row, the nearest first.

        Parameters
        ----------
        rows
            Shape (rows, values).
        places
            Where they stand in the training series, shape (rows,); None where they come from another one.
        k
            Neighbours wanted.

        Returns
        -------
        Distances (root mean square over the values), infinity where there are fewer than k; and the rows of the bank
        that are so near, -1 where there is none; both of shape (rows, k). O(rows bank values) time.
        """
        from offbeat.kernels.neighbours import nearest_of_stretches
        from offbeat.kernels.threads import in_slices

        distances, indices = np.empty((len(rows), k)), np.empty((len(rows), k), dtype=np.int64)
        min_gap = 0 if places is None else self.min_gap
        own = np.zeros(len(rows), dtype=np.int64) if places is None else places
        bank_squares = squares(self.rows)

        for block, dots, own_squares in self._blocks(rows):
            near, which, at = distances[block], indices[block], own[block]

            def one(first: int, last: int) -> None:
                part = slice(first, last)
                known = (dots[part], own_squares[part], bank_squares, self.groups, at[part], self.places, min_gap)  # noqa: B023
                nearest_of_stretches(*known, near[part], which[part])  # noqa: B023

            in_slices(one, len(dots), SLICE)
        return np.sqrt(distances / rows.shape[1]), indices

    def squared(self, rows: Floats, places: Indices | None) -> Iterator[tuple[slice, Floats]]:
        """Yield blocks of rows with their mean squared distances to the whole bank; infinity to what is too near."""
        bank_squares = squares(self.rows)
        for block, dots, own_squares in self._blocks(rows):
            away = np.maximum(own_squares[:, None] + bank_squares - 2.0 * dots, 0.0) / rows.shape[1]
            if places is not None:
                away[np.abs(places[block, None] - self.places) < self.min_gap] = np.inf
            yield block, away

    def _blocks(self, rows: Floats) -> Iterator[tuple[slice, Floats, Floats]]:
        """Yield blocks of rows with their products with the bank, and their sums of squares."""
        size = max(PAIRS // len(self.rows), 1)
        for first in range(0, len(rows), size):
            block = slice(first, first + size)
            yield block, rows[block] @ self.rows.T, squares(rows[block])


@dataclass
class NearestRows(CentredRows):
    """Score a row by rows of a bank that are near to it.

    Where the scored series is the training series, rows that overlap a row are not compared with it; and of training
    rows that overlap, only the nearest counts as a neighbour, else all k would be the same event, a little shifted.
    """

    def _bank(self, rows: Floats) -> Bank:
        """Return the training rows as a bank; to be called in `_learn_rows`."""
        return Bank.of(rows, self.at_, self._points)


def last_of(distances: Floats) -> Floats:
    """Return the distance to the last neighbour that there is, shape (rows,); NaN where there is none.

    Parameters
    ----------
    distances
        Shape (rows, k), the nearest first, infinity where there are fewer.

    Examples
    --------
    >>> last_of(np.array([[1.0, 2.0], [1.0, np.inf], [np.inf, np.inf]]))
    array([ 2.,  1., nan])
    """
    count = np.isfinite(distances).sum(axis=1)
    last = distances[np.arange(len(distances)), np.maximum(count - 1, 0)]
    return np.where(count > 0, last, np.nan)
