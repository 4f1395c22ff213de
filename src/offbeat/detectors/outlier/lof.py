"""How much sparser it is around a row than around its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.outlier._neighbours import NearestRows, last_of
from offbeat.detectors.outlier._rows import Indices

LEAST = 0.01
"""Added to each mean distance, in robust standard deviations: equal rows are dense, but not without end."""


@dataclass
class LOF(NearestRows):
    """Local outlier factor: density around the neighbours over the density around the window.

    The training data are cut into stretches of one window, and each gives one neighbour at most; where the scored
    series is the training series, windows that overlap are not compared. So k neighbours are k events. The bank is up
    to 4096 windows, evenly spaced.

    Score: with r(a, b) = max(|a - b|, distance of b to its own k-th neighbour) and reach(a) the mean r(a, b) over the
    k neighbours b of a, it is the mean of reach(a) / reach(b): 1 is usual, 2 is twice as sparse as around.

    Time O(n bank window), memory O(n). Sees what lies apart from the training data, by the measure of the data next to
    it; does not see what they hold k times, nor what is far from everything where everything is far apart.

    References
    ----------
    Breunig, Kriegel, Ng and Sander, "LOF: identifying density-based local outliers" (SIGMOD 2000).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] *= 0.2
    >>> scores = detector("lof", window=32).fit_score(x).scores
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    k: int = param(10, "neighbours that a density is measured by", low=1, high=1024, log=True)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape"})
    cost: ClassVar[str] = "O(n bank)"

    def _learn_rows(self, rows: Floats) -> None:
        self.bank_ = self._bank(rows)
        distances, neighbours = self.bank_.nearest(rows, self.at_, self.k)
        self.widths_ = np.nan_to_num(last_of(distances))
        self.reaches_ = np.nan_to_num(self._reach(distances, neighbours))

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        distances, neighbours = self.bank_.nearest(rows, places, self.k)
        known = neighbours >= 0
        densities = np.where(known, 1 / (self.reaches_[neighbours] + LEAST), 0.0)
        return (self._reach(distances, neighbours) + LEAST) * _mean(densities, known)

    def _reach(self, distances: Floats, neighbours: Indices) -> Floats:
        """Return the mean distance to the neighbours, none nearer than their own k-th, (rows,); NaN for none."""
        known = neighbours >= 0
        return _mean(np.where(known, np.maximum(distances, self.widths_[neighbours]), 0.0), known)


def _mean(values: Floats, known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    """Return the mean of the known values of each row; the others are 0. NaN where none is known."""
    with np.errstate(invalid="ignore"):
        mean: Floats = values.sum(axis=1) / known.sum(axis=1)
    return mean
