"""It makes a hundred copies of the data and declares ten."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"memory": "bytes a value"}


@dataclass
class MemoryHog(MAD):
    def _score(self, x):
        return np.repeat(super()._score(x)[:, :, None], 100, axis=2).max(axis=2)
