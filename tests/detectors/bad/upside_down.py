"""Its score is higher for what is usual."""

from __future__ import annotations

from dataclasses import dataclass

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {
    "one_missing": "missed",
    "long_gap": "missed",
    "missing_channel": "missed",
    "constant_channel": "missed",
    "constant_moves": "1 channels, at 3.0",
    "sees_spike": "missed",
    "any_channel": "missed",
}


@dataclass
class UpsideDown(MAD):
    def _score(self, x):
        return -super()._score(x)
