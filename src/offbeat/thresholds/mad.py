"""Median plus k robust standard deviations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.cut import Cut
from offbeat.core.params import param
from offbeat.core.robust import robust_sd
from offbeat.core.series import Floats
from offbeat.thresholds._base import Known, Threshold


@dataclass
class MAD(Threshold):
    """Median plus k times 1.4826 MAD of the scores: up to half of the points may be anomalous without moving it.

    Examples
    --------
    >>> round(MAD(k=3.0).cut(np.arange(101.0)).value, 2)
    161.19
    """

    k: float = param(5.0, "robust standard deviations above the median", low=0)

    def _cut(self, scores: Floats, known: Known) -> Cut:
        return Cut(float(np.median(scores) + self.k * robust_sd(scores)))
