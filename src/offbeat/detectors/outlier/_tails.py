"""How far out in the tails of the training data a value is, column by column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats


@dataclass(frozen=True, eq=False)
class Tails:
    """The training values of each column in order, shape (columns, values), and the sign of each column's skewness.

    The empirical tail ends with the outermost training value: whatever lies there or beyond would be equally odd. So
    beyond the outermost but one it goes on as an exponential tail of scale 1: the further out, the odder.
    """

    ordered: Floats
    skew: Floats

    @classmethod
    def of(cls, rows: Floats) -> Tails:
        """Learn from rows of shape (rows, columns), in the columns' own scales. O(rows log(rows) columns)."""
        away = rows - rows.mean(axis=0)
        return cls(np.sort(rows, axis=0).T.copy(), np.sign((away**3).mean(axis=0)))

    def surprises(self, rows: Floats) -> Iterator[tuple[Floats, Floats]]:
        """Yield for each column -log(share of training values up to each of its values), and the same from it on."""
        m = self.ordered.shape[1]
        inner = min(1, m - 1)
        for known, column in zip(self.ordered, rows.T, strict=True):
            left = _surprise(np.searchsorted(known, column, "right"), m, known[inner] - column)
            over = m - np.searchsorted(known, column, "left")
            yield left, _surprise(over, m, column - known[m - 1 - inner])


def _surprise(count: NDArray[np.int64], known: int, beyond: Floats) -> Floats:
    """Return -log(count / known) and, of what is beyond the outermost value but one, how far it is beyond."""
    share = np.where(count > 0, count / known, 1.0 / (known + 1.0))
    return np.maximum(beyond, 0.0) - np.log(share)
