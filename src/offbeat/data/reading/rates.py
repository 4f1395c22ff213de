"""Channels of different steps in one table, and averaging to one step."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from offbeat.core.errors import InputError, ParameterError
from offbeat.core.series import Panel, Series

_STEADY = 0.8
"""The share of a channel's steps that are its usual one, from which on it has a step of its own."""
_LEAST = 10
"""Values that a channel must have for a step of its own."""
_LONGEST = 1 << 62
"""Nanoseconds that a step may have."""
_UNIT = {"ms": 1e-3, "s": 1.0, "sec": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}


def split_by_step(series: Series) -> Series | Panel:
    """Return one series for each step, where channels of one table have different ones; else the series.

    A channel has a step of its own where at least half of its rows are empty and those that are not follow one
    another at equal distances.

    Examples
    --------
    >>> values = np.column_stack([np.arange(60.0), np.where(np.arange(60) % 6 == 0, 1.5, np.nan)])
    >>> times = np.arange(60) * np.timedelta64(10, "s") + np.datetime64("2024-01-01", "ns")
    >>> {name: member.channels for name, member in split_by_step(Series(values, times, ("flow", "temp"))).items()}
    {'series every 10 s': ('flow',), 'series every 60 s': ('temp',)}
    """
    if series.time is None or len(series) < 2 * _LEAST or len(series.channels) < 2:
        return series
    steps = [_step(series, j) for j in range(len(series.channels))]
    groups: dict[tuple[float, float], list[int]] = {}
    for j, found in enumerate(steps):
        groups.setdefault(found or (0.0, 0.0), []).append(j)
    if len(groups) < 2:
        return series
    if (0.0, 0.0) in groups:
        base = min((k for k in groups if k != (0.0, 0.0)), key=lambda k: (len(groups[k]) == 0, k), default=None)
        rest = groups.pop((0.0, 0.0))
        full = [j for j in rest if not np.isnan(series.values[:, j]).all()]
        if base is None or full:
            groups[0.0, 0.0] = rest
        else:
            groups[base] = sorted([*groups[base], *rest])
    if len(groups) < 2:
        return series
    return _panel(series, groups)


def _step(series: Series, j: int) -> tuple[float, float] | None:
    """Return the step of a sparse channel, and where in it the channel's rows lie; None for one that fills the rows."""
    here = np.flatnonzero(~np.isnan(series.values[:, j]))
    if len(here) < _LEAST or len(here) > 0.5 * len(series):
        return None
    gaps = np.diff(series.stamps[here]).astype(np.float64)
    rows = np.diff(here)
    usual = float(np.median(gaps))
    if np.median(rows) < 2 or float((np.abs(gaps - usual) <= 0.02 * usual).mean()) < _STEADY:
        return None
    return usual, 0.0


def _panel(series: Series, groups: dict[tuple[float, float], list[int]]) -> Panel:
    members = {}
    for columns in groups.values():
        rows = ~np.isnan(series.values[:, columns]).all(axis=1)
        part = series[np.flatnonzero(rows)]
        part = replace(part, values=part.values[:, columns], channels=tuple(series.channels[j] for j in columns))
        name = f"{series.name} every {_words(part)}"
        while name in members:
            name += "'"
        members[name] = replace(part, name=name)
    ordered = dict(sorted(members.items(), key=lambda item: item[1].step or 0.0))
    found = "; ".join(f"{', '.join(one.channels[:4])} every {_words(one)}" for one in ordered.values())
    note = (
        f"channels have different steps, so each step is a series of its own ({found}); --resample STEP makes them one"
    )
    return Panel(
        {name: replace(one, notes=(*series.notes, note)) for name, one in ordered.items()}, (*series.notes, note)
    )


def _words(series: Series) -> str:
    step = series.step or 0.0
    return f"{step:g} s" if series.is_dated else f"{step:g}"


def seconds_of(step: str) -> float:
    """Return the seconds of a step such as "60s", "5min" or "1h".

    Raises
    ------
    ParameterError
        For what is no step.

    Examples
    --------
    >>> seconds_of("5min"), seconds_of("1 h")
    (300.0, 3600.0)
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*", step.lower())
    if match is None or match[2] not in _UNIT or float(match[1]) == 0:
        raise ParameterError(f"resample={step!r} is no step; write it as 60s, 5min, 1h or 1d")
    return float(match[1]) * _UNIT[match[2]]


def resampled(series: Series, step: str) -> Series:
    """Return the series with one row for each step: the mean of the values in it, at the time where it begins.

    Raises
    ------
    InputError
        For a series without dates.
    ParameterError
        For what is no step.
    """
    width = int(seconds_of(step) * 1e9)
    if not 1 <= width <= _LONGEST:
        raise ParameterError(
            f"resample={step!r} is below a nanosecond or above 146 years; write it as 60s, 5min, 1h or 1d"
        )
    if not series.is_dated or series.time is None:
        raise InputError(f"{series.name} has no dates, so it can't be resampled to {step}; name its times with --time")
    if not len(series):
        return series
    ticks = series.time.astype(np.int64)
    bins = ticks // width
    first = int(bins.min())
    n = int(bins.max()) - first + 1
    if n > 100 * len(series) + 1000:
        raise InputError(f"{series.name} would have {n:,} rows every {step}, from {len(series):,}; give a longer step")
    slots = bins - first
    values = np.full((n, len(series.channels)), np.nan)
    for j in range(len(series.channels)):
        known = ~np.isnan(series.values[:, j])
        count = np.bincount(slots[known], minlength=n)
        total = np.bincount(slots[known], weights=series.values[known, j], minlength=n)
        values[:, j] = np.divide(total, count, out=np.full(n, np.nan), where=count > 0)
    labels = None if series.labels is None else np.bincount(slots[series.labels], minlength=n) > 0
    times = ((np.arange(n) + first) * width).astype("datetime64[ns]")
    note = f"averaged to one row every {step}"
    return replace(
        series, values=values, time=times, labels=labels, index=None, source=None, notes=(*series.notes, note)
    )
