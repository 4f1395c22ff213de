"""A second fit adds to the first."""

from __future__ import annotations

from dataclasses import dataclass

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"refit": "a second fit remembers the first"}


@dataclass
class Remembers(MAD):
    def _fit(self, x):
        before = getattr(self, "median_", None)
        super()._fit(x)
        self.median_ = self.median_ if before is None else (self.median_ + before) / 2
