"""The score that a stated share of the points stays below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.cut import Cut
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.thresholds._base import Known, Threshold


@dataclass
class Percentile(Threshold):
    """The score that a stated share of the points stays below: 5 % of any data is flagged at the default.

    Examples
    --------
    >>> Percentile(90.0).cut(np.arange(101.0)).value
    90.0
    """

    percent: float = param(95.0, "share of the points below the threshold, in percent", low=0, high=100)

    def _cut(self, scores: Floats, known: Known) -> Cut:
        return Cut(float(np.percentile(scores, self.percent)))
