"""It follows the data that it scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {
    "pure": "scored twice have other scores",
    "train": "other",
    "steady": "moves a score",
}


@dataclass
class LearnsWhileScoring(MAD):
    def _score(self, x):
        scores = super()._score(x)
        self.median_ = 0.9 * self.median_ + 0.1 * np.median(x, axis=0)
        return scores
