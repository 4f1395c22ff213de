"""One or more points above the rest."""

from __future__ import annotations

from offbeat.core.series import Floats
from offbeat.data.anomalies._kind import Stretch, kind


@kind(6.0, is_point=True, order=1)
def spike(x: Floats, at: Stretch) -> None:
    """Raise by `size` usual deviations."""
    x[at.rows] += at.size * at.usual
