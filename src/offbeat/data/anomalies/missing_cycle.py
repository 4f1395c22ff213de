"""A cycle that does not happen."""

from __future__ import annotations

import numpy as np

from offbeat.core.robust import robust_sd
from offbeat.core.series import Floats
from offbeat.core.windows import fill
from offbeat.data.anomalies._kind import Stretch, kind


@kind(1.0, order=10)
def missing_cycle(x: Floats, at: Stretch) -> None:
    """Replace by a straight line with `size` times the usual noise."""
    filled = fill(x)
    steps = np.diff(filled, axis=0, prepend=filled[:1])
    noise = robust_sd(steps) / np.sqrt(2)
    share = np.linspace(0.0, 1.0, len(at))[:, None]
    line = filled[at.first] * (1 - share) + filled[at.last - 1] * share
    x[at.rows] = line + at.rng.normal(size=line.shape) * noise * at.size
