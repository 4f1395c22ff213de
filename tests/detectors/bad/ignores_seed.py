"""Its fit draws from a generator that all of its kind share, whatever the seed is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.params import param
from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {
    "invariant_scale": "rank correlation",
    "invariant_offset": "rank correlation",
    "containers": "have other scores",
    "same_seed": "the same seed gives other scores",
    "fit_score": "something else than fit",
    "train": "has learned other than fit",
    "steady": "moves a score",
    "refit": "a second fit remembers the first",
}
SHARED = np.random.default_rng(0)


@dataclass
class IgnoresSeed(MAD):
    seed: int = param(0, "where the random numbers start", low=0)

    def _fit(self, x):
        super()._fit(x)
        self.median_ = self.median_ + SHARED.uniform(-0.5, 0.5) * self.scale_
