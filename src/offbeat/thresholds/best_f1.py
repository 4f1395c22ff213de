"""The threshold with the best F1, chosen with labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.cut import Cut
from offbeat.core.errors import InputError
from offbeat.core.series import Floats
from offbeat.thresholds._base import Known, Threshold


@dataclass
class BestF1(Threshold):
    """The threshold with the best F1 of points, chosen with the labels: an upper bound, not a fair result.

    Examples
    --------
    >>> round(BestF1().cut([0.0, 1.0, 0.5, 3.0, 2.0], labels=[0, 0, 0, 1, 1]).value, 4)
    1.0
    """

    needs_labels: ClassVar[bool] = True

    def _cut(self, scores: Floats, known: Known) -> Cut:
        from offbeat.metrics.oracles import oracle_point_f1

        labels = known.labels
        if labels is None or labels.all() or not labels.any():
            raise InputError("the best F1 needs labels of both kinds, and all points have the same; name other labels")
        best = oracle_point_f1(labels, scores)
        note = f"chosen with the labels, where F1 of points is {best.best:.3g}: an upper bound"
        lowest = float(np.nextafter(scores.min(), -np.inf))
        return Cut(max(best.threshold, lowest), notes=(note,))
