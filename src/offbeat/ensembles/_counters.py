"""Channels that only count up, or only down: what they do from row to row says more than where they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats

MOVES = 0.5
"""A counter moves at least at this share of the rows; a switch that was once turned on is none."""


def counters(x: Floats) -> NDArray[np.bool_]:
    """Return which columns of `x`, shape (n, channels), only rise or only fall, and do so most of the time.

    Examples
    --------
    >>> rows = np.arange(6.0)
    >>> counters(np.column_stack([rows**2, -rows, np.sin(rows), rows > 3]))
    array([ True,  True, False, False])
    """
    steps = np.diff(x, axis=0)
    up, down = (steps > 0).sum(axis=0), (steps < 0).sum(axis=0)
    moves = np.maximum(up, down) >= MOVES * np.maximum(np.isfinite(steps).sum(axis=0), 1)
    counting: NDArray[np.bool_] = moves & (np.minimum(up, down) == 0)
    return counting


def as_steps(x: Floats, counting: NDArray[np.bool_]) -> Floats:
    """Return `x` with the columns of counters replaced by their steps from the row before; the first is repeated."""
    if not counting.any() or len(x) < 2:
        return x
    steps = x.copy()
    steps[1:, counting] = np.diff(x[:, counting], axis=0)
    steps[0, counting] = steps[1, counting]
    return steps
