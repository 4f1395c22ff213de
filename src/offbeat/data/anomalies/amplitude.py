"""Cycles of another height."""

from __future__ import annotations

from offbeat.core.series import Floats
from offbeat.data.anomalies._kind import Stretch, kind, middle_and_swing


@kind(2.5, order=8)
def amplitude(x: Floats, at: Stretch) -> None:
    """Swing `size` times as far around the middle."""
    middle, swing = middle_and_swing(x, at)
    x[at.rows] = middle + at.size * swing
