"""Times as people write them: ISO 8601, month/day/year, epochs, row counters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

NS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
"""Nanoseconds in each unit of an epoch."""

_OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})$", re.IGNORECASE)
_ISO = re.compile(r"^\d{4}([-/.]?\d{1,2}){0,2}([T ].*)?$")
_NUMBERED = re.compile(r"^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?=$|[ T])")
_CLOCKS = ("", "%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
_NAMED = ("%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%b %d %Y", "%d %B %Y", "%B %d, %Y", "%b %Y", "%b-%Y", "%d-%b-%y")


class TimeCellError(Exception):
    """A cell that is not a time like the others: its position and the reason."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(why)
        self.position = position


@dataclass(frozen=True)
class Clock:
    """How the times of one column are written, found in its first cells.

    Parameters
    ----------
    kind
        "text" (by `form`), "epoch" (in `unit`), "compact" (the number 20130209), "dates" (dates already) or "number".
    form
        For text: "ISO8601" or a format of `strptime`.
    unit
        For an epoch: s, ms, us or ns.
    offset
        For text: whether a distance from UTC is written in it.
    hint
        What to try where a cell does not fit.
    """

    kind: str
    form: str = ""
    unit: str = "s"
    offset: bool = False
    hint: str = ""
    offsets: set[str] = field(default_factory=set, compare=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user may want to check of the guess."""
        if self.kind == "epoch":
            return (f"times are {self.unit} since 1970",)
        order = {"%m": "month first", "%d": "day first"}.get(self.form[:2])
        return (f"dates are read {order}",) if order and "%b" not in self.form.lower() else ()

    def convert(self, column: pd.Series[Any]) -> NDArray[Any]:
        """Return the times as datetime64[ns] in UTC, or as the numbers they are.

        Raises
        ------
        TimeCellError
            For the first cell that does not fit.
        """
        if self.kind == "text":
            return self._from_text(column)
        if self.kind == "dates":
            return self._from_dates(column)
        numbers = numbers_of(column)
        bad = ~np.isfinite(numbers.astype(np.float64))
        if bad.any():
            first = int(bad.argmax())
            raise TimeCellError(first, f"{column.iloc[first]!r} is not a number like the other times")
        if self.kind == "number":
            whole = numbers.astype(np.int64) if (np.abs(numbers) < 2**62).all() else numbers
            return whole if numbers.dtype.kind == "i" or (whole == numbers).all() else numbers
        if self.kind == "compact":
            return self._from_text(_as_text(numbers.astype(np.int64)))
        return _from_epoch(numbers, self.unit)

    def _from_text(self, column: pd.Series[Any]) -> NDArray[Any]:
        import pandas as pd

        form = {"compact": "%Y%m%d"}.get(self.kind, self.form)
        stamps = pd.to_datetime(column, format=form, errors="coerce", utc=self.offset)
        missing = stamps.isna().to_numpy()
        if missing.any():
            first = int(missing.argmax())
            raise TimeCellError(first, f"{column.iloc[first]!r} is not a time like the others{self.hint}")
        if self.offset:
            self._note_offsets(column)
        return self._nanoseconds(stamps, column)

    def _from_dates(self, column: pd.Series[Any]) -> NDArray[Any]:
        missing = column.isna().to_numpy()
        if missing.any():
            raise TimeCellError(int(missing.argmax()), "no time is there")
        return self._nanoseconds(column, column)

    def _nanoseconds(self, stamps: pd.Series[Any], column: pd.Series[Any]) -> NDArray[Any]:
        import pandas as pd

        if stamps.dt.tz is not None:
            stamps = stamps.dt.tz_convert("UTC").dt.tz_localize(None)
        low, high = pd.Timestamp.min.ceil("D"), pd.Timestamp.max.floor("D")
        outside = ((stamps < low) | (stamps > high)).to_numpy()
        if outside.any():
            first = int(outside.argmax())
            raise TimeCellError(first, f"{column.iloc[first]} is outside the years 1678 to 2261 that times can have")
        plain: NDArray[Any] = stamps.to_numpy()
        made: NDArray[Any] = plain.astype("datetime64[ns]")
        return made

    def _note_offsets(self, column: pd.Series[Any]) -> None:
        """Collect the UTC offsets that are written, from the distinct cell endings."""
        endings = column.astype(str).str.strip().str.slice(-6).unique()
        found = (_OFFSET.search(ending) for ending in endings)
        self.offsets.update(match.group().upper() if match else "none" for match in found)

    @property
    def zone(self) -> str | None:
        """The zone in which the times were written; UTC where there were several."""
        if not self.offset:
            return None
        if len(self.offsets) != 1:
            return "UTC"
        text = next(iter(self.offsets)).replace("Z", "+00:00")
        digits = (text[1:].replace(":", "") + "00")[:4]
        return "UTC" if digits == "0000" else f"{text[0]}{digits[:2]}:{digits[2:]}"


def clock_of_text(cells: list[str], *, day_first: bool | None, place: str) -> Clock | None:
    """Return how these cells write times, or None where they are no times.

    Parameters
    ----------
    cells
        The first cells that are not missing, stripped.
    day_first
        Whether 3/4/2013 is the third of April; None: month first with slashes and dashes, day first with dots.
    place
        The column, for the error.

    Raises
    ------
    InputError
        For dates that can't be read month first while `day_first` was not given.
    """
    if not cells:
        return None
    offset = any(_OFFSET.search(cell) and ":" in cell for cell in cells)
    if sum(_ISO.match(cell) is not None for cell in cells) > len(cells) / 2:
        clock = Clock("text", "ISO8601", offset=offset)
        return clock if _share(cells, "ISO8601") > 0.5 else None
    if sum(_NUMBERED.match(cell) is not None for cell in cells) > len(cells) / 2:
        return _numbered(cells, day_first, offset, place)
    forms = [f"{day} {clock}".strip() for day in _NAMED for clock in _CLOCKS]
    form = next((form for form in forms if _fits(cells[0], form)), None)
    return Clock("text", form) if form and _share(cells, form) > 0.5 else None


def _numbered(cells: list[str], day_first: bool | None, offset: bool, place: str) -> Clock | None:
    """Find the format of dates such as 2/9/2013 or 9.2.2013 8:00.

    Raises where the month can't come first and nothing was said.
    """
    model = next(cell for cell in cells if _NUMBERED.match(cell))
    match = _NUMBERED.match(model)
    if match is None:
        return None
    mark, year = match[2], "%Y" if len(match[4]) == 4 else "%y"
    days_lead = mark == "." if day_first is None else day_first
    order = ("%d", "%m") if days_lead else ("%m", "%d")
    position = 0 if not days_lead else 2
    for cell in cells:
        found = _NUMBERED.match(cell)
        if found and int((found[1], "", found[3])[position]) > 12:
            remedy = f"give day_first={not days_lead} if the {'month' if days_lead else 'day'} comes first"
            raise InputError(f"{cell!r} in {place} has no month {(found[1], '', found[3])[position]}; {remedy}")
    date = mark.join((*order, year))
    rest = _OFFSET.sub("", model[match.end() :]).strip(" T") if offset else model[match.end() :].strip(" T")
    clock = next((c for c in _CLOCKS if _fits(rest, c)), None)
    if clock is None:
        return None
    join = model[match.end()] if rest else ""
    form = f"{date}{join}{clock}" + ((" %z" if " +" in model or " -" in model else "%z") if offset else "")
    hint = f"; give day_first={not days_lead} if the {'month' if days_lead else 'day'} comes first"
    return Clock("text", form, offset=offset, hint=hint) if _share(cells, form) > 0.5 else None


def clock_of_numbers(numbers: NDArray[Any], *, named: bool) -> Clock:
    """Return what these numbers count: an epoch, a compact date or steps.

    Epochs and dates only where the column is named for time.

    Examples
    --------
    >>> clock_of_numbers(np.array([1.4910413e9]), named=True).unit
    's'
    """
    known = numbers[np.isfinite(numbers)]
    if not named or not len(known):
        return Clock("number")
    low, high = float(known.min()), float(known.max())
    whole = bool((known == np.floor(known)).all())
    if whole and low >= 19000101 and high <= 21001231:
        days = known.astype(np.int64)
        months = days // 100 % 100
        if ((months >= 1) & (months <= 12) & (days % 100 >= 1) & (days % 100 <= 31)).all():
            return Clock("compact", "%Y%m%d")
    for unit, floor in (("s", 1e8), ("ms", 1e11), ("us", 1e14), ("ns", 1e17)):
        # the years 1973 to 2261 in this unit
        if low >= floor and high <= 9.2e18 / NS[unit]:
            return Clock("epoch", unit=unit)
    return Clock("number")


def numbers_of(column: pd.Series[Any]) -> NDArray[Any]:
    """Return a column as int64 where it holds whole numbers, else as float64.

    NaN for what is no number.
    """
    import pandas as pd

    numbers = column if column.dtype.kind in "iuf" else pd.to_numeric(column, errors="coerce")
    if numbers.dtype.kind in "iu" and not numbers.isna().any():
        return numbers.to_numpy().astype(np.int64)
    return numbers.to_numpy(dtype=np.float64, na_value=np.nan)


def _from_epoch(numbers: NDArray[Any], unit: str) -> NDArray[Any]:
    if numbers.dtype.kind == "i":
        return np.asarray(numbers * NS[unit]).view("datetime64[ns]")
    whole = np.floor(numbers)
    # a float of seconds is exact to a fraction of a microsecond, so that is what it is rounded to
    fraction = np.round((numbers - whole) * (NS[unit] / 1000)) * 1000
    return np.asarray(whole.astype(np.int64) * NS[unit] + fraction.astype(np.int64)).view("datetime64[ns]")


def _as_text(numbers: NDArray[np.int64]) -> pd.Series[Any]:
    import pandas as pd

    return pd.Series(numbers.astype(str), dtype=object)


def _fits(cell: str, form: str) -> bool:
    try:
        datetime.strptime(cell, form)
    except ValueError:
        return False
    return True


def _share(cells: list[str], form: str) -> float:
    import pandas as pd

    stamps = pd.to_datetime(pd.Series(cells, dtype=object), format=form, errors="coerce", utc=True)
    return float(stamps.notna().mean())
