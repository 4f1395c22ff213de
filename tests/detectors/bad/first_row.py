"""Its scores are counted from the first row of the data that it scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"steady": "scored data without its first row moves a score"}


@dataclass
class FirstRow(MAD):
    def _score(self, x):
        scores = super()._score(x)
        return scores + 0.01 * scores * (np.arange(len(x)) % 2)[:, None]
