"""Judging its own training data it says something else than judging them later."""

from __future__ import annotations

from dataclasses import dataclass

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"fit_score": "other scores than fit"}


@dataclass
class FitJudgeDiffers(MAD):
    def _fit_score(self, x):
        self._fit(x)
        return super()._score(x) ** 2
