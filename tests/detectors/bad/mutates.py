"""It fills the gaps in place, and they are the caller's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {
    "one_missing": "is not missing",
    "long_gap": "is not missing",
    "infinite": "is not missing",
    "input_untouched": "the input was changed",
}


@dataclass
class Mutates(MAD):
    takes_gaps: ClassVar[bool] = True

    def _fit(self, x):
        if np.isnan(x).any():
            x[np.isnan(x)] = 0.0
        super()._fit(x)

    def _score(self, x):
        return super()._score(np.nan_to_num(x))
