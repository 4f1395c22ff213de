"""Counters: channels that only rise or only fall, replaced by their steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats

MOVES = 0.5
"""A counter moves in at least this share of the rows; a switch turned on once is no counter."""


def counters(x: Floats) -> NDArray[np.bool_]:
    """Return which columns of `x` only rise or only fall, at most of the rows.

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
    """Return `x` with counters replaced by their steps; the first step is repeated."""
    if not counting.any() or len(x) < 2:
        return x
    steps = x.copy()
    steps[1:, counting] = np.diff(x[:, counting], axis=0)
    steps[0, counting] = steps[1, counting]
    return steps
