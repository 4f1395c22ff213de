"""Columns with types: what the cells of each column are, with the reading that was chosen."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats
from offbeat.data.reading.decisions import Decision
from offbeat.data.reading.numbers import Context, Marks, NumberForm, form_of, is_number, marks_of
from offbeat.data.reading.options import Options
from offbeat.data.reading.ticks import Stamps
from offbeat.data.reading.times import TimeForm, find_form, of_numbers
from offbeat.data.reading.words import is_missing, labels_of, states_of

if TYPE_CHECKING:
    import pandas as pd

TIME = frozenset((
    "time", "timestamp", "timestamps", "datetime", "date", "dates", "epoch", "ts", "ds", "unix", "unixtime",
    "times", "zeit", "datum", "uhrzeit", "zeitstempel", "fecha", "hora", "heure", "data", "when", "day", "month",
    "week", "year", "clock", "yyyymm", "yearmonth", "yyyymmdd", "yyyymmddhh", "yyyymmddhhmm", "hours",
    "created", "updated", "recorded", "measured", "changed", "start", "begin", "from",
    "end", "stop", "hour", "minute", "moment",
))  # fmt: skip
"""Words in the names of columns of times."""
STRICT_TIME = frozenset(("time", "timestamp", "datetime", "date", "time_stamp", "date_time", "timestamps"))
"""Names that promise times and nothing else."""
_MONTH = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])")
_FEW = 0.5
"""The share of numbers from which on a column is one of numbers."""


@dataclass(eq=False)
class Column:
    """One column: its first rows, and how they are read.

    Parameters
    ----------
    name
        Its name.
    kind
        "number", "time", "state" (two words), "text" or "empty".
    cells
        The cells that were looked at, stripped, "" where nothing is there.
    numbers
        What they say, NaN where they say nothing; empty for times and text.
    form
        How numbers are written; None for a column of numbers already, and for others.
    time
        How times are written, for a number that may be one too; None where the cells are no times.
    words
        0 or 1 for each word of a column of two states or labels.
    given
        Times of a frame, as they are.
    """

    name: str
    kind: str
    cells: list[str] = field(repr=False)
    numbers: Floats = field(repr=False)
    form: NumberForm | None = None
    time: TimeForm | None = None
    words: dict[str, float] = field(default_factory=dict)
    given: Any = field(default=None, repr=False)
    why: str = ""

    @cached_property
    def word(self) -> str:
        """Its name, lower case, its words joined by "_", without what stands in brackets."""
        bare = re.sub(r"[\[(].*?[\])]", "", self.name) or self.name
        plain = unicodedata.normalize("NFKD", bare).encode("ascii", "ignore").decode() or bare
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain)
        return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")

    @property
    def words_of_name(self) -> list[str]:
        """The words of its name."""
        return self.word.split("_")

    @property
    def is_nameless(self) -> bool:
        """Whether the table gives it no name, so that it is called by its number."""
        return re.fullmatch(r"column\d+", self.name) is not None

    @property
    def is_timely(self) -> bool:
        """Whether the name says time."""
        return not TIME.isdisjoint(self.words_of_name)

    @cached_property
    def stamps(self) -> Stamps | None:
        """The times of the cells that were looked at; None where they are none."""
        if self.given is not None:
            made: Stamps = self.given
            return made
        if self.time is None:
            return None
        digits = self.time.family == "digits"
        return self.time.parse(self.cells or [f"{n:.0f}" if digits else n for n in self.numbers.tolist()])

    @cached_property
    def known(self) -> Floats:
        """The numbers without the missing ones."""
        return self.numbers[np.isfinite(self.numbers)]

    @property
    def is_whole(self) -> bool:
        """Whether all cells are whole numbers, none of them missing."""
        return self.kind == "number" and len(self.known) == len(self.numbers) > 0 and is_whole(self.known)

    @cached_property
    def keys(self) -> NDArray[np.int64]:
        """A number for each distinct cell."""
        if self.cells:
            codes = {cell: i for i, cell in enumerate(dict.fromkeys(self.cells))}
            return np.array([codes[cell] for cell in self.cells], dtype=np.int64)
        return np.unique(self.numbers, return_inverse=True)[1].astype(np.int64)

    @property
    def decision(self) -> Decision:
        """What was decided about the cells."""
        detail = (
            self.form if self.kind == "number" and self.form is not None else self.time if self.kind == "time" else ""
        )
        choice = f"{self.kind}{f' ({detail})' if str(detail) else ''}"
        option = {"number": "--decimal, --thousands", "time": "--day-first"}.get(self.kind, "--missing")
        return Decision(f"column {self.name}", choice, self.why, option=option)


def is_whole(numbers: Floats) -> bool:
    """Whether all numbers are whole.

    Examples
    --------
    >>> is_whole(np.array([1.0, 3.0])), is_whole(np.array([1.5]))
    (True, False)
    """
    return bool((numbers == np.floor(numbers)).all())


def text_columns(
    names: Sequence[str],
    cells: Sequence[list[str]],
    options: Options,
    delimiter: str,
    place: str,
    totals: Sequence[Sequence[str]] = (),
) -> list[Column]:
    """Return the columns of a table of text cells.

    Parameters
    ----------
    names
        One a column.
    cells
        The cells of each column, stripped.
    options
        `decimal`, `thousands`, `day_first` and `missing` overrule what is found.
    delimiter
        What stands between the cells of the file.
    place
        The file, for questions.
    totals
        Rows under the table, whose numbers may show what the marks are.

    Raises
    ------
    InputError
        Where the marks of a number can be read in two ways.
    """
    absent = _absent(options.missing)
    cells = [["" if absent(cell) else cell for cell in column] for column in cells]
    known = [[cell for cell in column if cell] for column in cells]
    counts = [Counter(some) for some in known]
    numeric = [_is_numeric(count) for count in counts]
    under = [[row[j] for row in totals if j < len(row) and is_number(row[j])] for j in range(len(names))]
    marks = [
        marks_of(count).with_totals(foot) if is_numeric else Marks()
        for count, foot, is_numeric in zip(counts, under, numeric, strict=True)
    ]
    tie = sum(mark.comma for mark in marks) > sum(
        mark.point for mark in marks
    )  # where commas are decimal marks, days come first
    times = [
        None if is_numeric or not some else find_form(some, options.day_first, tie)
        for some, is_numeric in zip(known, numeric, strict=True)
    ]
    fractions = _fractions(known, times, delimiter)
    dotted = any(
        time is not None and time.family == "year last" and "." in some[0].split()[0]
        for some, time in zip(known, times, strict=True)
    )
    made = []
    for j, name in enumerate(names):
        column = cells[j]
        if numeric[j]:
            others = [other for i, other in enumerate(marks) if i != j]
            context = Context(
                options.decimal,
                options.thousands,
                delimiter,
                sum(other.point for other in others),
                sum(other.comma for other in others),
                dotted,
                fractions > 0,
                place,
            )
            if marks[j].is_pair(context):
                made.append(
                    Column(
                        name, "text", column, np.empty(0), why="a comma in it is no decimal mark: others have points"
                    )
                )
                continue
            form, why = form_of(name, marks[j], context)
            made.append(_number_column(name, column, form, why))
        else:
            made.append(_other_column(name, column, known[j], times[j]))
    return made


def _absent(also: Sequence[str]) -> Callable[[str], bool]:
    seen: dict[str, bool] = {}

    def absent(cell: str) -> bool:
        found = seen.get(cell)
        if found is None:
            found = seen[cell] = is_missing(cell, also)
        return found

    return absent


def _is_numeric(counts: Counter[str]) -> bool:
    return sum(count for cell, count in counts.items() if is_number(cell)) > _FEW * counts.total()


def _fractions(known: Sequence[Sequence[str]], times: Sequence[TimeForm | None], delimiter: str) -> int:
    """Count the times that show a decimal point before a fraction of a second, in words of people, not in ISO 8601."""
    if delimiter == ";":
        return 0
    written = [some for some, time in zip(known, times, strict=True) if time is not None and "name" in time.family]
    return sum(bool(re.search(r":\d{2}\.\d+", cell)) for some in written for cell in some[:50])


def _number_column(name: str, cells: list[str], form: NumberForm, why: str) -> Column:
    numbers = form.numbers([cell or "nan" for cell in cells])
    return Column(
        name, "number", cells, np.where(np.isinf(numbers), np.nan, numbers), form, _digits(cells, numbers), why=why
    )


def _digits(cells: Sequence[str], numbers: Floats) -> TimeForm | None:
    """Return what time a column of numbers may be: digits of a date, an epoch, days of Excel; None for none."""
    known = [cell for cell in cells if cell]
    if (
        known
        and all(len(cell) in (8, 10, 12, 14) and cell.isdigit() for cell in known)
        and len({len(cell) for cell in known}) == 1
    ):
        form = find_form(known, None)
        if form is not None and form.family == "digits" and not np.isnat(form.parse(known)).any():
            return form
    if known and all(_MONTH.fullmatch(cell) for cell in known):
        return TimeForm("digits of a month")
    return of_numbers(numbers, named=True)


def _other_column(name: str, cells: list[str], known: list[str], time: TimeForm | None) -> Column:
    none = np.empty(0)
    if not known:
        return Column(name, "empty", cells, np.full(len(cells), np.nan), why="no cell has a value")
    words = states_of(known) or labels_of(known) or {}
    if (words and len({cell.lower() for cell in known}) > 1) or {cell.lower() for cell in known} <= {"true", "false"}:
        numbers = np.array([words.get(cell.lower(), np.nan) for cell in cells])
        return Column(name, "state", cells, numbers, words=words, why="two words for two states")
    if time is not None:
        return Column(name, "time", cells, none, time=time, why=time.reason)
    return Column(name, "text", cells, none, why="neither numbers nor times")


def frame_columns(frame: pd.DataFrame, options: Options, place: str) -> list[Column]:
    """Return the columns of a frame: numbers and dates as they are, text cells as those of a file.

    Raises
    ------
    InputError
        Where the marks of a number can be read in two ways.
    """
    made: dict[int, Column] = {}
    texts: dict[int, list[str]] = {}
    for j, name in enumerate(map(str, frame.columns)):
        column = _typed(name, frame.iloc[:, j])
        if column is None:
            texts[j] = cell_texts(frame.iloc[:, j])
        else:
            made[j] = column
    names = [str(frame.columns[j]) for j in texts]
    made |= dict(zip(texts, text_columns(names, list(texts.values()), options, "", place), strict=True))
    return [made[j] for j in range(len(made))]


def cell_texts(column: pd.Series[Any]) -> list[str]:
    """Return the cells of a column as text, "" where nothing is there."""
    absent = column.isna().to_numpy()
    return ["" if gone else str(cell).strip() for cell, gone in zip(column, absent, strict=True)]


def _typed(name: str, column: pd.Series[Any]) -> Column | None:
    kind, none = column.dtype.kind, np.empty(0)
    if kind == "M":
        stamps = column.dt.tz_convert("UTC").dt.tz_localize(None) if getattr(column.dtype, "tz", None) else column
        given = stamps.to_numpy().astype("datetime64[ns]")
        return Column(name, "time", [], none, time=TimeForm("dates"), given=given)
    if kind == "b":
        return Column(name, "state", [], column.to_numpy(dtype=np.float64))
    if kind in "iuf":
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        finite = np.where(np.isinf(numbers), np.nan, numbers)
        if np.isnan(finite).all():
            return Column(name, "empty", [], finite)
        cells = (
            [str(cell) for cell in column.tolist()]
            if kind in "iu" and len(str(column.iloc[0])) in (8, 10, 12, 14)
            else []
        )
        time = _digits(cells, finite) if cells else of_numbers(finite, named=True)
        return Column(name, "number", [], finite, time=time)
    if kind in "mc":
        return Column(name, "duration" if kind == "m" else "complex", [], none, why="no numbers of the real kind")
    return None
