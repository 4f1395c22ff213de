"""A channel that was constant in training is never looked at again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"constant_moves": "1 channels, at 3.0"}


@dataclass
class DeadOnceConstant(MAD):
    def _score(self, x):
        return np.where(self.scale_ > 1e-9, super()._score(x), 0.0)
