"""A stretch at another level."""

from __future__ import annotations

from offbeat.core.series import Floats
from offbeat.data.anomalies._kind import Stretch, kind


@kind(3.0, order=3)
def level_shift(x: Floats, at: Stretch) -> None:
    """Shift by `size` usual deviations, and back at the end."""
    x[at.rows] += at.size * at.usual
