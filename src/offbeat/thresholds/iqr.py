"""Upper quartile plus k interquartile ranges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.cut import Cut
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.thresholds._base import Known, Threshold


@dataclass
class IQR(Threshold):
    """Upper quartile plus k interquartile ranges (Tukey's fence), of the scores.

    Examples
    --------
    >>> IQR().cut(np.arange(101.0)).value
    150.0
    """

    k: float = param(1.5, "interquartile ranges above the upper quartile", low=0)

    def _cut(self, scores: Floats, known: Known) -> Cut:
        low, high = np.quantile(scores, (0.25, 0.75))
        return Cut(float(high + self.k * (high - low)))
