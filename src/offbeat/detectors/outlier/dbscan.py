"""Distance to the nearest dense place of the training data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.outlier._neighbours import NearestRows, last_of
from offbeat.detectors.outlier._rows import Indices

LEAST = 1e-3
"""The smallest radius, in robust standard deviations: of equal rows it would be zero."""


@dataclass
class DBSCAN(NearestRows):
    """Distance to the nearest core point of DBSCAN's clusters; noise lies beyond the radius.

    A training row is a core where its k-th neighbour is within the radius; the radius is the distance that a share
    `cores` of the training rows have to that neighbour. The training data are cut into stretches of one window, and
    each gives one neighbour at most; where the scored series is the training series, windows that overlap are not
    compared. The bank is up to 4096 windows, evenly spaced.

    Score: min over the cores c of |a - c| / radius: above 1, DBSCAN calls the row noise.

    Time O(n bank window), memory O(n). Sees what is far from all that the training data hold more than k times; does
    not see what they hold that often.

    References
    ----------
    Ester, Kriegel, Sander and Xu, "A density-based algorithm for discovering clusters in large spatial databases with
    noise" (KDD 1996).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] *= 0.2
    >>> scores = detector("dbscan", window=32).fit_score(x).scores
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    k: int = param(5, "neighbours that a core has within the radius", low=1, high=1024, log=True)
    cores: float = param(0.9, "share of the training data that are cores", low=0.01, high=1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape"})
    cost: ClassVar[str] = "O(n bank)"

    def _learn_rows(self, rows: Floats) -> None:
        bank = self._bank(rows)
        widths = np.nan_to_num(last_of(bank.nearest(rows, self.at_, self.k)[0]))
        self.radius_ = max(float(np.quantile(widths, self.cores, method="inverted_cdf")), LEAST)
        chosen = np.flatnonzero(widths <= self.radius_)
        self.bank_ = bank.part(chosen, bank.groups[chosen])

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        return last_of(self.bank_.nearest(rows, places, 1)[0]) / self.radius_
