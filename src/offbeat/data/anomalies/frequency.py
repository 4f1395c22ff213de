"""Cycles of another speed."""

from __future__ import annotations

import numpy as np

from offbeat.core.series import Floats
from offbeat.core.windows import fill
from offbeat.data.anomalies._kind import Stretch, kind


@kind(2.0, order=7)
def frequency(x: Floats, at: Stretch) -> None:
    """Run `size` times as fast."""
    n = len(x)
    # the course ahead is played faster; at the end of the series it turns round
    places = (at.first + at.size * np.arange(len(at))) % max(2 * (n - 1), 1)
    places = np.where(places > n - 1, 2 * (n - 1) - places, places)
    x[at.rows] = np.column_stack([np.interp(places, np.arange(n), channel) for channel in fill(x).T])
