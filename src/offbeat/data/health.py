"""Check the data itself: gaps, frozen stretches, constant channels, units, late and irregular rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core import units
from offbeat.core.event import Run
from offbeat.core.health import Finding
from offbeat.core.series import Floats, Series
from offbeat.core.windows import true_runs
from offbeat.core.wording import counted
from offbeat.data import grid
from offbeat.data.frozen import runs_of
from offbeat.data.units import unit_runs

MOST = 10
"""Findings of one kind that are told one by one."""
LATE = 3.0
"""A distance of so many steps before one of the last rows makes them late."""
STEADY = 0.8
FEWEST_STEPS = 10
"""The share of the distances between values that are equal in a channel of a slower pace, and their least number."""
HOUR = units.HOUR * units.NANOSECONDS
CHANGE_MONTHS = (3, 4, 9, 10, 11)
"""The months in which clocks are changed, in either half of the world."""


def health(series: Series) -> tuple[Finding, ...]:
    """Find what is wrong with the data as they are; nothing is changed.

    Parameters
    ----------
    series
        In time order for the findings about time; `clean` calls this after it has sorted the rows.

    Returns
    -------
    Of each kind at most ten, then one for the rest: infinite, missing, gap, constant, frozen, unit, late, clock,
    irregular.

    Notes
    -----
    O(n) for each channel.

    Examples
    --------
    >>> stuck = np.concatenate([np.sin(np.arange(200.0)), np.full(50, 0.25)])
    >>> print(health(Series(stuck[:, None], channels=("pressure",)))[0].text)
    pressure is stuck at 0.25 for 50 points, from 200 to 249
    """
    return examine(series, handled=0)


def examine(series: Series, handled: int) -> tuple[Finding, ...]:
    """Do the work of `health`, without gaps of at most `handled` points."""
    if not len(series):
        return ()
    found = [*infinities(series), *_missing(series, handled), *_constant(series)]
    runs = runs_of(series)
    for j, name in enumerate(series.channels):
        found += _frozen(series, [run for run in runs if run.channel == j], name)
        found += _unit(series, j, name)
    if series.time is not None and grid.is_sorted(series.stamps):
        found += [*_irregular(series), *_late(series), *clock_changes(series)]
    return tuple(found)


def _span(series: Series, first: int, last: int) -> dict[str, Any]:
    return {"start": series.label(first), "end": series.label(last - 1), "n_points": int(last - first)}


def _most(found: list[Finding], what: str) -> list[Finding]:
    """Keep the ten longest and say how many there are beside them."""
    if len(found) <= MOST:
        return found
    ranked = sorted(found, key=lambda finding: -finding.n_points)
    rest = ranked[MOST:]
    points = sum(finding.n_points for finding in rest)
    where = found[0].channel
    more = f"{'' if where is None else where + ': '}{len(rest):,} more {what}, {points:,} points in all"
    return [*ranked[:MOST], Finding(found[0].kind, more, where, n_points=points)]


def infinities(series: Series) -> tuple[Finding, ...]:
    """Count the values that are infinite."""
    count = int(np.isinf(series.values).sum())
    if not count:
        return ()
    text = f"{counted(count, 'value is', 'values are')} infinite and taken as missing"
    return (Finding("infinite", text, n_points=count),)


def _missing(series: Series, handled: int) -> list[Finding]:
    holes = np.isnan(series.values)
    if not holes.any():
        return []
    n = len(series)
    whole = np.asarray(holes.all(axis=1))
    spans = true_runs(whole)
    spans = spans[spans[:, 1] - spans[:, 0] > handled]
    gaps = []
    for a, b in _longest(spans):
        text = f"no values in {counted(int(b - a), 'point', 'points')}, {_when(series, a, b)}"
        gaps.append(Finding("gap", text, **_span(series, a, b)))
    found = _with_rest(gaps, spans, "gaps")
    for j, name in enumerate(series.channels):
        alone = int((holes[:, j] & ~whole).sum())
        total = int(holes[:, j].sum())
        pace = _pace(holes[:, j])
        if total == n:
            found.append(Finding("missing", f"{name} has no values at all", name, n_points=n))
        elif pace > 1:
            text = f"{name} has a value every {pace} rows; it is scored there only"
            found.append(Finding("missing", text, name, n_points=total))
        elif alone > n / 2 or total > n / 2:
            text = f"{name} is mostly missing: {total:,} of {n:,} points ({total / n:.0%})"
            found.append(Finding("missing", text, name, n_points=total))
        elif alone:
            text = f"{name} is missing in {counted(alone, 'point', 'points')} where other channels have values"
            found.append(Finding("gap", text, name, n_points=alone))
        found += _ends_early(series, j, name, holes[:, j], whole, pace)
    return found


def _pace(holes: NDArray[np.bool_]) -> int:
    """Return how many rows apart the values of a channel are, where they come at a slower pace; else 1."""
    distance = np.diff(np.flatnonzero(~holes))
    if len(distance) < FEWEST_STEPS:
        return 1
    usual = int(np.median(distance))
    return usual if (distance == usual).mean() >= STEADY else 1


def _ends_early(
    series: Series, j: int, name: str, holes: NDArray[np.bool_], whole: NDArray[np.bool_], pace: int
) -> list[Finding]:
    """Report a channel that ends before the others."""
    known = np.flatnonzero(~holes)
    if not len(known) or len(holes) - int(known[-1]) <= pace or whole[-1]:
        return []
    first = int(known[-1]) + 1
    text = f"{name} has no values in the last {counted(len(series) - first, 'row', 'rows')}; they may still come in"
    return [Finding("late", text, series.channels[j], **_span(series, first, len(series)))]


def _longest(spans: NDArray[np.int64]) -> NDArray[np.int64]:
    if len(spans) <= MOST:
        return spans
    chosen = np.argsort(spans[:, 0] - spans[:, 1], kind="stable")[:MOST]
    return spans[np.sort(chosen)]


def _with_rest(found: list[Finding], spans: NDArray[np.int64], what: str) -> list[Finding]:
    """Add one finding for the spans that were not told one by one."""
    rest = len(spans) - len(found)
    if rest <= 0:
        return found
    points = int((spans[:, 1] - spans[:, 0]).sum()) - sum(finding.n_points for finding in found)
    text = f"{rest:,} more {what} that are no longer, {points:,} points in all"
    return [*found, Finding(found[0].kind, text, found[0].channel, n_points=points)]


def _when(series: Series, first: int, last: int) -> str:
    start, end = series.label(first), series.label(last - 1)
    return f"at {start}" if last - first == 1 else f"from {start} to {end}"


def _constant(series: Series) -> list[Finding]:
    found: list[tuple[str, float]] = []
    for j, name in enumerate(series.channels):
        x = series.values[:, j]
        low, high = _range(x)
        if low == high and int((~np.isnan(x)).sum()) > 1:
            found.append((name, low))
    n = len(series)
    if len(found) > 3:
        shown = ", ".join(name for name, _ in found[:MOST]) + (f" and {len(found) - MOST} more" * (len(found) > MOST))
        return [Finding("constant", f"{len(found)} channels never change: {shown}", n_points=n)]
    return [
        Finding("constant", f"{name} never changes: it is always {value:g}", name, n_points=n) for name, value in found
    ]


def _range(x: Floats) -> tuple[float, float]:
    """Return minimum and maximum, ignoring NaN; NaN twice where there is none."""
    return float(np.fmin.reduce(x)), float(np.fmax.reduce(x))


def _frozen(series: Series, runs: list[Run], name: str) -> list[Finding]:
    spans = np.array([(run.first, run.end) for run in runs], dtype=np.int64).reshape(-1, 2)
    found = []
    for a, b in _longest(spans):
        value = series.values[a, runs[0].channel]
        text = f"{name} is stuck at {value:g} for {b - a:,} points, {_when(series, a, b)}"
        found.append(Finding("frozen", text, name, **_span(series, a, b)))
    return _with_rest(found, spans, f"frozen stretches of {name}")


def _unit(series: Series, j: int, name: str) -> list[Finding]:
    found = []
    for first, last, words in unit_runs(series.values[:, j], name):
        text = f"{name} looks {words}, {_when(series, first, last)}; has its unit changed?"
        found.append(Finding("unit", text, name, **_span(series, first, last)))
    return _most(found, "changes of unit")


def _words_of(series: Series, distance: float) -> str:
    """Return a distance in time as a person says it."""
    if not series.is_dated:
        return f"{distance:g}"
    seconds = distance / units.NANOSECONDS
    for unit, size in (("days", units.DAY), ("h", units.HOUR), ("min", units.MINUTE)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def _irregular(series: Series) -> list[Finding]:
    stamps = series.stamps
    fresh = stamps[np.append(True, stamps[1:] != stamps[:-1])]
    laid = grid.lay(fresh)
    if laid.why in ("", "weekends"):
        return []
    distance = np.diff(fresh).astype(np.float64)
    least, usual, most = (_words_of(series, float(d)) for d in (distance.min(), np.median(distance), distance.max()))
    if laid.why == "sparse":
        text = (
            f"rows are {usual} apart but for long breaks (up to {most}); they are taken as they come, breaks left out"
        )
    else:
        text = f"times are irregular: {usual} apart as a rule, from {least} to {most}; rows are taken as they come"
    return [Finding("irregular", text, n_points=len(series))]


def _late(series: Series) -> list[Finding]:
    """Say where the last few rows came after an unusual wait."""
    present = np.flatnonzero(~np.isnan(series.values).all(axis=1))
    if len(present) < 30:
        return []
    stamps = series.stamps[present]
    distance = np.diff(stamps).astype(np.float64)
    usual, wide = float(np.median(distance)), float(np.quantile(distance[:-5], 0.999))
    last = np.flatnonzero(distance[-5:] > max(LATE * usual, wide))
    if not len(last):
        return []
    at = len(stamps) - 5 + int(last[-1])
    rows = len(stamps) - at
    wait, rule = _words_of(series, float(distance[at - 1])), _words_of(series, usual)
    text = f"the last {counted(rows, 'row', 'rows')} came {wait} after the one before, {rule} being usual"
    return [Finding("late", text, **_span(series, int(present[at]), len(series)))]


def clock_changes(series: Series) -> tuple[Finding, ...]:
    """Find hours missing or doubled by daylight saving time, in times without a zone.

    The rows are looked at in the order in which they came, since sorting hides an hour that was lived twice.
    """
    if not series.is_dated or series.zone is not None or len(series) < 3:
        return ()
    present = np.flatnonzero(~np.isnan(series.values).all(axis=1))
    stamps = series.stamps[present].astype(np.int64)
    distance = np.diff(stamps)
    step = int(np.median(distance)) if len(distance) else 0
    if not 0 < step <= HOUR:
        return ()
    found = []
    for jump, words in (
        (step + HOUR, "went forward: an hour is missing"),
        (step - HOUR, "went back: an hour is there twice"),
    ):
        hits = np.flatnonzero(np.abs(distance - jump) <= step // 2)
        at = stamps[hits]
        hour, weekday = at // HOUR % 24, (at // grid.DAY + 3) % 7
        month = at.view("datetime64[ns]").astype("datetime64[M]").astype(np.int64) % 12 + 1
        night = ((weekday == 6) & (hour <= 4)) | ((weekday == 5) & (hour == 23))
        for row in present[hits[night & np.isin(month, CHANGE_MONTHS)]]:
            when = series.label(int(row))
            text = f"the clock {words} at {when}; a zone in the times avoids this"
            found.append(Finding("clock", text, start=when, end=when))
    return tuple(_most(found, "clock changes")) if _seldom(found, series) else ()


def _seldom(found: list[Finding], series: Series) -> bool:
    """Whether there are at most two a year, as clocks are changed."""
    years = float((series.stamps.max() - series.stamps.min()).astype(np.int64)) / (365.25 * grid.DAY)
    return len(found) <= 2 * (years + 1)
