"""Distance from the mean in standard deviations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.series import Floats


@dataclass
class ZScore(Detector):
    """Distance from the mean in standard deviations, |x - mean| / sd; the mean of the whole or of a moving window.

    Score: standard deviations. Time O(n), memory O(n).
    """

    window: int | None = param(None, "width of the moving window, in points; None is the whole series", low=3)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level"})

    def _fit(self, x: Floats) -> None:
        self.mean_ = x.mean(axis=0)
        self.sd_ = x.std(axis=0)

    def _score(self, x: Floats) -> Floats:
        z: Floats = np.abs(x - self.mean_) / np.where(self.sd_ > 0, self.sd_, 1.0)
        return z
