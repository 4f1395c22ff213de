"""A channel that no longer moves with the others."""

from __future__ import annotations

from offbeat.core.series import Floats
from offbeat.data.anomalies._kind import Stretch, kind, middle_and_swing


@kind(1.0, alone=True, order=11)
def correlation(x: Floats, at: Stretch) -> None:
    """Mirror one channel around its mean, `size` times as far."""
    middle, swing = middle_and_swing(x, at)
    x[at.rows] = middle - at.size * swing
