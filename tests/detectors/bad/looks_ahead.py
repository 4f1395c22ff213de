"""It declares to be causal and looks at the next point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"causal": "a later point changed a score"}


@dataclass
class LooksAhead(MAD):
    causal: ClassVar[bool] = True

    def _score(self, x):
        scores = super()._score(x)
        return np.maximum(scores, np.roll(scores, -1, axis=0))
