"""Tables whose rows are series, or whose columns are months, hours or dates: recognised and turned."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from offbeat.core.errors import InputError
from offbeat.core.wording import counted
from offbeat.data.reading.cells import kind_of
from offbeat.data.reading.decisions import Decision
from offbeat.data.reading.options import Options
from offbeat.data.reading.times import find_form, month_of

_LEAST_DATES = 3
_LEAST_WIDE = 20
"""Columns of numbers from which on a row may be a series."""
_HOUR = re.compile(r"(?:hour|hr|he|h|stunde|hour ending|hour_ending)?[ _]?(\d{1,2})(?:h)?", re.IGNORECASE)
_DIGITS = re.compile(r"(1[89]|20|21)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])")
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?(?: ?- ?\d{1,2}:\d{2}(?::00)?)?")
_PERIOD = re.compile(r"(?:sp|p|period|pte|settlement period)[ _]?(\d{1,2})", re.IGNORECASE)
_NUMBERED = re.compile(r"([A-Za-z_ .]*?)(\d+)")


@dataclass(frozen=True)
class Turned:
    """A table with one time a row, made of a wide one; the columns that the turn itself knows are named."""

    names: tuple[str, ...]
    cells: list[list[str]]
    time: tuple[str, ...] | None
    id: tuple[str, ...] | None
    values: tuple[str, ...]
    decision: Decision


Cells = Sequence[Sequence[str]]


def turned(names: Sequence[str], rows: Cells, options: Options, place: str) -> Turned | None:
    """Return a wide table as a tall one; None where a row is a time already.

    Parameters
    ----------
    names
        The columns; "column1", ... where there is no header.
    rows
        Text cells, all rows of one width.
    options
        `shape` overrules what is found.
    place
        The file, for errors.

    Raises
    ------
    InputError
        Where rows may be series or times, or where nothing of the shape asked for is found.
    """
    if options.shape == "tall" or not rows:
        return None
    if options.shape == "wide-rows":
        return _rows_as_series(names, rows, "asked for")
    ways: tuple[Callable[[Sequence[str], Cells], Turned | None], ...] = (_months, _hours, _days, _dates)
    found = next((made for way in ways if (made := way(names, rows)) is not None), None)
    if found is not None:
        return found
    if options.shape == "wide-columns":
        raise InputError(
            f"{place} has no columns that are named for months, hours or dates ({', '.join(names)[:60]}); "
            f"name them so, or give --shape tall or --shape wide-rows"
        )
    return None if options.names_columns else _maybe_rows(names, rows, place)


def _decision(what: str) -> Decision:
    note = f"{what}; --shape tall reads a row as one time"
    return Decision("shape", what, "their names say so", option="--shape", note=note)


def _texts(rows: Cells, beside: Sequence[int]) -> list[int]:
    """Return the columns of words among some columns."""
    return [j for j in beside if any(kind_of(row[j]) == "text" for row in rows)]


def _keys(rows: Cells, texts: Sequence[int]) -> list[str]:
    """Return a name for each row from its words; a number behind those that repeat one."""
    seen: dict[str, int] = {}
    keys = []
    for i, row in enumerate(rows, start=1):
        key = "/".join(row[j] for j in texts if row[j]) or f"row {i}"
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else f"{key} ({seen[key]})")
    return keys


def _dates(names: Sequence[str], rows: Cells) -> Turned | None:
    """Turn a table in which most columns are named by dates or years."""
    dated = [j for j, name in enumerate(names) if kind_of(name) == "time" or _DIGITS.fullmatch(name)]
    years = [j for j, name in enumerate(names) if re.fullmatch(r"(1[789]|20|21)\d\d", name)]
    chosen, as_time = dated, [names[j] for j in dated]
    if len(years) > len(dated):
        chosen, as_time = years, [f"{names[j]}-01" for j in years]
    if len(chosen) < _LEAST_DATES or len(chosen) < 0.5 * len(names):
        return None
    form = find_form(as_time, None)
    if form is None:
        return None
    stamps = form.parse(as_time)
    steps = stamps[1:] > stamps[:-1]
    if not (steps.all() or not steps.any()):
        return None
    texts = _texts(rows, [j for j in range(len(names)) if j not in chosen])
    keys = _keys(rows, texts)
    columns = [[key for key in keys for _ in chosen], as_time * len(rows), [row[j] for row in rows for j in chosen]]
    what = f"{len(chosen)} columns are dates, from {names[chosen[0]]} to {names[chosen[-1]]}, and each row is a series"
    return Turned(("series", "time", "value"), columns, ("time",), ("series",), ("value",), _decision(what))


def _year_of(names: Sequence[str], rows: Cells) -> int | None:
    """Return the column of years."""
    for j in range(min(3, len(names))):
        cells = [row[j] for row in rows]
        if all(re.fullmatch(r"(1[6789]|20|21)\d\d", cell) for cell in cells):
            return j
    return None


def _months(names: Sequence[str], rows: Cells) -> Turned | None:
    """Turn a table with a year in each row and its twelve months side by side."""
    year = _year_of(names, rows)
    if year is None or len(names) < 13:
        return None
    numbers: dict[int, int] = {}
    for j, name in enumerate(names):
        month = month_of(name) or (int(name) if re.fullmatch(r"0?[1-9]|1[0-2]", name) else None)
        if month is not None and j != year:
            numbers.setdefault(month, j)
    nameless = all(re.fullmatch(r"column\d+", name) for name in names)
    years = [int(row[year]) for row in rows]
    if nameless and (len(names) == 13 or (len(names) == 14 and _means_months(rows))) and year == 0 and len(rows) > 2:
        numbers = {j: j for j in range(1, 13)} if all(b - a == 1 for a, b in pairwise(years)) else {}
    if len(numbers) != 12:
        return None
    texts = _texts(rows, [j for j in range(len(names)) if j != year and j not in numbers.values()])
    return _calendar(
        rows,
        [[f"{row[year]}-{m:02d}" for m in range(1, 13)] for row in rows],
        [numbers[m] for m in range(1, 13)],
        texts,
        "months",
    )


def _means_months(rows: Cells) -> bool:
    """Whether the last of fourteen columns is the mean of the twelve before it."""
    numbers = [[float(cell) for cell in row[1:]] for row in rows if all(_PLAIN.fullmatch(cell) for cell in row[1:])]
    close = [abs(sum(row[:12]) / 12 - row[12]) <= 0.02 * max(map(abs, row)) + 1e-9 for row in numbers]
    return len(close) > 2 and all(close)


def _calendar(rows: Cells, times: list[list[str]], columns: Sequence[int], texts: Sequence[int], what: str) -> Turned:
    values = [row[j] for row in rows for j in columns]
    stamps = [time for some in times for time in some]
    while not texts and values and (kind_of(values[-1]) == "missing" or _is_to_come(values)):
        values.pop()  # what is still to come
        stamps.pop()
    made = [stamps, values]
    names: tuple[str, ...] = ("time", "value")
    if texts:
        keys = ["/".join(row[j] for j in texts if row[j]) or "series" for row in rows]
        made = [[key for key in keys for _ in columns], *made]
        names = ("series", *names)
    words = f"{what} stand side by side, so each row holds {len(columns)} times"
    return Turned(names, made, ("time",), ("series",) if texts else None, ("value",), _decision(words))


def _is_to_come(values: Sequence[str]) -> bool:
    """Whether the last value is a row of nines beyond all others, which stands for months that are to come."""
    if not re.fullmatch(r"-?9{1,5}(\.9+0*)?", values[-1]):
        return False
    rest = [float(value) for value in values if value != values[-1] and _PLAIN.fullmatch(value)]
    return bool(rest) and not min(rest) <= float(values[-1]) <= max(rest)


def _hours(names: Sequence[str], rows: Cells) -> Turned | None:
    """Turn a table with a day in each row and its hours, or shorter parts, side by side."""
    day = next(
        (j for j in range(min(4, len(names))) if all(kind_of(row[j]) == "time" and ":" not in row[j] for row in rows)),
        None,
    )
    if day is None:
        return None
    rest = [j for j in range(len(names)) if j != day]
    for pattern, least, role in ((_CLOCK, 12, "clock"), (_HOUR, 24, "hour"), (_PERIOD, 24, "period")):
        found = [(j, match) for j in rest if (match := pattern.fullmatch(names[j].strip()))]
        if len(found) < least or not _counts(found, role):
            continue
        parts = [f"{int(m[1]):02d}:{m[2]}" if role == "clock" else m[1] for _, m in found]
        columns = [j for j, _ in found]
        texts = _texts(rows, [j for j in rest if j not in columns])
        made = _calendar(
            rows,
            [[row[day]] * len(columns) for row in rows],
            columns,
            texts,
            {"clock": "times of day", "hour": "hours"}.get(role, "periods of the day"),
        )
        place = len(made.names) - 2
        cells = [*made.cells[: place + 1], (parts * len(rows))[: len(made.cells[0])], *made.cells[place + 1 :]]
        names_made = (*made.names[: place + 1], {"clock": "time of day"}.get(role, role), *made.names[place + 1 :])
        return Turned(names_made, cells, ("time", names_made[place + 1]), made.id, made.values, made.decision)
    return None


def _counts(found: Sequence[tuple[int, re.Match[str]]], role: str) -> bool:
    """Whether the names of the columns count the parts of a day."""
    if role == "clock":
        minutes = [int(match[1]) * 60 + int(match[2]) for _, match in found]
        steps = {b - a for a, b in pairwise(minutes)}
        return len(steps) == 1 and min(steps) > 0
    numbers = [int(match[1]) for _, match in found]
    return (
        numbers[0] in (0, 1)
        and all(b - a == 1 for a, b in pairwise(numbers))
        and len(numbers) in (24, 25, 48, 50, 96, 100)
    )


def _days(names: Sequence[str], rows: Cells) -> Turned | None:
    """Turn a table with a year and a month in each row and the days of it side by side."""
    year = _year_of(names, rows)
    days = [
        (j, int(m[1]))
        for j, name in enumerate(names)
        if (m := re.fullmatch(r"(?:day|d)?[ _]?(\d{1,2})", name, re.IGNORECASE))
    ]
    if year is None or [day for _, day in days] != list(range(1, 32)):
        return None
    month = next((j for j, name in enumerate(names) if name.lower() in ("month", "mon", "mo", "mm", "monat")), None)
    if month is None or not all(re.fullmatch(r"\d{1,2}", row[month]) for row in rows):
        return None
    stamps, values = [], []
    for row in rows:
        for j, day in days:
            if row[j] or day <= 28:
                stamps.append(f"{row[year]}-{int(row[month]):02d}-{day:02d}")
                values.append(row[j])
    return Turned(
        ("time", "value"),
        [stamps, values],
        ("time",),
        None,
        ("value",),
        _decision("days of the month stand side by side, so each row holds 31 times"),
    )


def _maybe_rows(names: Sequence[str], rows: Cells, place: str) -> Turned | None:
    """Turn a table whose rows look like series: a name, then many numbers in columns that are only counted."""
    if len(names) <= _LEAST_WIDE or len(rows) > len(names):
        return None
    texts = _texts(rows, range(len(names)))
    numbered = _is_counted([name for j, name in enumerate(names) if j not in texts])
    firsts = [row[0] for row in rows]
    if not numbered or any(kind_of(cell) == "time" for cell in firsts):
        return None
    if texts and texts == list(range(len(texts))) and len(set(firsts)) == len(rows):
        return _rows_as_series(names, rows, "the first column names the rows, and the others are only counted")
    if not texts and len(names) > 4 * len(rows):
        raise InputError(
            f"{place} has {counted(len(rows), 'row')} and {len(names)} columns without names; give --shape wide-rows "
            f"if each row is a series, or --shape tall if each row is a time"
        )
    return None


def _is_counted(names: Sequence[str]) -> bool:
    """Whether the names of columns only count them: V2, V3, V4, ..."""
    matches = [_NUMBERED.fullmatch(name) for name in names]
    known = [match for match in matches if match is not None]
    if len(known) < len(names) or len({match[1] for match in known}) > 1:
        return False
    numbers = [int(match[2]) for match in known]
    return all(b - a == 1 for a, b in pairwise(numbers))


def _rows_as_series(names: Sequence[str], rows: Cells, why: str) -> Turned:
    texts = _texts(rows, range(len(names)))
    columns = [j for j in range(len(names)) if j not in texts]
    keys, values = [], []
    firsts = [row[0] for row in rows]
    named = texts[:1] if 0 in texts and len(set(firsts)) == len(rows) else texts
    for key, row in zip(_keys(rows, named), rows, strict=True):
        cells = [row[j] for j in columns]
        while cells and kind_of(cells[-1]) == "missing":
            cells.pop()
        keys += [key] * len(cells)
        values += cells
    what = f"each of the {len(rows)} rows is a series"
    note = f"{what}; --shape tall reads a row as one time"
    decision = Decision("shape", what, why, option="--shape", note=note)
    return Turned(("series", "value"), [keys, values], None, ("series",), ("value",), decision)
