"""It keeps a function, which no model file can hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"save_load": "can't hold"}


@dataclass
class Unsaveable(MAD):
    def _fit(self, x):
        super()._fit(x)
        self.rule_ = np.abs
