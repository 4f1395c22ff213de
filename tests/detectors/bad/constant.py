"""Its score is the same for every point, and it declares to see everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {
    "one_missing": "missed",
    "long_gap": "missed",
    "missing_channel": "missed",
    "constant_channel": "missed",
    "constant_moves": "1 channels, at 3.0",
    "invariant_scale": "all scores are the same",
    "invariant_offset": "all scores are the same",
    "sees_spike": "missed",
    "sees_level_shift": "missed",
    "sees_trend": "missed",
    "sees_variance": "missed",
    "sees_shape": "missed",
    "sees_frozen": "missed",
    "sees_correlation": "missed",
    "not_constant": "all scores are the same",
    "any_channel": "missed",
}


@dataclass
class Constant(MAD):
    sees: ClassVar[frozenset[str]] = frozenset(
        {"spike", "level_shift", "trend", "variance", "shape", "frozen", "correlation"}
    )

    def _score(self, x):
        return np.ones_like(x)
