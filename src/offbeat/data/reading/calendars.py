"""Columns that make a time together: year, month, day, hour, by their names or by how they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from offbeat.data.reading.clocks import Clock, Part
from offbeat.data.reading.columns import Column
from offbeat.data.reading.steps import regularity
from offbeat.data.reading.times import TimeForm, month_of

ROLES = {
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
    "week": ("week", "isoweek", "iso_week", "wk", "woy", "week_number", "weeknumber", "week_of_year", "kw", "epiweek"),
    "quarter": ("quarter", "qtr", "q", "quartal", "trimestre"),
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

RANGES = {
    "year": (1678, 2261),
    "month": (1, 12),
    "day": (1, 31),
    "doy": (1, 366),
    "hour": (0, 24),
    "week": (1, 53),
    "quarter": (1, 4),
    "minute": (0, 59),
    "second": (0, 60),
}

_ORDERS = (
    ("year", "doy", "month", "day", "hour", "minute"), ("year", "month", "day", "hour", "minute", "second"),
    ("year", "month", "day", "hour", "minute"), ("year", "month", "day", "hhmm"), ("year", "month", "day", "hour"),
    ("year", "month", "day"),
    ("year", "doy", "hhmm"), ("year", "doy", "hour"), ("year", "doy"), ("year", "month"),
)  # fmt: skip


def role_of(column: Column) -> str | None:
    """Return what the name of a column says of a time: "year", "hour", "period", ...; None where it says nothing."""
    if column.kind not in ("number", "text", "time"):
        return None
    return next((role for role, words in ROLES.items() if column.word in words), None)


def within(column: Column, low: float, high: float) -> bool:
    """Whether a column holds whole numbers between two others, and none is missing."""
    return column.is_whole and bool(column.known.min() >= low and column.known.max() <= high)


def calendar_of(free: Sequence[Column]) -> Clock | None:
    """Return the time that columns named for the calendar make; without names, first columns that count like it."""
    found: dict[str, Column] = {}
    for column in free:
        role = role_of(column)
        role = "minute" if role == "month" and "hour" in found and column.word == "mm" else role
        if (
            role in RANGES
            and role not in found
            and (_ranges(column, role) or (role == "month" and _names_months(column)))
        ):
            found[role] = column
    for part in ("week", "quarter"):
        if "year" in found and part in found and not {"month", "doy"} & set(found):
            return noted(Clock((Part(found["year"].name, "year"), Part(found[part].name, part))))
    if "year" in found and ("month" in found or "doy" in found):
        roles = ["year", *(["month", *(["day"] if "day" in found else [])] if "month" in found else ["doy"])]
        if "day" in roles or "doy" in roles:
            for role in ("hour", "minute", "second"):
                if role not in found:
                    break
                roles.append(role)
        return noted(Clock(tuple(Part(found[role].name, role) for role in roles)))
    if all(column.is_nameless for column in free):
        return nameless(free)
    return None


def _ranges(column: Column, role: str) -> bool:
    """Whether a column holds numbers that its role allows: whole ones, but for a day of the year with a fraction."""
    low, high = RANGES[role]
    if role == "year" and within(column, 0, 99):
        return True
    if role != "doy" or column.is_whole:
        return within(column, low, high)
    full = column.kind == "number" and len(column.known) == len(column.numbers) > 0
    return full and bool(column.known.min() >= low and column.known.max() < high + 1)


def _names_months(column: Column) -> bool:
    return column.kind == "text" and all(month_of(cell) for cell in column.cells)


def nameless(free: Sequence[Column]) -> Clock | None:
    """Return the first columns that make rising times of equal steps, if they are read as a calendar."""
    best, score = None, 0.5
    for first in range(min(3, len(free))):
        numbers = free[first:]
        if numbers[0].kind != "number":
            continue
        found, share = _best_order(numbers)
        if share > score + 1e-9:
            best, score = found, share
    return None if best is None else noted(best)


def _best_order(free: Sequence[Column]) -> tuple[Clock | None, float]:
    """Return the order of parts in which the first columns make the most regular times, and how regular they are."""
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
    return best, score


def _ordered(free: Sequence[Column], order: Sequence[str]) -> Clock | None:
    """Return the time of the first columns in this order, where their numbers allow it."""
    chosen = free[: len(order)]
    if len(free) <= len(order) or not all(c.is_whole for c in chosen):
        return None
    if not all(within(c, *RANGES.get(role, (0, 2400))) for c, role in zip(chosen, order, strict=True)):
        return None
    beside = "doy" if "month" in order else ""
    return Clock(tuple(Part(c.name, role) for c, role in zip(chosen, order, strict=True) if role != beside))


def noted(clock: Clock) -> Clock:
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
