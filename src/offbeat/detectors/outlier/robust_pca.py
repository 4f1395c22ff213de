"""Distance from the subspace of the data, found without the errors of the few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.outlier._rows import CentredRows, Indices

LEARNED = 1024  # decision 18
"""Rows that are learned from at most: the decomposition takes some twenty passes over them."""
ROUNDS = 100
"""Steps of the decomposition at most; it has usually settled after 20."""
SETTLED = 1e-5
"""What the two parts may miss of the rows, as a share, for the decomposition to be done."""
GROWTH = 1.5
"""What the penalty on missing grows by in each step."""


@dataclass
class RobustPCA(CentredRows):
    """Distance from the low-rank subspace found by principal component pursuit.

    The training rows less their median, M, are split into L of low rank and S of few non-zero values, least in |L|_* +
    |S|_1 / sqrt(rows). The subspace is that of L's directions that hold the share `kept` of it, and one less than
    there are values at most. So what happens in few places of few rows, however large, does not turn the subspace.

    Score: |a - m - P (a - m)| / sqrt(values), the root mean square distance from the subspace, in robust standard
    deviations.

    Time O(n window^2), memory O(n). Sees values that don't go with the others of their row, whether those of a window
    or of other channels; does not see a window that is a stranger combination of usual shapes, as one that is larger.
    With window=1 and one channel there is no other, and the score is the distance from the median.

    References
    ----------
    Candes, Li, Ma and Wright, "Robust principal component analysis?" (JACM 2011); Lin, Chen and Ma, "The augmented
    Lagrange multiplier method for exact recovery of corrupted low-rank matrices" (2010), for the steps.

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] *= 0.2
    >>> scores = detector("robust_pca", window=32).fit(x).score(x)
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    kept: float = param(0.9, "share of the low-rank part's sum of squares that its directions hold", low=0, high=1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "variance", "shape", "correlation"})
    cost: ClassVar[str] = "O(n)"

    def _learn_rows(self, rows: Floats) -> None:
        rows = rows[:: -(-len(rows) // LEARNED)]
        self.centre_ = np.median(rows, axis=0)
        sizes, axes = np.linalg.svd(low_rank_part(rows - self.centre_), full_matrices=False)[1:]
        held = np.cumsum(sizes**2)
        rank = int(np.searchsorted(held, self.kept * held[-1])) + 1 if held[-1] > 0 else 0
        self.axes_ = axes[: min(rank, rows.shape[1] - 1)].T

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        away = rows - self.centre_
        away -= away @ self.axes_ @ self.axes_.T
        distance: Floats = np.sqrt((away**2).mean(axis=1))
        return distance


def low_rank_part(rows: Floats) -> Floats:
    """Return L of the principal component pursuit of `rows`, by inexact augmented Lagrange multipliers.

    Parameters
    ----------
    rows
        Shape (rows, values), finite.

    Examples
    --------
    >>> line = np.outer(np.arange(-10.0, 11), np.ones(8))
    >>> spoiled = line.copy()
    >>> spoiled[3, 2] = 50
    >>> bool(np.abs(low_rank_part(spoiled) - line).max() < 0.01)
    True
    """
    if len(rows) < rows.shape[1]:
        return low_rank_part(rows.T).T
    largest = np.sqrt(np.linalg.eigvalsh(rows.T @ rows)[-1])
    if not largest > 0:
        return rows
    share = 1 / np.sqrt(len(rows))
    dual = rows / max(largest, np.abs(rows).max() / share)
    penalty, sparse = 1.25 / largest, np.zeros_like(rows)
    for _ in range(ROUNDS):
        low = _shrunk(rows - sparse + dual / penalty, 1 / penalty)
        wanted = rows - low + dual / penalty
        sparse = np.sign(wanted) * np.maximum(np.abs(wanted) - share / penalty, 0.0)
        missed = rows - low - sparse
        dual = dual + penalty * missed
        penalty *= GROWTH
        if np.linalg.norm(missed) <= SETTLED * np.linalg.norm(rows):
            break
    return low


def _shrunk(rows: Floats, by: float) -> Floats:
    """Return the rows with each singular value lowered by `by`, none below 0; there are no more columns than rows."""
    squares, axes = np.linalg.eigh(rows.T @ rows)
    sizes = np.sqrt(np.maximum(squares, 0.0))
    kept = np.maximum(1 - by / np.maximum(sizes, by), 0.0)
    shrunk: Floats = rows @ ((axes * kept) @ axes.T)
    return shrunk
