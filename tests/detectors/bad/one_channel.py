"""It looks at the first channel only."""

from __future__ import annotations

from dataclasses import dataclass

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {
    "missing_channel": "missed",
    "constant_channel": "missed",
    "constant_moves": "2 channels, at 3.0",
    "any_channel": "missed",
}


@dataclass
class OneChannel(MAD):
    def _score(self, x):
        return super()._score(x)[:, 0]
