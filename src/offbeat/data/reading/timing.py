"""Which columns are the time of a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError
from offbeat.data.reading.clocks import Clock, Part
from offbeat.data.reading.columns import STRICT_TIME, Column, is_whole
from offbeat.data.reading.options import Options
from offbeat.data.reading.times import Stamps, TimeForm, irregular, is_time, month_of, regularity

_CALENDAR = {
    "year": ("year", "yr", "yyyy", "yy", "jahr", "annee", "ano", "anio"),
    "month": ("month", "mon", "mo", "mm", "monat", "mois", "mes"),
    "day": ("day", "dy", "dd", "dom", "day_of_month", "mday", "tag", "jour", "dia"),
    "doy": ("doy", "day_of_year", "dayofyear", "yday", "julian", "julian_day", "jday", "jd"),
    "hour": (
        "hour",
        "hr",
        "hrs",
        "hours",
        "hh",
        "h",
        "he",
        "hour_ending",
        "hourending",
        "stunde",
        "heure",
        "hora",
        "hour_of_day",
    ),
    "minute": ("minute", "min", "minutes", "mi", "mn", "mins"),
    "second": ("second", "sec", "seconds", "ss", "secs"),
    "hhmm": ("hhmm", "time_hhmm", "hrmn", "hour_minute", "time", "time_of_day", "uhrzeit", "zeit"),
    "period": (
        "period",
        "settlement_period",
        "settlementperiod",
        "sp",
        "interval",
        "trading_period",
        "pte",
        "quarter_hour",
        "half_hour",
    ),
}
_COUNTERS = frozenset(
    ["t", "step", "year", "minute", "second", "seconds", "hours", "cycle", "cycles", "tick", "sample", "x_value"]
)
_NUMBERED = frozenset(["index", "idx", "column1", "unnamed_0"])
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
    if len(named) > 1:
        parts = [_part_of(column) for column in named]
        return Timing(_noted(Clock(tuple(parts))), "asked for")
    column = named[0]
    free = [c for c in columns if c.name not in (*names, options.id or (), options.label, *(options.values or ()))]
    if column.kind in ("time", "number") and column.time is not None and not _is_clock(column):
        return Timing(_with_companion(column, free), "asked for")
    if column.kind == "time":
        return Timing(_day_less(column), "asked for")
    if column.kind == "number":
        calendar = _calendar(columns)
        if calendar is not None and column.name in calendar.names:
            return Timing(calendar, "asked for")
        return Timing(Clock((Part(column.name, "time"),), counts=True), "asked for")
    shown = next((f"; it begins with {cell!r}" for cell in column.cells if cell), "")
    raise InputError(f"column {column.name} of {place} holds no times{shown}; name another column as time")


def _part_of(column: Column) -> Part:
    if column.kind == "time" and column.time is not None:
        return Part(column.name, "clock" if _is_clock(column) else "date", column.time)
    role = role_of(column)
    if role is None and column.time is not None:
        return Part(column.name, "date", column.time)
    if role == "hhmm" and len(column.known) and column.known.max() <= 24:
        role = "hour"
    part = _clock_part(column, role or "hour") if len(column.known) else Part(column.name, "none")
    if part.role == "none":
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
    _refuse_unread(free, place)
    found = [c for c in free if c.kind == "time" and not _is_clock(c) and not _is_duller(c, free)]
    dated = sorted(found, key=_rank)
    calendar = _calendar(free)
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
    clocks = [c for c in free if c.time is not None and c.time.family == "time of day"]
    if clocks:
        return Timing(_day_less(clocks[0]), "it holds times of day, and no column holds dates")
    counted = next((c for c in free if _counts_time(c, free, options)), None) or _cycle(free)
    if counted is not None:
        return Timing(Clock((Part(counted.name, "time"),), counts=True), "its numbers count rows or seconds")
    return Timing()


def _refuse_unread(free: Sequence[Column], place: str) -> None:
    for column in free:
        if column.kind == "text" and column.word in STRICT_TIME:
            cell = next((cell for cell in column.cells if cell and not is_time(cell)), column.cells[0])
            raise InputError(
                f"column {column.name} of {place} is named for time, and {cell!r} in it is no time that can be read; "
                f"write it as 2024-01-31 13:45:00, or give --time with the column that holds the times"
            )


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


def _with_companion(date: Column, free: Sequence[Column]) -> Clock:
    """Join a column of days with one that says when in the day."""
    base = Part(date.name, "time", date.time)
    stamps = date.stamps
    if stamps is None or _has_clock(date):
        return _noted(Clock((base,)))
    rest = [c for c in free if c.name != date.name]
    clocks = [c for c in rest if _is_clock(c) and c.kind == "time" and len(c.cells) == len(stamps)]
    clock = next((c for c in clocks if c.time is None or c.time.family != "span of hours" or c.is_timely), None)
    date_part = replace(base, role="date")
    if clock is not None:
        return _noted(Clock((date_part, Part(clock.name, "clock", clock.time))))
    repeats = len(np.unique(stamps)) < 0.7 * len(stamps)
    companion = next(_companions(rest, stamps), None) if repeats else None
    if companion is None:
        return _noted(Clock((base,)))
    parts = [date_part, companion]
    if companion.role == "hour":
        parts += [Part(c.name, "minute") for c in rest if role_of(c) == "minute" and _within(c, 0, 59)][:1]
    return _noted(Clock(tuple(parts)))


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
    return _noted(replace(best[2], parts=(replace(part, form=replace(settled, reason=words)), *clock.parts[1:])))


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


def role_of(column: Column) -> str | None:
    """Return what the name of a column says of a time: "year", "hour", "period", ...; None where it says nothing."""
    if column.kind not in ("number", "text", "time"):
        return None
    return next((role for role, words in _CALENDAR.items() if column.word in words), None)


def _within(column: Column, low: float, high: float) -> bool:
    return column.is_whole and bool(column.known.min() >= low and column.known.max() <= high)


_RANGES = {
    "year": (1678, 2261),
    "month": (1, 12),
    "day": (1, 31),
    "doy": (1, 366),
    "hour": (0, 24),
    "minute": (0, 59),
    "second": (0, 60),
}


def _calendar(free: Sequence[Column]) -> Clock | None:
    """Return the time that columns named for the calendar make; without names, first columns that count like it."""
    found: dict[str, Column] = {}
    for column in free:
        role = role_of(column)
        if (
            role in _RANGES
            and role not in found
            and (_within(column, *_RANGES[role]) or (role == "month" and _names_months(column)))
        ):
            found[role] = column
    if "year" in found and ("month" in found or "doy" in found):
        roles = ["year", *(["month", *(["day"] if "day" in found else [])] if "month" in found else ["doy"])]
        if "day" in roles or "doy" in roles:
            for role in ("hour", "minute", "second"):
                if role not in found:
                    break
                roles.append(role)
        return _noted(Clock(tuple(Part(found[role].name, role) for role in roles)))
    if all(column.is_nameless for column in free):
        return _nameless(free)
    return None


def _names_months(column: Column) -> bool:
    return column.kind == "text" and all(month_of(cell) for cell in column.cells)


_ORDERS = (
    ("year", "doy", "month", "day", "hour", "minute"), ("year", "month", "day", "hour", "minute", "second"),
    ("year", "month", "day", "hour", "minute"), ("year", "month", "day", "hhmm"), ("year", "month", "day", "hour"),
    ("year", "month", "day"),
    ("year", "doy", "hhmm"), ("year", "doy", "hour"), ("year", "doy"), ("year", "month"),
)  # fmt: skip


def _nameless(free: Sequence[Column]) -> Clock | None:
    """Return the first columns that make rising times of equal steps, if they are read as a calendar."""
    first = next((i for i, column in enumerate(free) if column.kind == "number"), len(free))
    free = free[first:]
    columns = {column.name: column.numbers for column in free[:8] if column.kind == "number"}
    best, score = None, 0.5
    for order in _ORDERS:
        clock = _ordered(free, order)
        if clock is None:
            continue
        stamps = clock.read(columns)
        if np.isnat(stamps).any() or len(stamps) < 3:
            continue
        moving = np.diff(stamps)[np.diff(stamps) != np.timedelta64(0)]
        rising = float((moving > np.timedelta64(0)).mean()) if len(moving) > 0.1 * len(stamps) else 0.5
        if max(rising, 1 - rising) <= 0.9:
            continue
        found = regularity(stamps) * len(np.unique(stamps)) / len(stamps)
        if found > score + 1e-9:
            best, score = clock, found
    return None if best is None else _noted(best)


def _ordered(free: Sequence[Column], order: Sequence[str]) -> Clock | None:
    """Return the time of the first columns in this order, where their numbers allow it."""
    chosen = free[: len(order)]
    if len(free) <= len(order) or not all(c.is_whole for c in chosen):
        return None
    if not all(_within(c, *_RANGES.get(role, (0, 2400))) for c, role in zip(chosen, order, strict=True)):
        return None
    beside = "doy" if "month" in order else ""
    return Clock(tuple(Part(c.name, role) for c, role in zip(chosen, order, strict=True) if role != beside))


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
        if len(free) > 1 and (column.is_timely or _is_first_and_steady(column, free)):
            return column
    return None


def _is_first_and_steady(column: Column, free: Sequence[Column]) -> bool:
    """Whether a column without a name is a time by what its digits say, or by its place and its steps."""
    if not column.is_nameless:
        return False
    if column.time is not None and column.time.family == "digits" and len(column.numbers) > 9:
        return True  # that so many numbers are dates is no chance
    steps = np.diff(column.numbers)
    steady = bool((steps >= 0).all() or (steps <= 0).all())
    return column is free[0] and len(steps) > 1 and steady and regularity(column.numbers) > 0.5


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
    if column.word in _NUMBERED:
        return bool((steps == 1).all())
    return column.word in _COUNTERS and bool((steps >= 0).mean() > 0.9) and bool((steps > 0).any())


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


def _noted(clock: Clock) -> Clock:
    """Return the clock with what a user may want to check of it."""
    notes = []
    for part in clock.parts:
        if part.form is not None:
            notes += _form_notes(part.form)
        if part.role == "hour":
            notes.append(f"{part.name} is the hour that is added to the day; hour 24 is 00:00 of the next day")
        if part.role == "period":
            minutes = 1440 // part.per_day
            notes.append(f"{part.name} counts periods of {minutes} minutes, the first from 00:00 on")
    return replace(clock, notes=tuple(notes))


def _form_notes(form: TimeForm) -> list[str]:
    notes = []
    if form.family == "epoch":
        notes.append(f"times are {form.unit} since 1970")
    if form.is_ambiguous:
        why = f" ({form.reason})" if form.reason else ""
        notes.append(f"dates are read {'day' if form.day_first else 'month'} first{why}")
    if form.family.startswith("no year"):
        notes.append("dates have no year, and are shown in the year 2000")
    if form.family == "excel":
        notes.append("times are day numbers of Excel")
    if form.family == "decimal year":
        notes.append("times are years with a fraction")
    if form.interval:
        notes.append("each time is a span, of which the start is taken")
    return notes


def is_calendar(column: Column, stamps: NDArray[Any]) -> bool:
    """Whether a column says again what the time says: the year, the hour, the day of the week, an epoch.

    Parameters
    ----------
    column
        A column that is not part of the time.
    stamps
        The times of the rows that were looked at, dates.
    """
    role = role_of(column)
    if role in _RANGES and column.kind == "number" and len(column.known) and is_whole(column.known):
        low, high = _RANGES[role]
        return bool(column.known.min() >= low and column.known.max() <= high)
    extra = {
        "weekday",
        "day_of_week",
        "dayofweek",
        "dow",
        "wday",
        "quarter",
        "week",
        "week_of_year",
        "weekofyear",
        "woy",
        "is_weekend",
        "season",
    }
    if column.word in extra and (column.kind in ("state", "text") or (len(column.known) and is_whole(column.known))):
        return True
    if column.kind != "number":
        return False
    if column.time is not None and column.time.family == "digits" and (column.is_timely or column.is_nameless):
        return True
    return _repeats(column, stamps) or _is_component(column, stamps) or _is_hour(column, stamps)


def _is_hour(column: Column, stamps: NDArray[Any]) -> bool:
    """Whether a column that is named for it holds the hour of the day, of any zone and counted from 0 or 1."""
    named = column.words_of_name[-1] in _CALENDAR["hour"] or column.is_nameless
    if not named or not column.is_whole or len(stamps) != len(column.numbers) or len(stamps) < 3:
        return False
    hours = (stamps.astype("datetime64[h]") - stamps.astype("datetime64[D]")).astype(np.int64)
    own = column.numbers.astype(np.int64)
    if len(np.unique(hours)) < 2 or own.min() < 0 or own.max() > 2400:
        return False
    return len(np.unique(((own if own.max() <= 24 else own // 100) - hours) % 24)) == 1


def _is_component(column: Column, stamps: NDArray[Any]) -> bool:
    """Whether a column without a name is the year, the month, the day or the day of the year in all rows."""
    if not column.is_nameless or not column.is_whole or len(stamps) != len(column.numbers):
        return False
    years, months, days = (stamps.astype(f"datetime64[{unit}]") for unit in "YMD")
    parts = (
        years.astype(np.int64) + 1970,
        (months - years).astype(np.int64) + 1,
        (days - months).astype(np.int64) + 1,
        (days - years).astype(np.int64) + 1,
    )
    return any(bool((column.numbers == part).all()) for part in parts)


def _same_moments(own: Stamps, stamps: NDArray[Any], slack: float) -> bool:
    """Whether two columns name the same moments, but for the distance of a zone from UTC."""
    distance = (own - stamps).astype("timedelta64[ns]").astype(np.float64)
    if bool((np.abs(distance) <= slack).all()):
        return True
    quarter = 900e9
    shift = round(float(np.median(distance)) / quarter) * quarter
    return abs(shift) <= 14 * 3600e9 and bool((np.abs(distance - shift) <= slack).all())


def _repeats(column: Column, stamps: NDArray[Any]) -> bool:
    """Whether numbers follow the time exactly, read as dates, or as a straight line where the name says time."""
    if len(stamps) != len(column.numbers) or len(column.known) < len(column.numbers) or len(stamps) < 3:
        return False
    ticks = stamps.astype("datetime64[ns]").astype(np.float64)
    ticks -= ticks.mean()
    if not ticks.any():
        return False
    own = column.stamps
    step = float(np.median(np.abs(np.diff(ticks)))) or 1.0
    if own is not None and _same_moments(own, stamps, max(step, 1e9)):
        return True
    line = column.numbers - column.numbers.mean()
    if not column.is_timely and not {"decimal", "serial", "ms"} & set(column.words_of_name):
        return False
    slope = float(ticks @ line) / float(ticks @ ticks)
    return bool(
        np.abs(line - slope * ticks).max()
        <= max(1e-3 * abs(slope) * step * len(ticks) ** 0.5, 1e-9 * np.abs(line).max())
        and slope
    )
