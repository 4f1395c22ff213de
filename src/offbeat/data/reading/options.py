"""How data is read: the options of `offbeat.read`, and the same with all names filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypedDict

from offbeat.core.errors import ParameterError
from offbeat.data.reading.splitting import NAMES, SPACES

SHAPES = ("tall", "wide-rows", "wide-columns")
"""Each row is a time; each row is a series; parts of the time (months, hours, dates) stand side by side."""
_MARK = re.compile(r"[\t -!#-~]")


class ReadOptions(TypedDict, total=False):
    """How data is read.

    Parameters
    ----------
    time
        The name of the time column, or of several that make up the time: a date and an hour, year, month and day.
    values, id, label
        The names of columns; what is None is guessed. Rows with different ids become the series of a `Panel`. A label
        is 0 or 1, 1 or -1, or two words such as normal and anomaly.
    day_first
        Whether 3/4/2013 is the third of April. None: what gives the more regular steps.
    decimal, thousands
        The decimal mark ("." or ","), and the mark between thousands (",", ".", " ", "'", or "none").
    delimiter, encoding
        What stands between cells ("tab" and "space" too), and how characters are written.
    skip, header
        How many lines stand above the header, and how many the header has (0: there is none).
    missing, keep
        Words or numbers that stand for no value beside those that are known; numbers that are values although they look
        as if they stood for none.
    shape
        "tall" (a row is a time), "wide-rows" (a row is a series) or "wide-columns" (months, hours or dates are
        columns).
    resample
        The step to which all channels are averaged, "60s" or "1h". None: channels of different steps become series of
        their own.
    sheet, sql
        The name or number (from 1) of the sheet of a workbook, or the name of one of several tables in a file; the
        query whose rows are read, where the source is a database.
    repeats
        Whether rows with one time are measurements of their own, where half of them or more repeat a time.
    join
        Whether several files are parts of one series, one after the other in time.
    """

    time: str | Sequence[str] | None
    values: str | Sequence[str] | None
    id: str | Sequence[str] | None
    label: str | None
    day_first: bool | None
    decimal: str | None
    thousands: str | None
    delimiter: str | None
    encoding: str | None
    skip: int | None
    header: int | None
    missing: str | float | Sequence[str | float] | None
    keep: float | Sequence[float] | None
    shape: str | None
    resample: str | None
    sheet: str | int | None
    sql: str | None
    repeats: bool
    join: bool


@dataclass(frozen=True)
class Options:
    """`ReadOptions`, checked; None is guessed."""

    time: tuple[str, ...] | None = None
    values: tuple[str, ...] | None = None
    id: tuple[str, ...] | None = None
    label: str | None = None
    day_first: bool | None = None
    decimal: str | None = None
    thousands: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    skip: int | None = None
    header: int | None = None
    missing: tuple[str, ...] = ()
    keep: tuple[float, ...] = ()
    shape: str | None = None
    resample: str | None = None
    sheet: str | int | None = None
    sql: str | None = None
    repeats: bool = False
    join: bool = False

    @classmethod
    def of(cls, given: ReadOptions) -> Options:
        """Return the options as they were given, checked.

        Raises
        ------
        ParameterError
            For a value that is not allowed, with those that are.

        Examples
        --------
        >>> Options.of({"values": "load", "missing": -999}).missing
        ('-999',)
        """
        made = {name: value for name, value in given.items() if value is not None}
        for name in ("time", "values", "id", "missing", "keep"):
            if name in made:
                made[name] = _several(made[name])
        made["missing"] = tuple(str(word).strip() for word in made.get("missing", ()))  # type: ignore[attr-defined]
        options = cls(**made)  # type: ignore[arg-type]
        options._check()
        return options

    def _check(self) -> None:
        allowed = {
            "decimal": (".", ","),
            "thousands": (",", ".", " ", "'", "none"),
            "shape": SHAPES,
        }
        for name, choices in allowed.items():
            value = getattr(self, name)
            if value is not None and value not in choices:
                raise ParameterError(f"{name}={value!r} is not allowed; it is {' or '.join(map(repr, choices))}")
        mark = NAMES.get(self.delimiter or ",", self.delimiter)
        if mark not in (None, SPACES) and not _MARK.fullmatch(str(mark)):
            raise ParameterError(
                f"delimiter={self.delimiter!r} is not allowed; it is one character such as ';' or '|', or tab or space"
            )
        if self.decimal is not None and self.decimal == self.thousands:
            raise ParameterError(f"decimal and thousands are both {self.decimal!r}; name two different marks")
        for name in ("skip", "header"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ParameterError(f"{name}={value} is below 0; it is a number of lines")

    @property
    def names_columns(self) -> bool:
        """Whether a column is named."""
        return any(part is not None for part in (self.time, self.values, self.id, self.label))

    def given(self) -> dict[str, object]:
        """Return what differs from the default."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}


def _several(value: object) -> tuple[object, ...]:
    return (value,) if isinstance(value, str | int | float) else tuple(dict.fromkeys(value))  # type: ignore[call-overload]
