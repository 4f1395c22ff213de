"""Frozen stretches and outages: a value held far longer than is usual for its channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core import units
from offbeat.core.event import Run
from offbeat.core.series import Floats, Series
from offbeat.data._tail import TIMES, Tail, exceptional

FEWEST = 20
"""Runs at one value from which on they are compared with each other alone; fewer in all teach nothing."""
HABIT = 4
"""A value at which a channel stays so often for long is one at which it rests, e.g. the sun at night."""
LONG = 12
"""A run of fewer rows is never long."""
SELDOM = 0.05
"""A value seen in a smaller share of the rows at one time of the day is unusual then."""
USUAL = 0.5
"""A value seen in a larger share is usual then; a run does not begin or end with such rows."""
BINS = 48
"""The parts of a day, at most."""
DAYS = 4
"""Days that it takes to learn what is usual at a time of the day."""
MOST_VALUES = 64
"""The values whose times of the day are learned, those of the longest runs."""

OFTEN = 0.01
"""A lowest or highest value that makes up this share of the rows is a limit of the channel."""
BEYOND = 0.1
"""A value so far out of the channel's range, as a share of it, is none of its own."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class RunModel:
    """What was learned of how long each channel stays at one value.

    For every channel the lengths of its runs, at each value to which it returns often and at all others; where the
    rows have times, also at which times of the day it takes these values. A few runs that are far longer than all
    others are taken for faults and not learned from.

    Parameters
    ----------
    channels
        One entry a channel.

    Examples
    --------
    >>> x = np.sin(np.arange(300.0))
    >>> model = RunModel.fit(x[:, None])
    >>> x[100:140] = 0.25
    >>> [(run.first, run.end, run.kind) for run in model.find(x[:, None])]
    [(100, 140, 'frozen')]
    """

    channels: tuple[ChannelRuns, ...]

    @classmethod
    def fit(cls, values: Floats, stamps: NDArray[Any] | None = None) -> RunModel:
        """Learn from `values`, shape (n, channels), NaN where missing.

        Parameters
        ----------
        values
            Missing values end a run, but for a single missing row.
        stamps
            The times of the rows, datetime64; None where there are none. They give the length of a week and the time
            of the day. Other numbers are taken as none.
        """
        bins, week = _clock(stamps)
        return cls(tuple(_learn(x, bins, week) for x in values.T))

    def find(self, values: Floats, stamps: NDArray[Any] | None = None) -> list[Run]:
        """Return the runs that are too long, in the order of their first rows.

        A pure function of its arguments and what was learned. A run that lasts to the end of `values` counts.
        `values` may be what was learned from. O(n) for each channel.

        Parameters
        ----------
        values, stamps
            As `fit` takes them, with as many channels.
        """
        bins, _ = _clock(stamps)
        found = [run for j, model in enumerate(self.channels) for run in _find(values[:, j], bins, model, j)]
        return sorted(found, key=lambda run: (run.first, run.channel))

    def severities(self, values: Floats) -> Floats:
        """Return the length of each row's run as a share of the shortest that is too long; 0 where none would be.

        A pure function of its arguments and what was learned, without the times of the day. At most 0.5 in every run
        that was learned from. NaN where missing. O(n) for each channel.

        Parameters
        ----------
        values
            Shape (n, channels), with as many channels as in `fit`.
        """
        shares = np.full(values.shape, np.nan)
        for j, model in enumerate(self.channels):
            first, end, value = equal_runs(values[:, j])
            share = (end - first) / model.shortest(value)
            known = ~np.isnan(values[:, j])
            shares[known, j] = share[np.searchsorted(first, np.flatnonzero(known), "right") - 1]
        return shares


@dataclass(frozen=True, eq=False)
class ChannelRuns:
    """What was learned of one channel.

    Parameters
    ----------
    low, high
        The values beyond which it is out of its range, by a tenth of it; a limit at which it often is itself.
    values
        Those at which runs are compared with each other alone, rising.
    tails
        The lengths at each of `values`, then those of all others.
    timed
        The values whose times of the day are known, rising.
    shares
        Shape (timed, bins), in which share of the rows at that time of the day the value is seen.
    longest
        The most rows at such times of a usual run at each of `timed`.
    """

    low: float
    high: float
    values: Floats
    tails: tuple[Tail, ...]
    timed: Floats
    shares: Floats
    longest: Floats

    def shortest(self, values: Floats) -> Floats:
        """Return the length from which on a run at each of `values` is too long for it and for all others.

        Where the channel at times varies so little that it stays at some value for long, it may do so at any value.
        Infinity where no run is too long.
        """
        limits = np.array([tail.shortest for tail in self.tails])
        at = np.minimum(np.searchsorted(self.values, values), max(len(self.values) - 1, 0))
        own = self.values[at] == values if len(self.values) else np.zeros(len(values), dtype=bool)
        others = limits[-1] if np.isfinite(limits[-1]) else 0.0
        chosen: Floats = np.where(own, np.maximum(limits[at], others), limits[-1])
        return chosen


@dataclass(frozen=True, eq=False)
class _Runs:
    """The runs of equal values of one channel; rows are first to end - 1."""

    first: Ints
    end: Ints
    value: Floats

    @property
    def length(self) -> Ints:
        return self.end - self.first

    def __getitem__(self, chosen: Any) -> _Runs:
        return _Runs(self.first[chosen], self.end[chosen], self.value[chosen])


def runs_of(series: Series) -> list[Run]:
    """Return the runs of a series that are too long for what it usually does itself.

    Examples
    --------
    >>> stuck = np.concatenate([np.sin(np.arange(200.0)), np.full(50, 0.25)])
    >>> [(run.first, run.end) for run in runs_of(Series(stuck[:, None]))]
    [(200, 250)]
    """
    return RunModel.fit(series.values, series.time).find(series.values, series.time)


def run_mask(runs: Iterable[Run], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return where each channel is in one of `runs`, bool of shape (n, channels).

    Examples
    --------
    >>> run_mask([Run(1, 3, 0, "frozen", 2.0, 0.001)], (4, 1)).ravel().tolist()
    [False, True, True, False]
    """
    mask = np.zeros(shape, dtype=bool)
    for run in runs:
        mask[run.first : run.end, run.channel] = True
    return mask


def equal_runs(x: Floats) -> tuple[Ints, Ints, Floats]:
    """Return first row, last row + 1 and value of the runs of equal values, single ones included.

    One missing row within a run belongs to it; two end it.

    Examples
    --------
    >>> first, end, value = equal_runs(np.array([1.0, 1.0, np.nan, 1.0, 2.0, np.nan, np.nan, 2.0]))
    >>> first.tolist(), end.tolist(), value.tolist()
    ([0, 4, 7], [4, 5, 8], [1.0, 2.0, 2.0])
    """
    rows = np.flatnonzero(~np.isnan(x))
    if not len(rows):
        return rows, rows, x[:0]
    known = x[rows]
    cut = np.flatnonzero((known[1:] != known[:-1]) | (np.diff(rows) > 2)) + 1
    starts = np.concatenate(([0], cut))
    ends = np.concatenate((cut, [len(rows)])) - 1
    return rows[starts], rows[ends] + 1, known[starts]


def _clock(stamps: NDArray[Any] | None) -> tuple[Ints | None, float]:
    """Return the part of the day of every row, or None, and the rows in a week."""
    if stamps is None or stamps.dtype.kind != "M" or len(stamps) < 2:
        return None, units.rows_a_week(None)
    at = stamps.astype("datetime64[ns]").astype(np.int64)
    step = float(np.median(np.diff(at)))
    day = units.DAY * units.NANOSECONDS
    if step <= 0:
        return None, units.rows_a_week(None)
    a_day = day / step
    bins = at % day // (day // BINS) if a_day >= HABIT else None
    return bins, 7 * a_day


def _learn(x: Floats, bins: Ints | None, week: float) -> ChannelRuns:
    """Learn from one channel; runs too long for the others are not learned from."""
    runs = _Runs(*equal_runs(x))
    none = np.zeros((0, BINS))
    if len(np.unique(runs.value)) < 2:
        low = float(runs.value[0]) if len(runs.value) else np.nan
        return ChannelRuns(low, low, x[:0], (Tail.silent(),), x[:0], none, np.zeros(0))
    own, pooled = _groups(runs, len(x), week)
    kept = np.ones(len(runs.value), dtype=bool)
    order = np.argsort(runs.value, kind="stable")
    starts, ends = (np.searchsorted(runs.value[order], own, side) for side in ("left", "right"))
    groups = [order[a:b] for a, b in zip(starts, ends, strict=True)]
    learn = partial(_tail, runs.length, kept, len(x), week, len(own) + 1)
    tails = [learn(members) for members in groups]
    tails.append(learn(pooled) if len(pooled) >= FEWEST else Tail.silent())
    timed, shares, longest = x[:0], none, np.zeros(0)
    if bins is not None:
        timed, shares, longest = _by_time(x, runs, kept, bins, tails[-1].shortest)
    return ChannelRuns(*_limits(runs[kept]), own, tuple(tails), timed, shares, longest)


def _limits(runs: _Runs) -> tuple[float, float]:
    """Return the values from which on, downwards and upwards, an outage is more likely than a sensor that is stuck."""
    low, high = float(runs.value.min()), float(runs.value.max())
    often = OFTEN * float(runs.length.sum())
    beyond = BEYOND * (high - low)
    at_low, at_high = (float(runs.length[runs.value == end].sum()) >= often for end in (low, high))
    return low if at_low else low - beyond, high if at_high else high + beyond


def _tail(length: Ints, kept: NDArray[np.bool_], rows: int, week: float, groups: int, members: Ints) -> Tail:
    """Learn from these runs without those that are far longer, which are marked as not kept."""
    ranked = members[np.argsort(length[members], kind="stable")]
    odd, tail = exceptional(length[ranked], rows, week, groups)
    kept[ranked[len(ranked) - odd :]] = False
    return tail


def _groups(runs: _Runs, rows: int, week: float) -> tuple[Floats, Ints]:
    """Return the values with runs enough to be compared alone, and the runs that all others are compared with."""
    values, code, count = np.unique(runs.value, return_inverse=True, return_counts=True)
    if len(values) == len(code):
        return values[:0], np.arange(len(code))
    rests = np.bincount(code, runs.length >= LONG, len(values)) >= HABIT
    others = runs.length[~rests[code]]
    if rests.any() and len(others) >= FEWEST:
        _, tail = exceptional(np.sort(others), rows, week)
        rests = np.bincount(code, runs.length >= tail.shortest, len(values)) >= HABIT
    else:
        rests[:] = False
    return values[(count >= FEWEST) | rests], np.flatnonzero(~rests[code])


def _by_time(
    x: Floats, runs: _Runs, kept: NDArray[np.bool_], bins: Ints, shortest: float
) -> tuple[Floats, Floats, Floats]:
    """Learn at which times of the day the channel takes the values of its long runs."""
    long = np.flatnonzero(runs.length >= LONG)
    days = np.count_nonzero(np.diff(bins) < 0)
    if days < DAYS or not len(long):
        return x[:0], np.zeros((0, BINS)), np.zeros(0)
    ranked = runs.value[long[np.argsort(-runs.length[long], kind="stable")]]
    _, at = np.unique(ranked, return_index=True)
    values = np.sort(ranked[np.sort(at)[:MOST_VALUES]])
    present = np.bincount(bins[~np.isnan(x)], minlength=BINS)
    tables = np.zeros((len(values), BINS))
    longest = np.zeros(len(values))
    for j, value in enumerate(values):
        mine = np.flatnonzero(runs.value == value)
        mine = mine[np.argsort(-runs.length[mine], kind="stable")]
        hours = np.array([np.bincount(bins[runs.first[i] : runs.end[i]], minlength=BINS) for i in mine])
        away, tables[j], longest[j] = _usual_times(hours, ~kept[mine], present, shortest)
        kept[mine[away]] = False
    return values, tables, longest


def _usual_times(
    hours: Ints, faulty: NDArray[np.bool_], present: Ints, shortest: float
) -> tuple[NDArray[np.bool_], Floats, float]:
    """Return which runs of a value were left out, how often it is seen, and the most unusual rows of a usual run.

    `hours` counts the rows of each run, the longest first, at each time of the day.
    """
    for few in range(min(HABIT, len(hours)), -1, -1):
        away = faulty.copy()
        away[:few] = True
        share = hours[~away].sum(axis=0) / np.maximum(present - hours[away].sum(axis=0), 1)
        odd = hours @ (share <= SELDOM)
        longest = float(odd[~away].max(initial=0))
        if not few or odd[:few].min() >= max(shortest, TIMES * longest):
            break
    return away, share, longest


def _find(x: Floats, bins: Ints | None, model: ChannelRuns, channel: int) -> list[Run]:
    first, end, value = equal_runs(x)
    found = []
    for i in np.flatnonzero(end - first >= LONG):
        a, b, at = int(first[i]), int(end[i]), float(value[i])
        own = np.flatnonzero(model.values == at)
        tail, rows = model.tails[own[0] if len(own) else -1], b - a
        times = np.flatnonzero(model.timed == at)
        if bins is not None and len(times):
            share = model.shares[times[0]][bins[a:b]]
            if not (len(own) and rows >= tail.shortest):
                rows = int((share <= SELDOM).sum())
                tail = model.tails[-1].at_least(TIMES * float(model.longest[times[0]]))
            inside = np.flatnonzero(share <= USUAL)
            a, b = (a + int(inside[0]), a + int(inside[-1]) + 1) if len(inside) else (a, b)
        if rows >= tail.shortest:
            beside = float(value[i - 1] if i else value[min(1, len(value) - 1)])
            found.append(Run(a, b, channel, _kind(at, beside, model), rows / tail.shortest, tail.p_value(rows)))
    return found


def _kind(at: float, beside: float, model: ChannelRuns) -> str:
    """Return "outage" for zero, or a limit to which the channel went at once; else "frozen"."""
    left = (at <= model.low <= beside or at >= model.high >= beside) and at != beside
    return "outage" if at == 0 or left else "frozen"
