"""It measures from zero, though it declares that an offset does not matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"invariant_offset": "rank correlation"}


@dataclass
class ZeroBound(MAD):
    def _fit(self, x):
        super()._fit(x)
        self.median_ = np.zeros_like(self.median_)
