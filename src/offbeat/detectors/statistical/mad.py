"""Distance from the median in median absolute deviations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.robust import scale_of, standard
from offbeat.core.series import Floats


@dataclass
class MAD(Detector):
    """Modified z-score: distance from the median in median absolute deviations.

    0.6745 |x - median| / MAD, with median and MAD of the training data.

    The outliers that it looks for don't move what they are measured by. Where more than half of the values are equal,
    so that MAD is 0, the mean absolute deviation takes its place: |x - median| / (1.2533 mean |x - median|).

    Score: robust standard deviations; above 3.5 is the authors' outlier. A channel that was constant in training
    scores 0 while it stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n), memory
    O(n).

    References
    ----------
    Iglewicz, Hoaglin (1993), How to detect and handle outliers, chapter 3.

    Examples
    --------
    >>> MAD().fit([1, 2, 3, 4, 5, 100]).score([3.5, 8]).round(1)
    array([0., 2.])
    """

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    memory: ClassVar[int] = 80

    def _fit(self, x: Floats) -> None:
        self.median_ = np.median(x, axis=0)
        self.scale_ = scale_of(x, self.median_)

    def _score(self, x: Floats) -> Floats:
        return np.abs(standard(x, self.median_, self.scale_))
