"""It can't score fewer than ten points, and leaves it to NumPy to say so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {
    "arbitrary_training": "window shape cannot",
    "arbitrary_scoring": "window shape cannot",
    "more_channels_than_rows": "window shape cannot",
    "tiny": "window shape cannot",
}


@dataclass
class NeedsTen(MAD):
    def _score(self, x):
        smooth = np.lib.stride_tricks.sliding_window_view(x, 10, axis=0).min(axis=2)
        return super()._score(x) + 0 * smooth[0]
