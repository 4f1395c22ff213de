"""With `train` it learns from the rows after the first ones, too."""

from __future__ import annotations

from dataclasses import dataclass

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"train": "has learned other than fit(x[:800])"}


@dataclass
class LearnsAll(MAD):
    def _continue_with_members(self, x):
        self._fit(x)
        return super()._continue_with_members(x)
