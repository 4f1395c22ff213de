"""Mahalanobis distance by the covariance of the half of the data that lies closest together."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.outlier._rows import CentredRows, Indices
from offbeat.detectors.outlier._subspace import Subspace

LEARNED = 2048
"""Rows that are learned from at most; the search for the closest half takes seconds of more."""
GRAIN = 1e-3
"""The sd of the noise that training rows get, in robust standard deviations: no direction is without a spread."""


@dataclass
class MCD(CentredRows):
    """Robust Mahalanobis distance, by the minimum covariance determinant.

    The half whose covariance has the least determinant is found by scikit-learn. Rows of more than `directions` values
    are described by their directions of largest variance, and by the distance from these directions, whose square
    counts in units of its training mean for each value left out.

    Score: sqrt((a - m)' C^-1 (a - m) + rest), the Mahalanobis distance; with as many values as directions the rest is
    0.

    Time O(n window directions), memory O(n). Sees values that don't go with each other, and shifts; does not see what
    more than half of the training data do, nor with several normal states, that one of them is between the others.

    References
    ----------
    Rousseeuw and Van Driessen, "A fast algorithm for the minimum covariance determinant estimator" (1999); Hubert,
    Rousseeuw and Vanden Branden, "ROBPCA" (2005), for the two distances.

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5) + 0.1 * np.cos(np.arange(1000) ** 2)
    >>> x[700] = 3
    >>> int(detector("mcd", window=1).fit(x).score(x).argmax())
    700
    """

    directions: int = param(12, "directions in which rows are described", low=1, high=100)  # decision 18
    seed: int = param(0, "seed of the search's starting places", low=0, high=2**32 - 1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape", "correlation"})

    def _learn_rows(self, rows: Floats) -> None:
        from sklearn.covariance import MinCovDet

        rows = rows[:: -(-len(rows) // LEARNED)]
        self.subspace_ = Subspace.of(rows, self.directions)
        inside = self.subspace_.inside(rows)
        inside = inside + np.random.default_rng(self.seed).normal(0.0, GRAIN, inside.shape)
        if len(inside) < 2 * inside.shape[1] + 2:
            self.middle_row_, covariance = np.median(inside, axis=0), np.eye(inside.shape[1])
        else:
            with warnings.catch_warnings():  # where the determinant rises by rounding, the half is found all the same
                warnings.simplefilter("ignore", RuntimeWarning)
                found = MinCovDet(random_state=self.seed).fit(inside)
            self.middle_row_, covariance = found.location_, found.covariance_
        self.whitening_ = np.linalg.pinv(np.linalg.cholesky(covariance + GRAIN**2 * np.eye(len(covariance))))

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        within = (self.subspace_.inside(rows) - self.middle_row_) @ self.whitening_.T
        scores: Floats = np.sqrt((within**2).sum(axis=1) + self.subspace_.outside(rows))
        return scores
