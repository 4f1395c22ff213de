"""Find a cycle that is made of shorter ones, as a week is of days."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from offbeat.core.robust import clipped, standard, wide_scale_of
from offbeat.core.series import Floats
from offbeat.preprocess.period import LONGEST_PART, MOST_VALUES, autocorrelation, periods
from offbeat.preprocess.seasonal import SINGLY, sharpened

REPEATS = 4
"""Long cycles that the series must hold: of three, one odd one leaves two that need not agree."""
MOST = 60
"""Short cycles that a long one may have: five years of months, two months of days."""
LEAST = 0.15
"""The smallest part of the change from one short cycle to the next that the long cycle must explain."""
CHANCE = 2.0
"""Standard errors that the part must have, of so many short cycles."""
FEW_CYCLES = 0.7
"""The part that a single long cycle would need; of more, each needs less, by the root of their number."""
USUAL = 7
"""Seven short cycles, as a week has days, need half of the evidence: it is by far the most frequent number."""
SAME = 0.7
"""A number that explains this share of what the best does is as good: its multiples explain the same, but for noise."""
MULTIPLES = 3
"""Multiples of a long cycle at which the series is compared with itself."""


class Nested(NamedTuple):
    """The lengths of a long cycle and of the short ones that it consists of, in rows, and which channels have it."""

    short: int
    long: int
    channels: NDArray[np.bool_]


def nested_cycle(x: Floats) -> Nested | None:
    """Return the long cycle that `x` has most clearly, or None where no channel has a credible one.

    The differences between each short cycle and the one before are correlated with themselves: without a long cycle,
    the correlation is at most 0 at all lags of two short cycles or more, or it changes slowly from lag to lag; with one
    it is high at its multiples only. Short cycles are the periods of the values and of their steps, and single rows.

    Parameters
    ----------
    x
        Shape (n, channels), finite.

    Returns
    -------
    None, too, where there are fewer than four long cycles. O(n log n) time for the at most 50,000 rows in the middle.

    Examples
    --------
    >>> hours = np.arange(24 * 7 * 4)
    >>> load = np.sin(2 * np.pi * hours / 24) * np.where(hours // 24 % 7 < 5, 1.0, 0.4)
    >>> nested_cycle(load[:, None])
    Nested(short=24, long=168, channels=array([ True]))
    >>> nested_cycle(np.sin(2 * np.pi * hours / 24)[:, None]) is None
    True
    """
    rows = min(len(x), LONGEST_PART, max(MOST_VALUES // max(x.shape[1], 1), 1000))
    first = (len(x) - rows) // 2
    moving = np.ptp(x, axis=0) > 0
    part = x[first : first + rows, moving]
    if not part.shape[1] or rows < 2 * REPEATS:
        return None
    centre = np.median(part, axis=0)
    z = clipped(standard(part, centre, wide_scale_of(part, centre)))
    for short in _short_cycles(part):
        found = _parts(z, short)
        if found is not None:
            count, moving[moving] = found
            return Nested(short, count * short, moving)
    return None


def _short_cycles(x: Floats) -> list[int]:
    """Return the lengths that the short cycle may have, the strongest first."""
    parts = [x[:, [j]] for j in range(x.shape[1])] if x.shape[1] <= SINGLY else [x]
    strengths: dict[int, float] = {}
    for part in parts:
        for period in (*periods(part), *periods(np.diff(part, axis=0))):
            if 2 * REPEATS * period.length <= len(x):
                length = sharpened(part, period.length)
                strengths[length] = max(strengths.get(length, 0.0), period.strength)
    return [*sorted(strengths, key=lambda length: -strengths[length]), 1]


def _parts(z: Floats, short: int) -> tuple[int, NDArray[np.bool_]] | None:
    """Return how many short cycles the long one has and which channels have it, or None where none is credible."""
    cycles = len(z) / short
    counts, explained = _explained(z, short)
    if not len(counts):
        return None
    needed = np.maximum(CHANCE / np.sqrt(cycles), FEW_CYCLES * np.sqrt(counts / cycles))
    needed = np.maximum(np.where(counts == USUAL, needed / 2, needed), LEAST)
    # the highest of many chance values grows so with their number
    credible = explained > (needed * np.sqrt(1 + np.log(z.shape[1])))[:, None]
    if not credible.any():
        return None
    total = np.where(credible, explained, 0.0).sum(axis=1)
    best = int(np.flatnonzero(total >= SAME * total.max())[0])
    return int(counts[best]), credible[best]


def _explained(z: Floats, short: int) -> tuple[Floats, Floats]:
    """Return the numbers of short cycles, and how much of the changes each explains more than its neighbours do.

    The second has shape (numbers, channels).
    """
    changes = z[short:] - z[:-short]
    most = min(len(z) // (REPEATS * short), MOST)
    reach = min((MULTIPLES * most + 1) * short, len(changes) - 1)
    acf = np.column_stack([autocorrelation(column - column.mean(), reach)[::short] for column in changes.T])
    counts, explained = [], []
    for count in range(2, most + 1):
        at = np.arange(count, len(acf) - 1, count)[:MULTIPLES]
        if not len(at):
            break
        beside = np.maximum(acf[at - 1].mean(axis=0), acf[at + 1].mean(axis=0))
        counts.append(count)
        explained.append(acf[at].mean(axis=0) - np.maximum(beside, 0.0))
    return np.array(counts), np.array(explained).reshape(len(counts), z.shape[1])
