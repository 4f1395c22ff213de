"""Mean plus k standard deviations."""

from __future__ import annotations

from dataclasses import dataclass

from offbeat.core.cut import Cut
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.thresholds._base import Known, Threshold


@dataclass
class KSigma(Threshold):
    """Mean plus k standard deviations of the scores; a few extreme scores raise it, so they can hide others.

    Examples
    --------
    >>> import numpy as np
    >>> KSigma(k=2.0).cut(np.array([1.0, 3.0])).value
    4.0
    """

    k: float = param(3.0, "standard deviations above the mean", low=0)

    def _cut(self, scores: Floats, known: Known) -> Cut:
        return Cut(float(scores.mean() + self.k * scores.std()))
