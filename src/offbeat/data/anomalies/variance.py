"""A stretch with more noise."""

from __future__ import annotations

from offbeat.core.series import Floats
from offbeat.data.anomalies._kind import Stretch, kind


@kind(1.0, order=5)
def variance(x: Floats, at: Stretch) -> None:
    """Add noise of `size` usual deviations."""
    x[at.rows] += at.rng.normal(size=x[at.rows].shape) * at.size * at.usual
