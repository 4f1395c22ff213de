"""Columns that say again what the time of a row says."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.data.reading.calendars import RANGES, ROLES, role_of
from offbeat.data.reading.columns import Column, is_whole
from offbeat.data.reading.ticks import Stamps


def repeats_time(column: Column, stamps: NDArray[Any]) -> bool:
    """Whether a column says again what the time says: the year, the hour, the day of the week, an epoch.

    Parameters
    ----------
    column
        A column that is not part of the time.
    stamps
        The times of the rows that were looked at, dates.
    """
    if column.kind == "number" and _is_part(column, stamps):
        return True
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
    family = column.time.family if column.time is not None else ""
    if (family == "digits" and (column.is_timely or column.is_nameless)) or (family == "epoch" and column.is_timely):
        return True
    return _repeats(column, stamps) or _is_component(column, stamps) or _is_hour(column, stamps)


_SAME = 0.98
"""The share of rows in which a column must say what the time says."""
_QUARTER = np.timedelta64(15, "m")


def _is_part(column: Column, stamps: NDArray[Any]) -> bool:
    """Whether a column that is named for it holds the year, the month, ... or the period of the day, in any zone."""
    role = role_of(column)
    if role not in (*RANGES, "period") or not column.is_whole or len(stamps) != len(column.numbers):
        return False
    own = column.numbers.astype(np.int64)
    shifts = range(-56, 57) if role not in ("minute", "second") else (0, 1, 2, 3)
    per_day = next((n for n in (24, 48, 96, 288) if own.max() <= n + 4), 24)
    return any(bool((own == _part(stamps + k * _QUARTER, role, per_day)).mean() > _SAME) for k in shifts)


def _part(stamps: NDArray[Any], role: str, per_day: int) -> NDArray[np.int64]:
    """Return the year, the month, ... of each moment."""
    days = stamps.astype("datetime64[D]")
    months, years = days.astype("datetime64[M]"), days.astype("datetime64[Y]")
    seconds = (stamps - days).astype("timedelta64[s]").astype(np.int64)
    found: dict[str, NDArray[np.int64]] = {
        "year": years.astype(np.int64) + 1970,
        "month": (months - years).astype(np.int64) + 1,
        "day": (days - months).astype(np.int64) + 1,
        "doy": (days - years.astype("datetime64[D]")).astype(np.int64) + 1,
        "hour": seconds // 3600,
        "minute": seconds // 60 % 60,
        "second": seconds % 60,
        "period": seconds * per_day // 86_400 + 1,
        "quarter": ((months - years).astype(np.int64)) // 3 + 1,
        "week": (days - years.astype("datetime64[D]")).astype(np.int64) // 7 + 1,
    }
    return found[role]


def _is_hour(column: Column, stamps: NDArray[Any]) -> bool:
    """Whether a column that is named for it holds the hour of the day, of any zone and counted from 0 or 1."""
    named = column.words_of_name[-1] in ROLES["hour"] or column.is_nameless
    if not named or not column.is_whole or len(stamps) != len(column.numbers) or len(stamps) < 3:
        return False
    hours = (stamps.astype("datetime64[h]") - stamps.astype("datetime64[D]")).astype(np.int64)
    if len(np.unique(hours)) < 2 or column.numbers.min() < 0 or column.numbers.max() > 2400:
        return False
    own = column.numbers.astype(np.int64)
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
    # on a single day all of them stand still, and a flag of 1 may be the month: only a first column is a part then
    early = int(column.word.removeprefix("column")) <= len(parts) + 2
    return any(bool((column.numbers == part).all()) and (early or len(np.unique(part)) > 1) for part in parts)


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
