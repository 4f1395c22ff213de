"""It keeps what it learned where no model file looks."""

from __future__ import annotations

from dataclasses import dataclass

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"save_load": "has changed the scores"}
LEARNED: dict[int, float] = {}


@dataclass
class LosesState(MAD):
    def _fit(self, x):
        super()._fit(x)
        LEARNED[id(self)] = 2.0

    def _score(self, x):
        return LEARNED.get(id(self), 1.0) * super()._score(x)
