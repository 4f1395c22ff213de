"""One missing value makes every score 0, and nothing says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"one_missing": "missed", "long_gap": "missed", "missing_channel": "missed"}


@dataclass
class SilentUnderNan(MAD):
    takes_gaps: ClassVar[bool] = True

    def _fit(self, x):
        super()._fit(np.nan_to_num(x))

    def _score(self, x):
        return np.zeros_like(x) if np.isnan(x).any() else super()._score(x)
