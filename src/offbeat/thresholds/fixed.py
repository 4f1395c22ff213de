"""A score that the user gives."""

from __future__ import annotations

from dataclasses import dataclass

from offbeat.core.cut import Cut
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.thresholds._base import Known, Threshold


@dataclass
class Fixed(Threshold):
    """A score that the user gives, in the detector's own unit.

    Examples
    --------
    >>> import numpy as np
    >>> Fixed(3.5).cut(np.arange(10.0)).value
    3.5
    """

    score: float = param(3.0, "scores above this are alarms")

    def _cut(self, scores: Floats, known: Known) -> Cut:
        return Cut(float(self.score))
