"""Decide which columns are time, values, id and label."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError, unknown
from offbeat.data.dialect import is_missing, is_number, sample_rows
from offbeat.data.times import Clock, clock_of_numbers, clock_of_text

if TYPE_CHECKING:
    import pandas as pd

_TIME = frozenset((
    "time", "timestamp", "timestamps", "datetime", "date", "dates", "epoch", "ts", "ds", "unix", "unixtime",
    "time_stamp", "date_time",
))  # fmt: skip
_COUNTERS = frozenset(["t", "step", "year", "minute", "second", "seconds", "hours"])
_NUMBERED = frozenset(["index", "idx", "column1", "unnamed_0"])
_LABEL = frozenset((
    "label", "labels", "anomaly", "is_anomaly", "anomalous", "is_anomalous", "anomaly_label", "outlier", "is_outlier",
    "ground_truth",
))  # fmt: skip
_ID = frozenset((
    "id", "ids", "uid", "uuid", "key", "series", "serial", "serial_number", "serialnumber", "sensor", "machine",
    "device", "host", "hostname", "instance", "entity", "station", "unit", "asset", "item", "metric", "name", "group",
    "kpi",
))  # fmt: skip
_FLAGS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?")


@dataclass(frozen=True)
class Wishes:
    """The column names given by the user; None is guessed."""

    time: str | None = None
    values: tuple[str, ...] | None = None
    id: str | None = None
    label: str | None = None
    day_first: bool | None = None


@dataclass(frozen=True)
class Plan:
    """The role of each column.

    Parameters
    ----------
    time
        The columns that make up the time: none, one, or a date and a time of day.
    clock
        How the time is written.
    spare
        Value columns without a name that are left out where they turn out to hold nothing.
    id_is_guess
        Whether the id column was not named by the user, so that one id is a series and not a panel.
    """

    values: tuple[str, ...]
    time: tuple[str, ...] = ()
    clock: Clock = field(default_factory=lambda: Clock("number"))
    id: str | None = None
    label: str | None = None
    flags: frozenset[str] = frozenset()
    spare: frozenset[str] = frozenset()
    id_is_guess: bool = True
    left: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        """The names of all columns that are read, each once."""
        extra = [name for name in (self.id, self.label) if name is not None]
        return tuple(dict.fromkeys((*self.time, *self.values, *extra)))

    def notes(self, channels: Sequence[str]) -> tuple[str, ...]:
        """Return in words what was decided, `channels` being the values that were kept."""
        parts = [f"time={' + '.join(self.time)}"] if self.time else []
        parts.append(f"values={listed(channels)}")
        parts += [f"{word}={name}" for word, name in (("id", self.id), ("label", self.label)) if name is not None]
        return (", ".join(parts), *((f"left out: {listed(self.left)}",) if self.left else ()))


@dataclass(frozen=True)
class _Column:
    """The first rows of a column and their kind: date, number, flag, text or empty."""

    name: str
    kind: str
    cells: list[str]
    numbers: NDArray[np.float64]
    clock: Clock | None = None

    @property
    def word(self) -> str:
        """Its name, lower case, its words joined by "_"."""
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.name)
        return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")

    @property
    def is_timely(self) -> bool:
        """Whether the name says time."""
        return self.word in _TIME or not _TIME.isdisjoint(self.word.split("_"))

    @property
    def is_whole(self) -> bool:
        """Whether it holds whole numbers only, none missing."""
        return (
            self.kind == "number" and bool(len(self.numbers)) and bool((self.numbers == np.floor(self.numbers)).all())
        )


def make_plan(sample: pd.DataFrame, wishes: Wishes, place: str, decimal: str = ".") -> Plan:
    """Decide from the first rows what each column is.

    Raises
    ------
    InputError
        Where no column holds numbers, or the column named for time holds no times.
    UnknownNameError
        For a wished column that is not there, with the nearest names offered.
    """
    names = [str(name) for name in sample.columns]
    asked = [name for name in (wishes.time, wishes.id, wishes.label, *(wishes.values or ())) if name is not None]
    for name in asked:
        if name not in names:
            raise unknown("column", name, names)
    rows = sample_rows(len(names))
    columns = [
        _column_of(name, sample.iloc[:rows, i], wishes.day_first, f"column {name} of {place}", decimal)
        for i, name in enumerate(names)
    ]
    free = [column for column in columns if column.name not in asked]
    time, clock = _time_of(columns, free, wishes, place)
    free = [column for column in free if column.name not in time]
    label = wishes.label or next((c.name for c in free if _is_label(c)), None)
    free = [column for column in free if column.name != label]
    span = _joined(columns, time) if time else None
    id_ = wishes.id or (None if wishes.values is not None and not free else _id_of(free, span))
    free = [column for column in free if column.name != id_]
    values = wishes.values if wishes.values is not None else _values_of(free)
    if not values:
        kinds = ", ".join(f"{c.name} ({c.kind})" for c in columns[:8]) + (", ..." if len(columns) > 8 else "")
        raise InputError(f"{place} has no numeric column; its columns are {kinds}")
    left = [c for c in free if c.name not in values] if wishes.values is None else []
    return Plan(
        tuple(values),
        time,
        clock,
        id_,
        label,
        flags=frozenset(c.name for c in columns if c.kind == "flag"),
        spare=frozenset(c.name for c in columns if c.kind == "empty" and re.fullmatch(r"column\d+", c.name)),
        id_is_guess=wishes.id is None,
        left=tuple(f"{c.name} ({'row numbers' if c.kind == 'number' else c.kind})" for c in left),
    )


def _column_of(name: str, column: pd.Series[Any], day_first: bool | None, place: str, decimal: str) -> _Column:
    none: list[str] = []
    kind = column.dtype.kind
    if kind == "M":
        return _Column(name, "date", column.dropna().astype(str).tolist(), np.empty(0), Clock("dates"))
    if kind == "b":
        return _Column(name, "flag", none, column.dropna().to_numpy(dtype=np.float64))
    if kind in "iuf":
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return _Column(name, "number" if np.isfinite(numbers).any() else "empty", none, numbers)
    if kind in "mc":
        return _Column(name, "duration" if kind == "m" else "complex", none, np.empty(0))
    cells = [cell for value in column.dropna() if not is_missing(cell := str(value).strip())]
    if not cells:
        return _Column(name, "empty", none, np.empty(0))
    numeric = [cell for cell in cells if is_number(cell, decimal)]
    if len(numeric) * 2 >= len(cells):
        numbers = np.array([float(cell.replace(decimal, ".")) for cell in numeric])
        return _Column(name, "number", cells, np.where(np.isinf(numbers), np.nan, numbers))
    if all(cell.lower() in _FLAGS for cell in cells):
        return _Column(name, "flag", cells, np.array([_FLAGS[cell.lower()] for cell in cells]))
    clock = clock_of_text(cells, day_first=day_first, place=place)
    return _Column(name, "text" if clock is None else "date", cells, np.empty(0), clock)


def _time_of(columns: list[_Column], free: list[_Column], wishes: Wishes, place: str) -> tuple[tuple[str, ...], Clock]:
    if wishes.time is not None:
        column = next(c for c in columns if c.name == wishes.time)
        if column.kind == "number":
            return (column.name,), clock_of_numbers(column.numbers, named=True)
        if column.clock is None:
            shown = f"; it begins with {column.cells[0]!r}" if column.cells else ""
            raise InputError(f"column {column.name} of {place} holds no times{shown}; name another column as time")
        return _with_time_of_day(column, free, wishes)
    dates = [column for column in free if column.kind == "date"]
    if dates:
        return _with_time_of_day(next((c for c in dates if c.is_timely), dates[0]), free, wishes)
    numeric = [column for column in free if column.kind == "number"]
    others = sum(c.kind in ("number", "flag", "empty") for c in free) + len(wishes.values or ())
    for column in numeric:
        if others > 1 and _counts_time(column):
            return (column.name,), clock_of_numbers(column.numbers, named=column.is_timely)
    return (), Clock("number")


def _counts_time(column: _Column) -> bool:
    if not np.isfinite(column.numbers).all():
        return False
    if column.word in _TIME:
        return True
    if column.is_timely and clock_of_numbers(column.numbers, named=True).kind == "epoch":
        return True
    steps = np.diff(column.numbers)
    if column.word in _NUMBERED:
        return len(steps) > 0 and bool((steps == 1).all())
    return column.word in _COUNTERS and len(steps) > 0 and bool((steps > 0).mean() > 0.9)


def _with_time_of_day(date: _Column, free: list[_Column], wishes: Wishes) -> tuple[tuple[str, ...], Clock]:
    """Join a column of dates with one of times of day, if any."""
    clock = date.clock or Clock("dates")
    if clock.kind != "text" or any(":" in cell for cell in date.cells):
        return (date.name,), clock
    for column in free:
        if column.kind == "text" and len(column.cells) == len(date.cells):
            if not all(_CLOCK.fullmatch(cell) for cell in column.cells):
                continue
            both = [f"{day} {hour}" for day, hour in zip(date.cells, column.cells, strict=True)]
            joined = clock_of_text(both, day_first=wishes.day_first, place=f"column {date.name}")
            if joined is not None:
                return (date.name, column.name), joined
    return (date.name,), clock


def _is_label(column: _Column) -> bool:
    known = column.numbers[np.isfinite(column.numbers)]
    zero_or_one = bool(len(known)) and bool(np.isin(known, (0.0, 1.0)).all())
    return column.word in _LABEL and column.kind in ("number", "flag") and zero_or_one


def _joined(columns: list[_Column], time: tuple[str, ...]) -> list[Any]:
    """Return the times of the first rows as anything that can be compared."""
    parts = [c.cells or c.numbers.tolist() for c in columns if c.name in time]
    return list(zip(*parts, strict=False))


def _id_of(free: list[_Column], times: list[Any] | None) -> str | None:
    """Return the column that says which series a row belongs to."""
    for named in (True, False):
        for column in free:
            words = column.word.split("_")
            says = column.word in _ID or words[-1] in ("id", "uuid")
            if says != named:
                continue
            if column.kind == "text" and named and (len(set(column.cells)) < len(column.cells)):
                return column.name
            is_code = column.is_whole and words[-1] in ("id", "serial")
            keys: list[Any] = column.cells or column.numbers.tolist()
            if (column.kind == "text" or is_code) and _divides(keys, times):
                return column.name
    return None


def _divides(keys: list[Any], times: list[Any] | None) -> bool:
    """Whether these keys divide the rows into series.

    No time occurs twice under one key, or each key is one block of rows.
    """
    kinds = len(set(keys))
    if kinds < 2 or kinds * 2 > len(keys):
        return False
    if times is not None and len(times) == len(keys):
        return len(set(times)) < len(times) and len(set(zip(keys, times, strict=True))) == len(keys)
    blocks = 1 + sum(a != b for a, b in itertools.pairwise(keys))
    return bool(blocks == kinds)


def _values_of(free: list[_Column]) -> list[str]:
    """Return the numeric columns, without an id column that counts the rows."""
    kept = [c for c in free if c.kind in ("number", "flag", "empty") and not _is_counter(c)]
    if all(c.kind == "empty" for c in kept):
        kept = [c for c in free if c.kind in ("number", "flag", "empty")]
    return [c.name for c in kept]


def _is_counter(column: _Column) -> bool:
    counts = column.is_whole and len(column.numbers) > 2 and bool((np.diff(column.numbers) == 1).all())
    return counts and column.word in ("id", "row", "rownum", "row_id")


def listed(names: Sequence[str], most: int = 8) -> str:
    """Return the names with commas, the first few where there are many.

    Examples
    --------
    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
