"""It divides by a spread that may be zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"constant_moves": "an infinite score", "constant_series": "constant series was not scored"}


@dataclass
class Infinite(MAD):
    def _score(self, x):
        with np.errstate(all="ignore"):
            return np.abs(x - self.median_) / np.where(self.scale_ > 1e-9, self.scale_, 0.0)
