"""The time of a row from one column or from several: date and hour, year and month and day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.data.reading.ticks import NAT, Stamps
from offbeat.data.reading.times import TimeForm, month_of
from offbeat.data.reading.zones import shown_zone

_DAY = np.timedelta64(1, "D").astype("timedelta64[ns]")
_DATES = ("year", "month", "day", "doy", "week", "quarter")
_SECONDS = {"hour": 3600, "minute": 60, "second": 1}
CALENDAR = ("year", "month", "day", "doy", "hour", "minute", "second", "hhmm")
"""What a column of whole numbers can say of a time."""


@dataclass(frozen=True)
class Part:
    """One column of a time, and what it says: "time", "date", "clock", one of `CALENDAR`, or "period" (of a day)."""

    name: str
    role: str
    form: TimeForm | None = None
    per_day: int = 24


@dataclass(frozen=True)
class Clock:
    """How the times of the rows are written.

    Parameters
    ----------
    parts
        The columns that make up the time; none where rows are counted.
    counts
        Whether the only column holds numbers that are no dates.
    notes
        What a user may want to check of the guess.
    """

    parts: tuple[Part, ...] = ()
    counts: bool = False
    notes: tuple[str, ...] = ()
    rolls: bool = field(default=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(part.name for part in self.parts)

    @property
    def zone(self) -> str | None:
        """The zone in which the times were written; UTC where there were several."""
        offsets: set[str] = set()
        for part in self.parts:
            if part.form is not None:
                offsets |= part.form.offsets
        return shown_zone(offsets)

    def read(self, columns: Mapping[str, Any]) -> NDArray[Any]:
        """Return the time of each row: datetime64[ns], NaT where it can't be read; or numbers, NaN where they can't.

        Parameters
        ----------
        columns
            The cells of each column by its name: text, or numbers.
        """
        if self.counts:
            return numbers_of(columns[self.parts[0].name])
        if self.rolls:
            return _rolled(self._base(self.parts[0], columns))
        made: NDArray[Any] | None = None
        calendar = {p.role: columns[p.name] for p in self.parts if p.role in _DATES}
        if "year" in calendar:
            made = _dates(calendar)
        for part in self.parts:
            if part.role in ("time", "date"):
                made = self._base(part, columns)
            elif part.role not in calendar:
                made = (NAT if made is None else made) + self._inside(part, columns)
        return np.empty(0, dtype="datetime64[ns]") if made is None else made

    def _base(self, part: Part, columns: Mapping[str, Any]) -> Stamps:
        cells = columns[part.name]
        if part.form is None or part.form.family == "dates":
            return np.asarray(cells).astype("datetime64[ns]")
        return part.form.parse(cells)

    def _inside(self, part: Part, columns: Mapping[str, Any]) -> NDArray[np.timedelta64]:
        """Return how far into the day, or the hour, a row is."""
        cells = columns[part.name]
        if part.role == "clock":
            form = part.form or TimeForm("time of day")
            return form.parse(cells) - np.datetime64(0, "ns")
        numbers = numbers_of(cells).astype(np.float64)
        if part.role == "hhmm":
            hours = np.floor(numbers / 100)
            numbers = np.where(numbers % 100 < 60, hours * 3600 + (numbers - hours * 100) * 60, np.nan)
        elif part.role == "hhmmss":
            whole = np.floor(numbers / 100)
            seconds = np.floor(whole / 100) * 3600 + (whole % 100) * 60 + numbers % 100
            numbers = np.where((numbers % 100 < 60) & (whole % 100 < 60), seconds, np.nan)
        elif part.role == "period":
            numbers = (numbers - 1) * (86_400 / part.per_day)
        else:
            numbers = numbers * _SECONDS[part.role]
        fits = np.isfinite(numbers) & (numbers >= 0) & (numbers <= 90_000)
        made = np.full(len(numbers), np.timedelta64("NaT", "ns"))
        made[fits] = np.round(numbers[fits] * 1e9).astype(np.int64).astype("timedelta64[ns]")
        return made


def numbers_of(cells: Any) -> NDArray[Any]:
    """Return cells as int64 where all are whole numbers, else as float64 with NaN for what is no number."""
    array = np.asarray(cells)
    if array.dtype.kind in "iu":
        return array.astype(np.int64)
    if array.dtype.kind != "f":
        array = np.array([_number(cell) for cell in cells], dtype=np.float64)
    finite = np.isfinite(array)
    if finite.all() and (np.abs(array) < 2**53).all() and (array == np.floor(array)).all():
        return array.astype(np.int64)
    return np.where(finite, array, np.nan)


def _number(cell: Any) -> float:
    try:
        return float(str(cell).replace(",", "."))
    except ValueError:
        return np.nan


def _rolled(times: Stamps) -> NDArray[Any]:
    """Return times of day as seconds since the first midnight: a day is added wherever they jump back."""
    seconds = (times - np.datetime64(0, "ns")).astype(np.float64) / 1e9
    seconds[np.isnat(times)] = np.nan
    back = np.diff(seconds, prepend=seconds[:1]) < -1800
    return numbers_of(seconds + 86_400 * np.cumsum(back))


def _dates(calendar: Mapping[str, Any]) -> Stamps:
    """Return the days that years, months and days name; NaT where there is no such day."""
    years = numbers_of(calendar["year"]).astype(np.float64)
    years = np.where((years >= 0) & (years < 100), years + np.where(years >= 69, 1900, 2000), years)
    n = len(years)
    months = _months(calendar["month"]) if "month" in calendar else np.ones(n)
    if "quarter" in calendar:
        months = numbers_of(calendar["quarter"]).astype(np.float64) * 3 - 2
    days = numbers_of(calendar["day"]).astype(np.float64) if "day" in calendar else np.ones(n)
    fits = (years >= 1678) & (years <= 2261) & (months >= 1) & (months <= 12) & (days >= 1) & (days <= 31)
    fits &= (years == np.floor(years)) & (months == np.floor(months)) & (days == np.floor(days))
    made = np.full(n, NAT)
    month = (years[fits] - 1970).astype(np.int64) * 12 + (months[fits] - 1).astype(np.int64)
    start = month.astype("datetime64[M]")
    day = start.astype("datetime64[D]") + (days[fits] - 1).astype(np.int64)
    made[fits] = np.where(day.astype("datetime64[M]") == start, day.astype("datetime64[ns]"), NAT)
    if "week" in calendar:
        return _weeks(years, numbers_of(calendar["week"]).astype(np.float64))
    if "doy" in calendar:
        doy = numbers_of(calendar["doy"]).astype(np.float64)
        good = fits & (doy >= 1) & (doy <= 366)
        made[~good] = NAT
        whole = np.floor(doy[good])
        made[good] += (whole - 1).astype(np.int64) * _DAY
        made[good] += np.round((doy[good] - whole) * 86_400).astype(np.int64).astype("timedelta64[s]")
    return made


def _weeks(years: NDArray[np.float64], weeks: NDArray[np.float64]) -> Stamps:
    """Return the Monday of each week of ISO 8601; NaT where a year has no such week."""
    made = np.full(len(years), NAT)
    for i in np.flatnonzero((years >= 1678) & (years <= 2261) & (weeks >= 1) & (weeks <= 53)).tolist():
        try:
            made[i] = np.datetime64(date.fromisocalendar(int(years[i]), int(weeks[i]), 1), "ns")
        except ValueError:
            continue
    return made


def _months(cells: Any) -> NDArray[np.float64]:
    numbers = numbers_of(cells).astype(np.float64)
    if np.isfinite(numbers).any():
        return numbers
    return np.array([month_of(str(cell)) or np.nan for cell in cells], dtype=np.float64)
