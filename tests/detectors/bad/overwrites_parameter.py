"""Its fit overwrites a parameter."""

from __future__ import annotations

from dataclasses import dataclass

from offbeat.core.params import param
from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"parameters": "fitting has changed a parameter"}


@dataclass
class OverwritesParameter(MAD):
    limit: float | None = param(None, "what scores are cut off at; None is nothing", low=0)

    def _fit(self, x):
        super()._fit(x)
        self.limit = 1e100
