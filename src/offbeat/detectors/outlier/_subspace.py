"""The directions in which rows vary, where they have more values than a model of them can hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.robust import clipped
from offbeat.core.series import Floats
from offbeat.detectors._windows import squares

LEAST = 1e-3
"""The smallest spread of what is left outside, in robust standard deviations: perfect data have none."""


@dataclass(frozen=True, eq=False)
class Subspace:
    """The directions of largest variance of some rows, and how much is usual outside of them.

    Parameters
    ----------
    centre
        Shape (values,).
    axes
        Shape (values, directions), of unit length; all of them where rows have no more values than were wanted.
    rest
        The root mean square of what is left outside, a value.
    """

    centre: Floats
    axes: Floats
    rest: float

    @classmethod
    def of(cls, rows: Floats, most: int) -> Subspace:
        """Find at most `most` directions, and no more than a fifth of the rows; outliers are cut off for it."""
        near = clipped(rows)
        centre = near.mean(axis=0)
        values = rows.shape[1]
        wanted = min(most, max(len(rows) // 5, 1), values)
        if wanted == values:
            return cls(centre, np.eye(values), LEAST)
        axes = np.linalg.svd(near - centre, full_matrices=False)[2][:wanted].T
        outside = near - centre - (near - centre) @ axes @ axes.T
        return cls(centre, axes, max(float(np.sqrt((outside**2).sum() / len(rows) / (values - wanted))), LEAST))

    def inside(self, rows: Floats) -> Floats:
        """Return the rows' places in the subspace, shape (rows, directions)."""
        return (rows - self.centre) @ self.axes

    def outside(self, rows: Floats) -> Floats:
        """Return the squared distance from the subspace in units of what is usual for a value, shape (rows,)."""
        away = rows - self.centre
        away -= away @ self.axes @ self.axes.T
        return squares(away) / self.rest**2
