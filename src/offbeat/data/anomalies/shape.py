"""Cycles of another shape."""

from __future__ import annotations

import numpy as np

from offbeat.core.series import Floats
from offbeat.data.anomalies._kind import Stretch, kind, middle_and_swing


@kind(2.0, order=6)
def shape(x: Floats, at: Stretch) -> None:
    """Flatten the cycles towards a square wave of the same height; more for larger `size`."""
    middle, swing = middle_and_swing(x, at)
    height = np.abs(swing).max(axis=0)
    height = np.where(height > 0, height, 1.0)
    x[at.rows] = middle + np.sign(swing) * height * (np.abs(swing) / height) ** (1 / (1 + at.size))
