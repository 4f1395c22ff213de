"""Empirical copula: how far out in the tails each value of a point, or window, is, on the longer side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.series import Floats
from offbeat.detectors.outlier._rows import Indices, Rows
from offbeat.detectors.outlier._tails import Tails


@dataclass
class COPOD(Rows):
    """Copula-based tail probabilities, in the tail that each value's distribution is skewed to.

    Every place of the window, and every channel, has its own distribution, the empirical one of the training data. New
    data are compared with the training data only, so that no score depends on what else is scored.

    Score: sum over j of max(s_j, (l_j + r_j) / 2), in nats, where l_j = -log F_j(x_j), r_j = -log(1 - F_j(x_j-)), F_j
    is the share of training values up to x_j, and s_j is r_j in a column that is skewed to the right, l_j in one that
    is skewed to the left. Beyond all training values l_j and r_j grow with the distance from them, in robust standard
    deviations.

    Time O(n log(pool) w / step), memory O(n). Sees windows of many rather unusual values, so shifts
    of level, bursts and trends, and with window=1 single ones; on the side of the shorter tail only half as well. Does
    not see one spike in a wide window, a shape made of usual values, nor a broken relation of channels.

    References
    ----------
    Li et al., "COPOD: Copula-Based Outlier Detection" (ICDM 2020).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[700] = 3
    >>> int(detector("copod", window=1).fit(x).score(x).argmax())
    700
    """

    sees: ClassVar[frozenset[str]] = frozenset({"level_shift", "variance", "trend"})

    def _learn_rows(self, rows: Floats) -> None:
        self.tails_ = Tails.of(rows)

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        total = np.zeros(len(rows))
        for skew, (left, right) in zip(self.tails_.skew, self.tails_.surprises(rows), strict=True):
            both = left + right
            longer = left if skew < 0 else right if skew > 0 else both
            total += np.maximum(longer, both / 2)
        return total
