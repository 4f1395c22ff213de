"""It can't take the narrowest window that it allows, nor one as wide as the series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.params import param
from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {
    "narrowest_window": "all scores are the same",
    "widest_window": "nothing is left",
}


@dataclass
class MindsItsWindow(MAD):
    window: int = param(25, "window width, in points", low=1)

    def _score(self, x):
        if self.window > 100 and len(x) == self.window:
            raise ValueError("nothing is left")
        return super()._score(x) if self.window > 1 else np.zeros(len(x))
