"""Build a `Series` or a `Panel` from columns, one chunk at a time."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError
from offbeat.core.series import Floats, Panel, Series
from offbeat.core.source import Source
from offbeat.core.wording import counted
from offbeat.data.reading.columns import Column
from offbeat.data.reading.decisions import Decision
from offbeat.data.reading.ids import repeats
from offbeat.data.reading.options import Options
from offbeat.data.reading.rates import resampled, split_by_step
from offbeat.data.reading.roles import Plan, listed
from offbeat.data.reading.sentinels import find_sentinels
from offbeat.data.reading.words import ORDINARY, is_missing, short, states_of

MOST_BAD = 0.01
"""The share of a column's cells that may be no numbers; they are missing, and counted."""
_REPEATED = 0.5
"""The share of rows that repeat a time with other values from which on an id must be missing."""
_ONE_ROW = 30
"""How many times longer the usual series is than one that is left out as a stray row or two."""

_SWALLOWED = re.compile(r"\n.*\d")
_YEARS = (1678, 2261)
"""The years that nanoseconds in 64 bits reach."""
Cells = Mapping[str, Any]


class Assembly:
    """Collect columns chunk by chunk as numbers, then build the series.

    Parameters
    ----------
    plan
        What each column is.
    name, place
        The name of the series, and of the file in errors.
    options
        What the user says.
    row_name
        Returns what a row is called, by its number from 0: "row 17 of pump.csv".
    """

    def __init__(self, plan: Plan, name: str, place: str, options: Options, row_name: Callable[[int], str]) -> None:
        self.plan, self.name, self.place, self.options, self.row_name = plan, name, place, options, row_name
        self.rows = 0
        self.infinite = 0
        self._missing = {word: _number(word) for word in options.missing}
        self._values: list[Floats] = []
        self._times: list[NDArray[Any]] = []
        self._labels: list[NDArray[np.bool_]] = []
        self._codes: list[NDArray[np.int64]] = []
        self._ids: dict[str, int] = {}
        self._bad: dict[str, list[tuple[int, str]]] = {}
        self._absent: Counter[str] = Counter()
        self._words: dict[str, Counter[str]] = {}

    def add(self, chunk: Cells, rows: int) -> None:
        """Take the next rows: for each column an array of numbers or dates, or text cells.

        Raises
        ------
        InputError
            For a time or a label that can't be read, with its row.
        """
        values = np.empty((rows, len(self.plan.values)))
        for j, name in enumerate(self.plan.values):
            values[:, j] = self._numbers(name, chunk[name])
        infinite = np.isinf(values)
        if infinite.any():
            self.infinite += int(infinite.sum())
            values[infinite] = np.nan
        self._values.append(values)
        if self.plan.clock.parts:
            self._times.append(self._stamps(chunk))
        if self.plan.label is not None:
            self._labels.append(self._marks(chunk[self.plan.label]))
        if self.plan.id:
            self._codes.append(self._keys(chunk, rows))
        self.rows += rows

    def _numbers(self, name: str, cells: Any) -> Floats:
        column = self.plan.columns[name]
        array = np.asarray(cells)
        typed = array.dtype.kind in "iufb"
        numbers = array.astype(np.float64) if typed else self._from_text(column, list(cells))
        for word, number in self._missing.items():
            if number == number:
                self._absent[word] += int((numbers == number).sum())
                numbers = np.where(numbers == number, np.nan, numbers)
        return numbers

    def _from_text(self, column: Column, cells: list[Any]) -> Floats:
        texts = [
            cell.strip() if isinstance(cell, str) else "" if cell is None or cell != cell else str(cell)
            for cell in cells
        ]
        gone = {text for text in set(texts) if is_missing(text, self.options.missing)}
        absent = np.array([text in gone for text in texts], dtype=bool)
        named = {text for text in gone if text.lower() not in ORDINARY}
        self._words.setdefault(column.name, Counter()).update(text.strip('" ') for text in texts if text in named)
        if column.words:
            numbers = np.array([column.words.get(text.lower(), np.nan) for text in texts])
        elif column.form is not None:
            numbers = column.form.numbers(["nan" if text in gone else text for text in texts])
        else:
            numbers = np.array([np.nan if text in gone else _number(text) for text in texts])
        bad = np.isnan(numbers) & ~absent
        if bad.any():
            rows = np.flatnonzero(bad).tolist()
            self._refuse_swallowed(column.name, {texts[i]: self.rows + i for i in reversed(rows)})
            self._bad.setdefault(column.name, []).extend((self.rows + i, texts[i]) for i in rows)
        return np.where(absent, np.nan, numbers)

    def _refuse_swallowed(self, name: str, cells: Mapping[str, int]) -> None:
        """Refuse a cell that holds the rows below it, since a quotation mark is opened in it and closed in another."""
        for text, row in cells.items():
            if _SWALLOWED.search(text):
                count = counted(text.count("\n") + 1, "line")
                raise InputError(
                    f"{self.row_name(row)}: the cell in column {name} goes on over {count}, as where a quotation mark "
                    f"is opened and closed in a row below; correct or remove the marks"
                )

    def _stamps(self, chunk: Cells) -> NDArray[Any]:
        stamps = self.plan.clock.read(chunk)
        bad = np.isnat(stamps) if stamps.dtype.kind == "M" else ~np.isfinite(stamps.astype(np.float64))
        if bad.any():
            first = int(bad.argmax())
            shown = " ".join(str(chunk[name][first]).strip() for name in self.plan.clock.names)
            names = " + ".join(self.plan.clock.names)
            years = [int(year) for year in re.findall(r"\b\d{4}\b", shown)]
            if years and not _YEARS[0] <= years[0] <= _YEARS[1]:
                why = f"is outside the years {_YEARS[0]} to {_YEARS[1]} that times can have"
            else:
                why = f"is no time like the others ({self._usual()})"
            raise InputError(
                f"{self.row_name(self.rows + first)}: {short(shown)!r} in column {names} {why}; correct or remove the "
                f"row, or name another column with --time"
            )
        return stamps

    def _usual(self) -> str:
        part = self.plan.clock.parts[0]
        column = self.plan.columns[part.name]
        stamps = column.stamps
        read = column.cells if stamps is None else [c for c, s in zip(column.cells, stamps, strict=False) if s == s]
        example = next((cell for cell in read if cell), "numbers")
        order = " day first" if part.form is not None and part.form.is_ambiguous and part.form.day_first else ""
        order = (
            " month first" if part.form is not None and part.form.is_ambiguous and not part.form.day_first else order
        )
        return f"such as {example!r}{f', read{order}' if order else ''}"

    def _marks(self, cells: Any) -> NDArray[np.bool_]:
        name = self.plan.label or ""
        column = self.plan.columns[name]
        array = np.asarray(cells)
        if column.words and array.dtype.kind not in "b":
            texts = [f"{cell:g}" if isinstance(cell, float) else str(cell).strip().lower() for cell in array.tolist()]
            marks = np.array([column.words.get(text, 0.0 if is_missing(text) else np.nan) for text in texts])
        else:
            marks = np.nan_to_num(
                array.astype(np.float64) if array.dtype.kind in "iufb" else self._label_numbers(list(cells))
            )
        bad = (marks != 0) & (marks != 1)
        if bad.any():
            first = int(bad.argmax())
            raise InputError(
                f"{self.row_name(self.rows + first)}: {array[first]} in column {name} is no label; labels are 0 or 1, "
                f"1 or -1, or two words such as normal and anomaly; name another column with --label, or this one with "
                f"--value"
            )
        anomalous: NDArray[np.bool_] = marks == 1
        return anomalous

    @staticmethod
    def _label_numbers(cells: list[Any]) -> Floats:
        texts = [str(cell) for cell in cells]
        known = {text: 0.0 if is_missing(text) else _number(text, 2.0) for text in set(texts)}
        return np.array([known[text] for text in texts])

    def _keys(self, chunk: Cells, rows: int) -> NDArray[np.int64]:
        parts = [_texts(chunk[name]) for name in self.plan.id]
        joined = parts[0] if len(parts) == 1 else ["/".join(keys) for keys in zip(*parts, strict=True)]
        made = np.empty(rows, dtype=np.int64)
        for i, key in enumerate(joined):
            if not key:
                names = " + ".join(self.plan.id)
                raise InputError(
                    f"{self.row_name(self.rows + i)}: no id in column {names}; fill it in, or name another with --id"
                )
            made[i] = self._ids.setdefault(key, len(self._ids))
        return made

    def finish(self, notes: tuple[str, ...] = (), decisions: tuple[Decision, ...] = (), **frame: Any) -> Series | Panel:
        """Return what was taken.

        Parameters
        ----------
        notes, decisions
            What else was found while reading.
        **frame
            `frame` and `index`, the user's own.

        Raises
        ------
        InputError
            Where too many cells are no numbers, or half of the rows repeat a time with other values.
        """
        bad = () if self.plan.id else self._say_bad(_stacked(self._values))
        values = _stacked(self._values)
        channels, hollow = self._channels(values)
        if hollow:
            values = np.delete(values, hollow, axis=1)
        plan = replace(self.plan, left=(*self.plan.left, *((self.plan.values[j], "no values") for j in hollow)))
        coded = self._without_sentinels(values, channels)
        infinite = (
            (f"{counted(self.infinite, 'infinite value is', 'infinite values are')} taken as missing",)
            if self.infinite
            else ()
        )
        zones = self._zones()
        series = Series(
            values,
            time=_stacked(self._times) if self._times else None,
            channels=channels,
            name=self.name,
            labels=_stacked(self._labels) if self._labels else None,
            zone=plan.clock.zone if self._times and self._times[0].dtype.kind == "M" else None,
            index=frame.get("index"),
            source=Source(
                np.arange(self.rows) if plan.id else range(self.rows),
                " ".join(plan.clock.names) or None,
                " ".join(plan.id) or None,
                frame.get("frame"),
            ),
            notes=(
                *plan.notes(channels),
                *notes,
                *zones,
                *bad,
                *self._say_absent(),
                *(one.note for one in coded),
                *infinite,
            ),
            decisions=(*decisions, *plan.decisions, *coded),
        )
        if plan.id:
            return self._by_id(series)
        self._refuse_repeated(series)
        if self.options.resample is not None:
            return resampled(series, self.options.resample)
        return split_by_step(series)

    def _zones(self) -> tuple[str, ...]:
        offsets = sorted({offset for part in self.plan.clock.parts if part.form for offset in part.form.offsets})
        return (
            (f"times are written in {len(offsets)} zones ({', '.join(offsets)}), shown in UTC",)
            if len(offsets) > 1
            else ()
        )

    def _say_bad(self, values: Floats) -> tuple[str, ...]:
        """Return a note for each column with cells that are no numbers; raise where there are too many."""
        notes = []
        for name, cells in self._bad.items():
            if cells:
                known = int((~np.isnan(values[:, self.plan.values.index(name)])).sum())
                notes.append(self._say_bad_cells(name, cells, known))
        return tuple(notes)

    def _say_bad_cells(self, name: str, cells: list[tuple[int, str]], known: int) -> str:
        count = len(cells)
        are = "is no number" if count == 1 else "are no numbers"
        where = f"the first is {short(cells[0][1])!r} in {self.row_name(cells[0][0])}"
        if count <= MOST_BAD * (known + count):
            return f"{counted(count, 'cell', 'cells')} of {name} {are} and taken as missing; {where}"
        if not known and count > 1:
            raise InputError(
                f"no cell of column {name} of {self.place} is a number{self._marks_asked()}; {where}; name "
                f"another column with --value, or other marks with --decimal and --thousands"
            )
        words = [short(word) for word, _ in Counter(word for _, word in cells).most_common(4)]
        flags = " ".join(f"--missing {shlex.quote(word)}" for word in words)
        raise InputError(
            f"{counted(count, 'cell', 'cells')} of {known + count} in column {name} of {self.place} {are}, more than "
            f"1 %; {where}; correct {'it' if count == 1 else 'them'}, or give {flags} where they stand for no value"
        )

    def _marks_asked(self) -> str:
        asked = {"decimal": self.options.decimal, "thousands": self.options.thousands}
        given = [f"{name} {mark!r}" for name, mark in asked.items() if mark is not None]
        return f" with {' and '.join(given)}" if given else ""

    def _say_absent(self) -> tuple[str, ...]:
        """Return what words and numbers were taken as missing, with their counts."""
        notes = []
        for name, words in self._words.items():
            if words:
                shown = ", ".join(f"{short(word)!r}" for word, _ in words.most_common(4))
                more = ", ..." if len(words) > 4 else ""
                notes.append(f"{counted(words.total(), 'cell', 'cells')} of {name} with {shown}{more} taken as missing")
        for word, count in self._absent.items():
            if count:
                notes.append(f"{word} is taken as missing in {counted(count, 'cell', 'cells')}")
        return tuple(notes)

    def _channels(self, values: Floats) -> tuple[tuple[str, ...], list[int]]:
        """Return the channels that hold something, and the positions of those that were empty from the beginning."""
        names = self.plan.values
        hollow = [j for j, name in enumerate(names) if name in self.plan.spare and np.isnan(values[:, j]).all()]
        if len(hollow) == len(names):
            hollow = []
        return tuple(name for j, name in enumerate(names) if j not in hollow), hollow

    def _without_sentinels(self, values: Floats, channels: Sequence[str]) -> tuple[Decision, ...]:
        """Take codes for missing values out of the values, and return a decision for each."""
        made = []
        keep = [float(number) for number in self.options.keep]
        for code, cells in find_sentinels(values, keep).items():
            values[cells] = np.nan
            names = [channels[j] for j in np.flatnonzero(cells.any(axis=0)).tolist()]
            where = f"{counted(int(cells.sum()), 'cell', 'cells')} of {listed(names, 4)}"
            note = f"{code:g} is taken as missing in {where}; --keep {code:g} makes it a value"
            why = f"it stands in {where}, far from all others"
            made.append(
                Decision(
                    "missing value",
                    f"{code:g}",
                    why,
                    option=f"--keep {code:g}",
                    note=note,
                    setting=("missing", f"{code:g}"),
                )
            )
        return tuple(made)

    def _refuse_repeated(self, series: Series) -> None:
        """Refuse rows of which half repeat a time with other values: an id or a second time column is missing."""
        if series.time is None or self.options.repeats or self.plan.counter is not None or len(series) < 4:
            return
        times = series.time.astype(np.int64) if series.is_dated else series.time
        if repeats(np.zeros(len(series), dtype=np.int64), times) < _REPEATED * (1 - 1e-9) - 0.02:
            return
        order = np.argsort(times, kind="stable")
        same = times[order][1:] == times[order][:-1]
        rows = series.values[order]
        differ = int((same & ~_equal(rows[1:], rows[:-1])).sum())
        if differ < _REPEATED * same.sum():
            return
        names = self.plan.candidates or tuple(name for name, why in self.plan.left if why == "text")
        maybe = f" (it may be {' or '.join(names[:4])})" if names else ""
        raise InputError(
            f"{int(same.sum())} of {len(series)} rows of {self.place} repeat a time with other values: they are of "
            f"several series, or the time has a second column; give --id with the column that tells the series from "
            f"one another{maybe}, --time twice for two columns, or --repeats to take the rows as they come"
        )

    def _by_id(self, whole: Series) -> Series | Panel:
        codes = np.concatenate(self._codes) if self._codes else np.empty(0, dtype=np.int64)
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(len(self._ids) + 1))
        sizes = np.diff(bounds)
        least = int(np.median(sizes)) // _ONE_ROW if self.plan.id_is_guess and len(sizes) > 1 else 0
        stray = [key for key, code in self._ids.items() if sizes[code] < min(3, least + 1)] if least else []
        notes = whole.notes
        if stray:
            named = [f"{key} ({counted(int(sizes[self._ids[key]]), 'row')})" for key in stray]
            notes = (*notes, f"{listed(named)} left out: too few rows for a series")
        members, failures = {}, {}
        for key, code in self._ids.items():
            if key in stray:
                continue
            try:
                member, found = self._one(replace(whole, notes=notes), order[bounds[code] : bounds[code + 1]], key)
            except InputError as error:
                failures[key] = str(error)
            else:
                members[key] = replace(member, notes=(*member.notes, *found))
        if not members:
            raise InputError(next(iter(failures.values())))
        if len(members) == 1 and self.plan.id_is_guess and not failures:
            return next(iter(members.values()))
        return Panel(members, notes=notes, failures=failures)

    def _one(self, whole: Series, rows: NDArray[np.int64], key: str) -> tuple[Series, tuple[str, ...]]:
        """Return one series of several, and what is to note of its cells; words for two states become 0 and 1."""
        cells = {name: [one for one in bad if _is_in(rows, one[0])] for name, bad in self._bad.items()}
        member, notes = replace(whole[rows], name=key), list[str]()
        for name, bad in cells.items():
            if not bad or name not in whole.channels:  # an empty column was left out: nothing of it is read
                continue
            j = whole.channels.index(name)
            known = int((~np.isnan(member.values[:, j])).sum())
            states = None if known else states_of(word for _, word in bad)
            if states is None:
                notes.append(self._say_bad_cells(name, bad, known))
                continue
            member.values[np.searchsorted(rows, [row for row, _ in bad]), j] = [states[word.lower()] for _, word in bad]
            notes.append(f"{' and '.join(states)} are 0 and 1")
        step = self.options.resample
        return (member if step is None else resampled(member, step)), tuple(notes)


def _is_in(rows: NDArray[np.int64], row: int) -> bool:
    i = int(np.searchsorted(rows, row))
    return i < len(rows) and int(rows[i]) == row


def _equal(one: Floats, two: Floats) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = ((one == two) | (np.isnan(one) & np.isnan(two))).all(axis=1)
    return same


def _texts(cells: Any) -> list[str]:
    array = np.asarray(cells, dtype=object).tolist()
    return [
        f"{c:g}" if isinstance(c, float) and c == c else "" if c is None or c != c else str(c).strip() for c in array
    ]


def _number(text: str, otherwise: float = np.nan) -> float:
    try:
        return float(text)
    except ValueError:
        return otherwise


def _stacked(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
