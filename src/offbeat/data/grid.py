"""Put rows on a grid of equal time steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core import units
from offbeat.core.series import Floats

SLACK = 0.1
"""How far from a whole number of steps a distance between rows may be; months (28 to 31 days) are within it."""
ON_GRID = 0.95
"""The share of distances that must be within the slack, for the times to be called nearly regular."""
GROWTH = 2.0
"""A grid with more slots than so many times the rows would be mostly empty; then rows stay as they come."""
MOST_ROWS = 50_000_000
DAY = units.DAY * units.NANOSECONDS


@dataclass(frozen=True, eq=False)
class Grid:
    """The slot of each row on a grid of equal time steps.

    `slots` int64 (rows,), strictly rising from 0; `times` of all slots; `why` is empty where a grid was laid.
    """

    slots: NDArray[np.int64]
    times: NDArray[Any]
    regular: bool
    why: str = ""

    @property
    def grows(self) -> bool:
        """Whether slots without a row are put in."""
        return len(self.times) > len(self.slots)


def is_sorted(stamps: NDArray[Any]) -> bool:
    """Whether no time is before the one above it."""
    return bool((stamps[1:] >= stamps[:-1]).all())


def groups(stamps: NDArray[Any]) -> NDArray[np.int64]:
    """Return the number of each row's time among the distinct times, from 0.

    Examples
    --------
    >>> groups(np.array([3, 3, 5])).tolist()
    [0, 0, 1]
    """
    fresh = np.empty(len(stamps), dtype=bool)
    fresh[:1] = True
    np.not_equal(stamps[1:], stamps[:-1], out=fresh[1:])
    return np.cumsum(fresh) - 1


def kept(group: NDArray[np.int64], keep: str) -> NDArray[np.int64]:
    """Return the row that is kept of each group, its first or its last.

    Examples
    --------
    >>> kept(np.array([0, 0, 1]), "last").tolist()
    [1, 2]
    """
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    return starts if keep == "first" else np.append(starts[1:], len(group)) - 1


def merge(values: Floats, group: NDArray[np.int64], keep: str) -> Floats:
    """Return one row per group: its first row, its last, or the mean.

    Shape (groups, channels); the mean is over the values present.
    """
    if keep != "mean":
        chosen: Floats = values[kept(group, keep)]
        return chosen
    starts = kept(group, "first")
    present = ~np.isnan(values)
    count = np.add.reduceat(present, starts, axis=0, dtype=np.int64)
    total = np.add.reduceat(np.where(present, values, 0.0), starts, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = np.where(count > 0, total / count, np.nan)
    return mean


def usual_step(distance: NDArray[Any]) -> float:
    """Return the lower median of the distances between rows."""
    middle = (len(distance) - 1) // 2
    return float(np.partition(distance, middle)[middle])


def lay(stamps: NDArray[Any]) -> Grid:
    """Find the slot of each row on a grid of equal steps; times strictly rising.

    Rows keep their own times; only the slots between them get new ones. Where the times are not nearly regular, or the
    grid would be mostly empty, each row is its own slot.

    Examples
    --------
    >>> lay(np.array([0, 10, 20, 50])).slots.tolist()
    [0, 1, 2, 5]
    """
    n = len(stamps)
    own = np.arange(n)
    if n < 3:
        return Grid(own, stamps, regular=True)
    raw = np.diff(stamps)
    distance = raw.astype(np.int64) if raw.dtype.kind == "m" else raw
    if (distance == distance[0]).all():
        return Grid(own, stamps, regular=True)
    step = usual_step(distance)
    ratio = distance / step
    count = np.maximum(np.round(ratio), 1.0)
    near = (np.abs(ratio - count) <= SLACK) | (count > 3)
    if near.mean() < ON_GRID:
        return Grid(own, stamps, regular=False, why="uneven")
    length = float(count.sum()) + 1
    if length > min(GROWTH * n, MOST_ROWS):
        return Grid(own, stamps, regular=False, why="sparse")
    if _skips_weekends(stamps, step):
        return Grid(own, stamps, regular=True, why="weekends")
    steps = count.astype(np.int64)
    if len(steps) == int(steps.sum()):
        return Grid(own, stamps, regular=True)
    return _with_new_slots(stamps, distance, steps)


def _with_new_slots(stamps: NDArray[Any], distance: NDArray[Any], steps: NDArray[np.int64]) -> Grid:
    slots = np.concatenate(([0], np.cumsum(steps)))
    before = np.repeat(np.arange(len(steps)), steps)
    part = np.arange(len(before)) - slots[before]
    share = distance // steps if distance.dtype.kind == "i" else distance / steps
    ahead = part * share[before]
    between = stamps[before] + (ahead.astype("timedelta64[ns]") if stamps.dtype.kind == "M" else ahead)
    return Grid(slots, np.append(between, stamps[-1:]), regular=True)


def _skips_weekends(stamps: NDArray[Any], step: float) -> bool:
    """Whether these are daily dates without weekends, over two weeks or more."""
    if stamps.dtype.kind != "M" or step != DAY or len(stamps) < 10:
        return False
    weekday = (stamps.astype("datetime64[D]").astype(np.int64) + 3) % 7
    return bool((weekday < 5).all())
