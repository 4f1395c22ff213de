"""Its squares overflow."""

from __future__ import annotations

from dataclasses import dataclass

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"arbitrary_training": "overflow", "arbitrary_scoring": "overflow"}


@dataclass
class ChokesOnHuge(MAD):
    def _score(self, x):
        return (x - self.median_) ** 2 / self.scale_**2
