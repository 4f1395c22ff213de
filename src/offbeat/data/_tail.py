"""How long runs of equal values usually are, and how rare a longer one is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

SHORTEST = 12
"""Fewer equal values are never called frozen."""
TIMES = 2.0
"""A frozen run is so many times as long as the longest usual one."""
CHANCE = 0.002
"""The number of such runs by chance, in the rows learned from or in a week, whichever is more."""
APART = 4.0
"""Of fewer than `ENOUGH` runs, one that is so many times longer than the next is odd."""
CAUTION = 2.0
CAUTION_EXPONENTIAL = 1.1
"""How much slower than estimated the number of runs is taken to fall with their length; less if seen to do so."""
MANY = 50
"""Runs from which on their distribution is seen."""
ENOUGH = 20
"""Runs below which a distribution of lengths is not relied on."""
MOST_ODD = 4
SHARE_ODD = 0.01
"""Runs that may be odd: so many, or this share of them."""
LIGHT = 1.15
HEAVY = 1.3
"""Standard deviation of the excesses over that of an exponential tail: up to the first it is one, from the second on
a power of the length fits better."""


@dataclass(frozen=True)
class Tail:
    """The number of runs of a length or more that a week of clean data has.

    Parameters
    ----------
    start
        The length from which on runs were counted.
    weekly
        Runs of that length or more in a week, times the number of groups, since each may have one that is too long.
    rate, shape
        weekly * exp(-rate * excess), or weekly * (1 + shape * rate * excess) ** (-1 / shape) where shape is not 0.
    shortest
        The length from which on a run is too long.
    """

    start: float
    weekly: float
    rate: float
    shape: float
    shortest: float

    @classmethod
    def silent(cls) -> Tail:
        """Return the tail where nothing could be learned: no run is too long."""
        return cls(0.0, 0.0, 1.0, 0.0, math.inf)

    def expected(self, length: float) -> float:
        """Return the number of runs of `length` rows or more in a week of clean data."""
        excess = self.rate * max(0.0, length - self.start)
        rare = math.exp(-excess) if self.shape == 0 else (1 + self.shape * excess) ** (-1 / self.shape)
        return self.weekly * rare

    def p_value(self, length: float) -> float:
        """Return the chance that a week of clean data has a run of `length` rows or more."""
        return -math.expm1(-self.expected(length))

    def at_least(self, shortest: float) -> Tail:
        """Return the same with no run below `shortest` rows called too long."""
        return replace(self, shortest=max(self.shortest, shortest))


def learn_tail(ranked: NDArray[np.int64], rows: float, week: float, groups: int = 1) -> Tail:
    """Learn from the lengths of runs, rising, found in so many rows; there are so many groups of runs."""
    if not len(ranked):
        return Tail.silent()
    covered = np.cumsum(ranked)
    start = float(ranked[np.searchsorted(covered, covered[-1] / 2)])
    excess = ranked[np.searchsorted(ranked, start) :] - start
    k = len(excess)
    mean = float(excess.mean())
    theta = max(mean * (1 + 2 / math.sqrt(k)) + 1, start / 4)
    shape = 0.0
    usual = math.sqrt(mean * (mean + 1))  # of lengths that end by chance
    exponential = k >= MANY and float(excess.std()) <= LIGHT * usual
    caution = CAUTION_EXPONENTIAL if exponential else CAUTION
    rate = (-math.log(max(1 - 1 / theta, 0.05)) if theta > 1 else math.log(20)) / caution
    if np.count_nonzero(excess) >= ENOUGH and float(excess.std()) > HEAVY * usual:
        ratio = (usual / float(excess.std())) ** 2
        shape = 0.5 * (1 - ratio)
        rate = 2 / (theta * (1 + ratio)) / caution
    weekly = groups * k * week / rows
    most = math.log(weekly * max(1.0, rows / week) / CHANCE)
    far = most / rate if shape == 0 else math.expm1(shape * most) / (shape * rate)
    shortest = max(SHORTEST, TIMES * float(ranked[-1]), start + far)
    return Tail(start, weekly, rate, shape, math.ceil(shortest))


def exceptional(ranked: NDArray[np.int64], rows: float, week: float, groups: int = 1) -> tuple[int, Tail]:
    """Return how many of the longest runs are too long for the others, and the tail of these.

    Parameters
    ----------
    ranked
        The lengths, rising.
    rows, week
        In how many rows they were found, and the rows in a week.
    groups
        How many groups of runs the channel has.

    Examples
    --------
    >>> exceptional(np.array([1] * 90 + [2] * 9 + [40]), 148, 1000)[0]
    1
    """
    m = len(ranked)
    most = min(max(MOST_ODD, round(SHARE_ODD * m)), m // 5)
    for odd in range(most, 0, -1):
        rest, least = ranked[: m - odd], ranked[m - odd]
        if least < SHORTEST or least < (TIMES if len(rest) >= ENOUGH else APART) * rest[-1]:
            continue
        tail = learn_tail(rest, rows, week, groups)
        if least >= tail.shortest:
            return odd, tail
    return 0, learn_tail(ranked, rows, week, groups)
