"""It returns one score fewer than there are points, unless there are as many as in training."""

from __future__ import annotations

from dataclasses import dataclass

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {
    "arbitrary_scoring": "scores for",
    "same_length": "scores for",
    "tiny": "scores for",
    "pure": "scores for",
    "fit_score": "scores for",
    "train": "scores for",
    "steady": "scores for",
}


@dataclass
class Shorter(MAD):
    def _score(self, x):
        scores = super()._score(x)
        return scores if len(x) == self.trained_length_ else scores[:-1]
