"""A sensor that is stuck."""

from __future__ import annotations

from offbeat.core.series import Floats
from offbeat.core.windows import fill
from offbeat.data.anomalies._kind import Stretch, kind


@kind(1.0, order=9)
def frozen(x: Floats, at: Stretch) -> None:
    """Repeat the first value to the last digit; `size` has no meaning."""
    x[at.rows] = fill(x)[at.first]
