"""One or more points below the rest."""

from __future__ import annotations

from offbeat.core.series import Floats
from offbeat.data.anomalies._kind import Stretch, kind


@kind(6.0, is_point=True, order=2)
def dip(x: Floats, at: Stretch) -> None:
    """Lower by `size` usual deviations."""
    x[at.rows] -= at.size * at.usual
