"""How far out in the tails each value of a point, or window, is: on the side that makes it oddest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.series import Floats
from offbeat.detectors.outlier._rows import Indices, Rows
from offbeat.detectors.outlier._tails import Tails


@dataclass
class ECOD(Rows):
    """Empirical tail probabilities of a window's values, each on its own.

    Every place of the window, and every channel, has its own distribution, the empirical one of the training data. New
    data are compared with the training data only, so that no score depends on what else is scored.

    Score: sum over j of max(-log F_j(x_j), -log(1 - F_j(x_j-))), in nats: F_j is the share of training values up to
    x_j. Beyond all training values it grows with the distance from them, in robust standard deviations.

    Time O(n log(pool) w / step), memory O(n). Sees windows of many rather unusual values, so shifts
    of level, bursts and trends, and with window=1 single ones. Does not see one spike in a wide window, a shape made of
    usual values, nor a broken relation of channels.

    References
    ----------
    Li et al., "ECOD: Unsupervised Outlier Detection Using Empirical Cumulative Distribution Functions" (TKDE 2022).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[700] = 3
    >>> int(detector("ecod", window=1).fit(x).score(x).argmax())
    700
    """

    sees: ClassVar[frozenset[str]] = frozenset({"level_shift", "variance", "trend"})

    def _learn_rows(self, rows: Floats) -> None:
        self.tails_ = Tails.of(rows)

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        total = np.zeros(len(rows))
        for left, right in self.tails_.surprises(rows):
            total += np.maximum(left, right)
        return total
