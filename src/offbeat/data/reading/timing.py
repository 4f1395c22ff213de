"""Which columns are the time of a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError
from offbeat.data.reading.calendars import RANGES, calendar_of, nameless, noted, role_of, within
from offbeat.data.reading.clocks import Clock, Part
from offbeat.data.reading.columns import STRICT_TIME, Column
from offbeat.data.reading.options import Options
from offbeat.data.reading.steps import irregular, regularity
from offbeat.data.reading.times import is_time
from offbeat.data.reading.words import short

_COUNTERS = frozenset(
    [
        "jd",
        "mjd",
        "julian_date",
        "datenum",
        "elapsed",
        "x_axis",
        "t",
        "step",
        "year",
        "minute",
        "second",
        "seconds",
        "hours",
        "cycle",
        "cycles",
        "tick",
        "sample",
        "x_value",
    ]
)
_NUMBERED = frozenset(["index", "idx", "column1", "unnamed_0"])
_DATED = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})\b|(19|20)\d{6}\b|(19|20)\d\d\u5e74")
_BY_RANGE = ("year", "month", "day", "hour", "minute", "second")
"""What columns without known names are, in this order, where their numbers allow it."""
_FINE = ("ms", "us", "ns")
_EVEN = 20
"""Steps that must be even for a first column of any name to be a time."""
_ENDS = frozenset(["end", "stop", "to", "until", "finish", "ende", "updated", "received", "ingested"])


@dataclass(frozen=True)
class Timing:
    """The time that was found: how it is written, why, and what else could have been it."""

    clock: Clock = field(default_factory=Clock)
    why: str = "no column holds times; rows are counted"
    rejected: tuple[str, ...] = ()


def asked_timing(names: Sequence[str], columns: Sequence[Column], options: Options, place: str) -> Timing:
    """Return the time that the user's columns make.

    Raises
    ------
    InputError
        Where they hold no times.
    """
    named = [next(c for c in columns if c.name == name) for name in names]
    if len(named) > 1 and all(column.is_nameless for column in named):
        found = nameless([*named, named[-1]])
        if found is not None and len(found.parts) == len(named):
            return Timing(found, "asked for")
    if len(named) > 1:
        parts: list[Part] = []
        for column in named:
            parts.append(_part_of(column, [part.role for part in parts]))
        return Timing(noted(Clock(tuple(parts))), "asked for")
    column = named[0]
    free = [c for c in columns if c.name not in (*names, options.id or (), options.label, *(options.values or ()))]
    if column.kind in ("time", "number") and column.time is not None and not _is_clock(column):
        return Timing(_with_companion(column, free, alone=True), "asked for")
    if column.kind == "time":
        return Timing(_day_less(column), "asked for")
    if column.kind == "number":
        calendar = calendar_of(columns)
        if calendar is not None and column.name in calendar.names:
            return Timing(calendar, "asked for")
        return Timing(Clock((Part(column.name, "time"),), counts=True), "asked for")
    shown = next((f"; it begins with {short(cell)!r}" for cell in column.cells if cell), "")
    raise InputError(f"column {column.name} of {place} holds no times{shown}; name another column as time")


def _part_of(column: Column, taken: Sequence[str]) -> Part:
    """Return what one of several columns of a time says: by its cells, its name, or the range of its numbers."""
    if column.kind == "time" and column.time is not None:
        return Part(column.name, "clock" if _is_clock(column) else "date", column.time)
    role = role_of(column)
    if role is None and column.time is not None and column.time.family == "digits":
        return Part(column.name, "date", column.time)
    if role == "hhmm" and len(column.known) and column.known.max() <= 24:
        role = "hour"
    if role is None and len(column.known):
        role = next((r for r in _BY_RANGE if r not in taken and within(column, *RANGES[r])), None)
    part = _clock_part(column, role) if role is not None and (len(column.known) or role == "month") else None
    if part is None or part.role == "none":
        shown = next((cell for cell in column.cells if cell), "") or (
            f"{column.known[0]:g}" if len(column.known) else ""
        )
        raise InputError(
            f"column {column.name} holds no part of a time (it begins with {shown!r}); name others with --time"
        )
    return part


def find_timing(columns: Sequence[Column], free: Sequence[Column], options: Options, place: str) -> Timing:
    """Return the time among the free columns.

    Raises
    ------
    InputError
        Where a column is named for time and holds none, with a cell and the way out.
    """
    _refuse_unread(free, options, place)
    found = [c for c in free if c.kind == "time" and not _is_clock(c) and not _is_duller(c, free)]
    dated = sorted(found, key=_rank)
    calendar = calendar_of(free)
    others = tuple(f"{c.name} ({c.time})" for c in dated[1:])
    if dated:
        best = _settled(_with_companion(dated[0], free), columns, options)
        if calendar is not None and _splits(calendar, best, columns):
            return Timing(
                calendar, f"it tells rows with one {dated[0].name} from one another", (dated[0].name, *others)
            )
        why = f"it is written as {dated[0].time}" + (
            f", {dated[0].time.reason}" if dated[0].time and dated[0].time.reason else ""
        )
        return Timing(best, why, others)
    numeric = _numeric(free)
    if calendar is not None and (numeric is None or _splits(calendar, _with_companion(numeric, free), columns)):
        return Timing(calendar, "its columns are named for the calendar, or count like it")
    if numeric is not None:
        return Timing(_with_companion(numeric, free), f"its numbers are {numeric.time}")
    clocks = [c for c in free if c.time is not None and c.time.family.startswith(("time of day", "elapsed"))]
    if clocks:
        return Timing(_day_less(clocks[0]), "it holds times of day, and no column holds dates")
    counted = next((c for c in free if _counts_time(c, free, options)), None) or _cycle(free)
    if counted is not None:
        return Timing(Clock((Part(counted.name, "time"),), counts=True), "its numbers count rows or seconds")
    return Timing()


def _refuse_unread(free: Sequence[Column], options: Options, place: str) -> None:
    """Refuse a column that is named for time, or begins with dates and is the only one to do so, and can't be read."""
    timed = options.values is not None or any(column.kind == "time" for column in free)
    for column in free:
        if column.kind != "text":
            continue
        dated = not timed and all(_begins_with_date(cell) for cell in column.cells if cell)
        if column.word not in STRICT_TIME and not dated:
            continue
        cell = next((cell for cell in column.cells if cell and not is_time(cell)), column.cells[0])
        why = "begins with dates" if dated else "is named for time"
        raise InputError(
            f"column {column.name} of {place} {why}, and {short(cell)!r} in it is no time that can be read; write it "
            f"as 2024-01-31 13:45:00, or give --time with the column that holds the times"
        )


def _begins_with_date(cell: str) -> bool:
    """Whether a cell begins with three numbers that can be a day, a month and a year."""
    match = _DATED.match(cell)
    if match is None or match[1] is None:
        return match is not None
    parts = (match[1], match[3], match[4])
    small = [part for part in parts if 1 <= int(part) <= 31]
    return len(small) >= 2 and any(int(part) <= 12 for part in small) and any(len(part) in (2, 4) for part in parts)


def _is_clock(column: Column) -> bool:
    return column.time is not None and not column.time.has_date


def _is_duller(column: Column, free: Sequence[Column]) -> bool:
    """Whether a column of times has one value only while another has several."""

    def kinds(one: Column) -> int:
        stamps = one.stamps
        return 0 if stamps is None else len(np.unique(stamps))

    return kinds(column) == 1 and any(c.kind == "time" and not _is_clock(c) and kinds(c) > 1 for c in free)


def _rank(column: Column) -> tuple[Any, ...]:
    """Return what orders columns of times: those that end a span last, named ones and finer ones first."""
    ends = not _ENDS.isdisjoint(column.words_of_name)
    return (ends, not column.is_timely, not _has_clock(column), column.word not in STRICT_TIME and "_" in column.word)


def _has_clock(column: Column) -> bool:
    stamps = column.stamps
    if stamps is None or not len(stamps):
        return False
    known = stamps[~np.isnat(stamps)]
    return bool((known != known.astype("datetime64[D]")).any()) or bool(any(":" in cell for cell in column.cells[:20]))


def _with_companion(date: Column, free: Sequence[Column], alone: bool = False) -> Clock:
    """Join a column of days with one that says when in the day; `alone`: only where days are repeated."""
    base = Part(date.name, "time", date.time)
    stamps = date.stamps
    if stamps is None or _has_clock(date):
        return noted(Clock((base,)))
    rest = [c for c in free if c.name != date.name]
    repeats = len(np.unique(stamps)) < 0.7 * len(stamps)
    clocks = [c for c in rest if _is_clock(c) and c.kind == "time" and len(c.cells) == len(stamps)]
    named = [c for c in clocks if role_of(c) is not None]
    if not repeats:
        clocks = [] if alone else named  # sunrise, or the time of a maximum, is none
    clocks = [c for c in clocks if c.time is None or c.time.family != "span of hours" or c.is_timely]
    clock = next(iter([c for c in clocks if c in named] or clocks), None)
    date_part = replace(base, role="date")
    if clock is not None:
        return noted(Clock((date_part, Part(clock.name, "clock", clock.time))))
    companion = next(_companions(rest, stamps), None) if repeats else None
    if companion is None:
        return noted(Clock((base,)))
    parts = [date_part, companion]
    if companion.role == "hour":
        parts += [Part(c.name, "minute") for c in rest if role_of(c) == "minute" and within(c, 0, 59)][:1]
    return noted(Clock(tuple(parts)))


def _settled(clock: Clock, columns: Sequence[Column], options: Options) -> Clock:
    """Return the clock with day and month in the order that gives the whole time, not its date alone, regular steps."""
    part = clock.parts[0] if clock.parts else None
    if part is None or part.form is None or not part.form.is_ambiguous or options.day_first is not None:
        return clock
    if len(clock.parts) < 2 or "above 12" in part.form.reason:
        return clock
    cells: dict[str, Any] = {c.name: c.given if c.given is not None else (c.cells or c.numbers) for c in columns}
    ways = []
    for first in (part.form.day_first, not part.form.day_first):
        form = replace(part.form, day_first=first, strptime=None, offsets=set())
        tried = replace(clock, parts=(replace(part, form=form), *clock.parts[1:]))
        stamps = tried.read(cells)
        ways.append((int(np.isnat(stamps).sum()), irregular(stamps), tried))
    best = min(ways, key=lambda way: way[:2])
    if best[:2] == max(ways, key=lambda way: way[:2])[:2]:
        return clock
    settled = best[2].parts[0].form or part.form
    words = f"{best[1]} of the steps are irregular so, {max(way[1] for way in ways)} the other way round"
    return noted(replace(best[2], parts=(replace(part, form=replace(settled, reason=words)), *clock.parts[1:])))


def _companions(rest: Sequence[Column], stamps: NDArray[Any]) -> Iterator[Part]:
    for column in rest:
        role = role_of(column) or ("hhmm" if column.is_nameless else None)
        if not column.is_whole or role not in ("hour", "hhmm", "period"):
            continue
        if len(set(zip(stamps.tolist(), column.known.tolist(), strict=True))) > 1.5 * len(np.unique(stamps)):
            part = _clock_part(column, role)
            if part.role != "none":
                yield part


def _clock_part(column: Column, role: str) -> Part:
    """Return what a column of whole numbers says of the time of day, by its range."""
    known = column.known
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    if role == "period":
        per_day = next((n for n in (24, 48, 96, 288) if high <= n + (n // 24) * 2), 0)
        return Part(column.name, "period" if low >= 1 and per_day else "none", per_day=per_day or 24)
    if role in ("hour", "hhmm"):
        if high > 25 and high <= 2400 and bool((known % 100 < 60).all()):
            return Part(column.name, "hhmm")
        if high > 2400 and high <= 240_000 and bool(((known % 100 < 60) & (known // 100 % 100 < 60)).all()):
            return Part(column.name, "hhmmss")
        return Part(column.name, "hour" if high <= 25 else "none")
    return Part(column.name, role)


def _splits(calendar: Clock, best: Clock, columns: Sequence[Column]) -> bool:
    """Whether the calendar columns tell many rows from one another that the time found does not."""
    cells: dict[str, Any] = {c.name: c.given if c.given is not None else (c.cells or c.numbers) for c in columns}
    finer, coarser = (len(np.unique(clock.read(cells))) for clock in (calendar, best))
    return finer > 1.5 * coarser


def _numeric(free: Sequence[Column]) -> Column | None:
    """Return the column whose numbers are dates, an epoch or Excel's days."""
    for column in sorted(free, key=lambda one: not _ENDS.isdisjoint(one.words_of_name)):
        if column.kind != "number" or column.time is None or len(column.known) < len(column.numbers):
            continue
        if column.time.family == "decimal year" and not (
            {"year", "date", "time", "decimal"} & set(column.words_of_name)
        ):
            continue
        first = column is free[0] and column.time.family == "epoch" and _moves_on(column)
        if len(free) > 1 and (column.is_timely or first or _is_first_and_steady(column, free)):
            return column
    return None


def _moves_on(column: Column) -> bool:
    """Whether each number is larger than the one above, or each is smaller."""
    steps = np.diff(column.numbers)
    return len(steps) > _EVEN and bool((steps > 0).all() or (steps < 0).all())


def _is_first_and_steady(column: Column, free: Sequence[Column]) -> bool:
    """Whether a column without a name is a time by what its digits say, or by its place and its steps."""
    if not column.is_nameless:
        return False
    if (
        column.time is not None
        and len(column.numbers) > 9
        and (column.time.family == "digits" or column.time.unit in _FINE)
    ):
        return True  # that so many numbers are dates, or near now in milliseconds, is no chance
    steps = np.diff(column.numbers)
    steady = bool((steps >= 0).all() or (steps <= 0).all())
    if column is not free[0] or len(steps) < 2 or not steady:
        return False
    return bool((steps != 0).all()) or regularity(column.numbers) > 0.5


def _day_less(column: Column) -> Clock:
    note = "times of day without a date are counted in seconds from the first midnight on"
    return Clock((Part(column.name, "time", column.time),), notes=(note,), rolls=True)


def _counts_time(column: Column, free: Sequence[Column], options: Options) -> bool:
    others = sum(c.kind in ("number", "state", "empty") for c in free) + len(options.values or ())
    if column.kind != "number" or others < 2 or len(column.known) < len(column.numbers):
        return False
    if column.word in STRICT_TIME or column.word in ("ts", "ds", "epoch", "unixtime", "dates"):
        return True
    steps = np.diff(column.numbers)
    if not len(steps):
        return False
    if column is free[0] and _is_even(steps):
        return True
    if column.word in _NUMBERED:
        return bool((steps == 1).all())
    return column.word in _COUNTERS and bool((steps >= 0).mean() > 0.9) and bool((steps > 0).any())


def _is_even(steps: NDArray[Any]) -> bool:
    """Whether steps are one and the same but for rounding, as those of a time at the head of a row are."""
    middle = float(np.median(steps))
    return len(steps) >= _EVEN and middle > 0 and bool((np.abs(steps - middle) <= 0.05 * middle).all())


def _cycle(free: Sequence[Column]) -> Column | None:
    """Return a column without a name that counts from one on, and anew wherever the column before it steps."""
    for unit, column in pairwise(free):
        if not (unit.is_nameless and column.is_nameless and unit.is_whole and column.is_whole) or len(unit.known) < 10:
            continue
        stays = np.diff(unit.numbers) == 0
        steps = np.diff(column.numbers)
        if (
            not stays.all()
            and bool((steps[stays] == 1).all())
            and bool((column.numbers[1:][~stays] == column.numbers[0]).all())
        ):
            return column
    return None
