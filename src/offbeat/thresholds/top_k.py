"""The k highest separate peaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.cut import Cut
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.core.wording import counted
from offbeat.thresholds._base import Known, Threshold
from offbeat.thresholds._tail import peaks


@dataclass
class TopK(Threshold):
    """The k highest separate peaks: a list of fixed length, whether anything is wrong or not.

    Examples
    --------
    >>> scores = np.zeros(100)
    >>> scores[[10, 11, 50, 80]] = 3.0, 9.0, 7.0, 5.0
    >>> TopK(2).cut(scores).value
    6.0
    """

    k: int = param(5, "events wanted", low=1)

    def _cut(self, scores: Floats, known: Known) -> Cut:
        high = np.sort(peaks(scores, float(np.median(scores))))[::-1]
        if len(high) > self.k:
            return Cut(float(high[self.k - 1] + high[self.k]) / 2)
        few = f"the scores have only {counted(len(high), 'peak')}, and {self.k} events were asked for"
        return Cut(float(np.median(scores)), notes=(few,) if len(high) < self.k else ())
