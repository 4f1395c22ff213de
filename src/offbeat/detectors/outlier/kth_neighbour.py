"""Distance to the k-th nearest row of the training data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.outlier._neighbours import NearestRows, last_of
from offbeat.detectors.outlier._rows import Indices


@dataclass
class KthNeighbour(NearestRows):
    """Distance to the k-th nearest neighbour in the training data, over all channels.

    The training data are cut into stretches of one window, and each gives one neighbour: a fault that happened fewer
    than k times does not hide behind its twins. Where the scored series is the training series, windows that overlap
    are not compared. The bank is up to 4096 windows, evenly spaced.

    Score: |a - b_k| / sqrt(values), the root mean square distance to the k-th nearest b, in robust standard deviations
    of the channels' training data.

    Time O(n bank window), memory O(n). Sees values and shapes that are rare in the training data; does not see a fault
    that happened there more than k times, nor one in a window that is wide beside it.

    References
    ----------
    Ramaswamy, Rastogi and Shim, "Efficient algorithms for mining outliers from large data sets" (SIGMOD 2000).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] *= 0.2
    >>> scores = detector("kth_neighbour", window=32).fit_score(x).scores
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    k: int = param(3, "which neighbour's distance is the score", low=1, high=4096, log=True)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape"})
    cost: ClassVar[str] = "O(n bank)"

    def _learn_rows(self, rows: Floats) -> None:
        self.bank_ = self._bank(rows)

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        return last_of(self.bank_.nearest(rows, places, self.k)[0])
