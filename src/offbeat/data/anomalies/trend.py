"""A slow drift."""

from __future__ import annotations

import numpy as np

from offbeat.core.series import Floats
from offbeat.data.anomalies._kind import Stretch, kind


@kind(4.0, order=4)
def trend(x: Floats, at: Stretch) -> None:
    """Drift away to `size` usual deviations, and jump back at the end."""
    x[at.rows] += np.linspace(0.0, at.size, len(at) + 1)[1:, None] * at.usual
