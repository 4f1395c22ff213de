"""It does not judge every fifth point, for no reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {
    "all_judged": "clean point was not scored",
    "one_missing": "missed",
    "constant_moves": "1 channels, at 3.0",
    "sees_spike": "missed",
    "steady": "moves a score",
}


@dataclass
class GivesUp(MAD):
    def _score(self, x):
        scores = super()._score(x)
        scores[::5] = np.nan
        return scores
