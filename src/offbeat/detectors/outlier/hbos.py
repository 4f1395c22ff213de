"""Histograms: how seldom each value of a point, or window, was seen at its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from offbeat.core.params import param
from offbeat.core.robust import CLIP
from offbeat.core.series import Floats
from offbeat.detectors.outlier._rows import Indices, Rows

UNSEEN = 0.5  # decision 19
"""What an empty bin counts for: less than one value, more than none."""


@dataclass
class HBOS(Rows):
    """Histogram-based outlier score: rarity of each value's bin, summed over the window.

    The bins are of equal width between the least and the largest training value, but no further than 8 robust
    standard deviations from the middle, so that one absurd value does not put all others into one bin.

    Score: sum over j of log(h_j,max / h_j(x_j)), in nats, where h_j(x_j) is the count of the bin that x_j falls into,
    and half a count where the bin is empty. Beyond the bins it is the largest of these and the distance from them, in
    robust standard deviations.

    Time O(n w / step), memory O(n). Sees windows of many rather unusual values, so shifts of level, bursts
    and trends, and with window=1 single ones, also in a hole inside the usual range. Does not see one spike in a wide
    window, a shape made of usual values, nor a broken relation of channels.

    References
    ----------
    Goldstein and Dengel, "Histogram-based Outlier Score (HBOS)" (KI 2012).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[700] = 3
    >>> int(detector("hbos", window=1).fit(x).score(x).argmax())
    700
    """

    bins: int = param(32, "bins of each histogram", low=2, log=True)

    sees: ClassVar[frozenset[str]] = frozenset({"level_shift", "variance", "trend"})

    def _learn_rows(self, rows: Floats) -> None:
        self.low_, self.high_ = np.clip(rows.min(axis=0), -CLIP, CLIP), np.clip(rows.max(axis=0), -CLIP, CLIP)
        self.surprise_ = np.zeros((rows.shape[1], self.bins))
        for j, column in enumerate(rows.T):
            within = column[(column >= self.low_[j]) & (column <= self.high_[j])]
            counts = np.maximum(np.bincount(self._bins(within, j), minlength=self.bins), UNSEEN)
            self.surprise_[j] = np.log(counts.max() / counts)

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        total = np.zeros(len(rows))
        for j, column in enumerate(rows.T):
            beyond = np.maximum(np.maximum(self.low_[j] - column, column - self.high_[j]), 0.0)
            seen = self.surprise_[j, self._bins(column, j)]
            total += np.where(beyond > 0, self.surprise_[j].max() + beyond, seen)
        return total

    def _bins(self, column: Floats, j: int) -> NDArray[np.int64]:
        """Return the bin of each value of column j, the nearest one where it is beyond all."""
        span = self.high_[j] - self.low_[j]
        place = (column - self.low_[j]) / (span if span > 0 else 1.0) * self.bins
        return np.asarray(np.clip(place, 0, self.bins - 1), dtype=np.int64)
