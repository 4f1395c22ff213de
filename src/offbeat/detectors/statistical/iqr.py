"""Distance outside the middle half of the values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.robust import MEAN_TO_SD, QUARTILES_TO_SD, floor_of, standard
from offbeat.core.series import Floats


@dataclass
class IQR(Detector):
    """Distance outside the quartiles, in interquartile ranges (Tukey's fences).

    max(Q1 - x, x - Q3, 0) / (Q3 - Q1), with the quartiles of the training data.

    Above and below are measured from a quartile of their own, so that skewed data have few outliers on their long side
    and some on the short one. The middle half of the values scores 0. Where the quartiles are equal, the mean absolute
    deviation takes the place of their distance. It sees single values outside the usual range and nothing else.

    Score: distances between the quartiles; above 1.5 is Tukey's "outside", above 3 "far out". A channel that was
    constant in training scores 0 while it stays so, and at least 1e4 as soon as it moves by a millionth of its value.
    Time O(n), memory O(n).

    References
    ----------
    Tukey (1977), Exploratory data analysis, chapter 2.

    Examples
    --------
    >>> IQR().fit(np.arange(101)).score([50, 80, 175, -50])
    array([0. , 0.1, 2. , 1.5])
    """

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    memory: ClassVar[int] = 80

    def _fit(self, x: Floats) -> None:
        self.quartiles_ = np.quantile(x, (0.25, 0.75), axis=0)
        floor = floor_of(x)
        range_ = self.quartiles_[1] - self.quartiles_[0]
        mean = QUARTILES_TO_SD * MEAN_TO_SD * np.abs(x - np.median(x, axis=0)).mean(axis=0)
        self.range_ = np.maximum(np.where(range_ > floor, range_, mean), floor)

    def _score(self, x: Floats) -> Floats:
        outside = np.maximum(self.quartiles_[0] - x, x - self.quartiles_[1])
        return np.maximum(standard(outside, np.zeros(x.shape[1]), self.range_), 0.0)
