"""It cuts off at three units of the data, though it declares that the scale does not matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {
    "constant_moves": "2 channels, at 3.0",
    "invariant_scale": "rank correlation",
    "any_channel": "missed",
}


@dataclass
class UnitBound(MAD):
    def _score(self, x):
        return np.minimum(np.abs(x - self.median_), 3.0)
