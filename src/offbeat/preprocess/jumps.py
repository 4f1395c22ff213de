"""Find the rows at which the level of a series jumps: what a trend must not smooth over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.robust import robust_sd
from offbeat.core.series import Floats
from offbeat.core.windows import sliding

SIDE = 4
"""Blocks on either side of an edge that are compared; near the ends fewer, at least `LEAST_SIDE`."""

LEAST_SIDE = 2

LEAST_SDS = 1.5
"""A jump is at least so many standard deviations of what trend and season leave."""

LEAST_MADS = 5.0
"""And so many median deviations of all the differences between neighbouring blocks: levels that wander do not jump."""

AT_ONCE = 0.6
"""This share of a jump happens within a quarter of a block; what takes longer is a ramp."""

HOLDS = 0.4
"""The block on either side of a jump is within this share of it of the level there."""


@dataclass(frozen=True)
class Jump:
    """A lasting change of level: `row` is the first at the new level, `size` is the new level less the old one."""

    row: int
    size: float


def jumps(x: Floats, block: int) -> tuple[Jump, ...]:
    """Return the jumps of one channel, in their order.

    Medians of blocks on both sides of each edge between blocks are compared; where they differ most, the exact row is
    the one that splits the rows around it into two levels with the least absolute error.

    Parameters
    ----------
    x
        Shape (n,), finite, its season removed.
    block
        Rows a block: one cycle of the season, so that none of it is left in a median.

    Notes
    -----
    O(n) time. Jumps within two blocks of the ends, or within four of a larger one, are not found.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=600)
    >>> x[317:] += 6
    >>> [(jump.row, round(jump.size)) for jump in jumps(x, 24)]
    [(317, 6)]
    """
    block = max(block, 8)
    count = len(x) // block
    if count < 2 * LEAST_SIDE + 1:
        return ()
    medians = np.median(x[: count * block].reshape(count, block), axis=1)
    slope = float(np.median(np.diff(medians))) / block  # what climbs all the time does not jump
    x = x - slope * np.arange(len(x))
    medians = np.median(x[: count * block].reshape(count, block), axis=1)
    differences, left = _differences(medians)
    rest = x[: count * block].reshape(count, block) - medians[:, None]
    least = max(LEAST_SDS * float(robust_sd(rest.ravel(), 0.0)), LEAST_MADS * float(robust_sd(differences, 0.0)))
    found = []
    for edge in _peaks(np.abs(differences), max(least, 1e-9 * float(np.abs(x).max()))):
        jump = _exact(x, block, int(edge), float(left[edge]), float(differences[edge]))
        if jump is not None:
            found.append(jump)
    return tuple(found)


def _differences(medians: Floats) -> tuple[Floats, Floats]:
    """Return, for each edge, the median of the blocks behind it less that of those before it, and the latter."""
    count = len(medians)
    left, right = np.zeros(count), np.zeros(count)
    for side in range(LEAST_SIDE, SIDE + 1):
        if count < 2 * side:
            break
        middle = np.median(sliding(medians, side), axis=1)
        at = np.arange(side, count - side + 1)
        left[at], right[at] = middle[at - side], middle[at]
    return right - left, left


def _peaks(height: Floats, least: float) -> list[int]:
    """Return the edges above `least` that are the highest within four blocks, in their order."""
    found: list[int] = []
    free = height > least
    for edge in sorted(np.flatnonzero(free), key=lambda edge: -height[edge]):
        if free[edge]:
            found.append(int(edge))
            free[max(edge - SIDE + 1, 0) : edge + SIDE] = False
    return sorted(found)


def _exact(x: Floats, block: int, edge: int, before: float, size: float) -> Jump | None:
    """Return the jump at its exact row; None where it is a ramp, or does not last."""
    first, end = max((edge - 2) * block, 0), min((edge + 2) * block, len(x))
    part = x[first:end]
    cost = np.abs(part - before) - np.abs(part - before - size)
    row = first + int(np.argmin(np.concatenate([[0.0], np.cumsum(cost)])))
    near = max(3, block // 4)
    if not near <= row <= len(x) - near:
        return None
    sides = [(x[max(row - rows, 0) : row], x[row : row + rows]) for rows in (near, block)]
    (left, right), (old, new) = ((float(np.median(one)), float(np.median(two))) for one, two in sides)
    at_once = (right - left) / size >= AT_ONCE
    holds = max(abs(old - before), abs(new - before - size)) <= HOLDS * abs(size)
    return Jump(row, size) if at_once and holds else None
