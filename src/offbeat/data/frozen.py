"""Frozen stretches: a value repeated far longer than is usual for its channel."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats
from offbeat.core.windows import true_runs

SHORTEST = 12
"""Fewer repeats than this are never called frozen."""
TIMES = 6
"""A frozen stretch is so many times as long as the longest stretches that are usual."""
RARE = 0.01
"""The share of repeats, the longest ones, from which nothing is learned of what is usual."""
JUMP = 10.0
"""Stretches so many times longer than the next shorter ones are odd however many there are."""
FEWEST_VALUES = 10
"""A channel with fewer different values is a state."""
RESTS = 0.02
"""A value that makes up this share of the other points is one at which the channel rests."""
HABIT = 4
"""A value to which the channel returns so often for so long is one at which it rests, e.g. the sun at night."""


def frozen_runs(x: Floats) -> NDArray[np.int64]:
    """Return the frozen stretches of one channel as rows (first, last + 1).

    What is usual is learned from the channel: how often neighbours are equal, how long its other stretches are, and
    at which values it rests (a valve that is shut is not frozen). Constant and all-missing channels have none. O(n).

    Examples
    --------
    >>> x = np.concatenate([np.sin(np.arange(100.0)), np.full(30, 7.0)])
    >>> frozen_runs(x).tolist()
    [[100, 130]]
    """
    none = np.empty((0, 2), dtype=np.int64)
    n = len(x)
    same = x[1:] == x[:-1]
    repeats = int(same.sum())
    if repeats < SHORTEST - 1 or repeats == n - 1:
        return none
    spans = true_runs(same)
    spans[:, 1] += 1
    lengths = spans[:, 1] - spans[:, 0]
    long = _longer_than_usual(lengths, n)
    if not long.any() or _is_state(x, spans[long]):
        return none
    return _without_rests(x, spans, lengths, long)


def _longer_than_usual(lengths: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    """Mark the stretches longer than both chance and the channel's own repeats explain."""
    singles = n - int(lengths.sum())
    candidates = lengths >= SHORTEST
    # what is usual is learned without the few longest, which may be the frozen ones
    ranked = np.sort(lengths)
    few = max(3, round(RARE * len(lengths)), _outlying(ranked) if 2 * singles > n else 0)
    usual = ranked[: max(0, len(lengths) - few)]
    habit = int(usual[-1]) if len(usual) else 1
    others = int(usual.sum()) + singles
    share = (int((usual - 1).sum()) + 1) / max(2, others + 1)
    if share > 0.5:
        return np.zeros(len(lengths), dtype=bool)  # a channel that mostly stands still is a state, not a measurement
    chance = math.log(100 * n) / -math.log(share)
    return candidates & (lengths >= max(SHORTEST, TIMES * habit, 2 * chance))


def _outlying(ranked: NDArray[np.int64]) -> int:
    """Count the stretches that are many times longer than all shorter ones."""
    steps = ranked / np.concatenate(([1], ranked[:-1]))
    wide = np.flatnonzero((steps >= JUMP) & (ranked >= 2 * SHORTEST))
    return len(ranked) - int(wide[0]) if len(wide) else 0


def _is_state(x: Floats, frozen: NDArray[np.int64]) -> bool:
    """Whether the channel is a switch or a code: few values outside these stretches."""
    moving = np.ones(len(x), dtype=bool)
    for first, last in frozen:
        moving[first:last] = False
    rest = x[moving]
    return len(np.unique(rest[~np.isnan(rest)])) < FEWEST_VALUES


def _without_rests(
    x: Floats, spans: NDArray[np.int64], lengths: NDArray[np.int64], long: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Leave out stretches at a value the channel often returns to, such as zero."""
    kept = []
    chosen = np.flatnonzero(long)
    inside = int(lengths[chosen].sum())
    outside = max(1, int((~np.isnan(x)).sum()) - inside)
    for value in np.unique(x[spans[chosen, 0]]):
        mine = chosen[x[spans[chosen, 0]] == value]
        elsewhere = int((x == value).sum()) - int(lengths[mine].sum())
        if elsewhere <= RESTS * outside and len(mine) < HABIT:
            kept.append(spans[mine])
    if not kept:
        return np.empty((0, 2), dtype=np.int64)
    found = np.concatenate(kept)
    return found[np.argsort(found[:, 0])]
