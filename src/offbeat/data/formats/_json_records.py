"""Tables of JSON that follows no known system: records, columns, pairs, and objects around them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from offbeat.core.errors import InputError, unknown
from offbeat.data.formats._json_kinds import (
    all_kind,
    are_columns,
    are_counted,
    are_indexed_columns,
    are_rows_by_name,
    are_times,
    is_split,
    kind,
    size,
)
from offbeat.data.formats._json_series import free_name, tall
from offbeat.data.reading.tables import Table

if TYPE_CHECKING:
    import pandas as pd

_SPREAD = 64
"""A list of at most so many numbers in each record becomes as many columns."""


def table_of(value: Any, place: str, wanted: str | int | None = None) -> Table:
    """Return the table of a JSON value: the longest in it, or the one at the path that is wanted, such as data.hourly.

    Raises
    ------
    InputError
        Where there are no records in it, with the first row that is none.
    UnknownNameError
        Where there is nothing at the path.

    Examples
    --------
    >>> table_of([{"t": 1, "data": {"temp": 20.5}}, {"t": 2, "data": {"temp": 21.0}}], "a.json").frame
       t  data.temp
    0  1       20.5
    1  2       21.0
    """
    if isinstance(value, list):
        return _of_list(value, place)
    if not isinstance(value, dict):
        raise InputError(f"{place} holds only {value!r}; give an array of records")
    found = sorted(_walk(value, ""), key=lambda pair: -size(pair[1]))  # the first of the longest
    if wanted is not None:
        found = [pair for pair in found if pair[0] == wanted]
        if not found:
            raise unknown("table", wanted, [path for path, inner in _walk(value, "") if path and size(inner)])
    path, inner = found[0]
    if not size(inner):
        return Table(frame=_frame([value]))
    made = _of_list(inner, place) if isinstance(inner, list) else _of_object(inner, place)
    others = [path for path, other in found[1:] if size(other) > 1]
    note = f"read are the records of {path}, the longest table in {place}; --sheet {' or '.join(others)} reads another"
    return replace(made, notes=(note,)) if others else made


def _of_list(items: list[Any], place: str) -> Table:
    import pandas as pd

    if not items:
        raise InputError(f"{place} holds an empty list; give a file with rows of numbers")
    kinds = {kind(item) for item in items}
    if kinds == {"record"}:
        exploded = _series_in(items)
        return Table(frame=_frame(items)) if exploded is None else _of_series(exploded, place)
    if kinds == {"list"}:
        if all(item and all_kind(item, "record") for item in items):  # a list of records for each series
            labels = [_labels(item) for item in items]
            return tall([_frame(i).drop(columns=list(one)) for i, one in zip(items, labels, strict=True)], labels)
        return _of_rows(items, place)
    if kinds <= {"number", "missing"}:
        return Table(frame=pd.DataFrame({"value": items}))
    row = next((i for i, item in enumerate(items, start=1) if kind(item) != "record"), 1)
    raise InputError(f'row {row} of {place} is not a record with names; give objects like {{"time": 1}}')


def _of_object(value: dict[str, Any], place: str) -> Table:
    import pandas as pd

    if is_split(value):
        frame = pd.DataFrame(value["data"], columns=[_column(name) for name in value["columns"]])
        if "index" in value and list(value["index"]) != list(range(len(frame))):
            frame.insert(0, "index", value["index"])
        return Table(frame=frame)
    if are_columns(value):
        return Table(frame=pd.DataFrame(value))
    if are_rows_by_name(value):
        records = [row if isinstance(row, dict) else {"value": row} for row in value.values()]
        if are_counted(value):
            return Table(frame=_frame(records))
        name = free_name("time", (name for record in records[:1] for name in record))
        stamped = [{name: key, **row} for key, row in zip(value, records, strict=True)]
        return Table(frame=_frame(stamped), time=(name,))
    if are_indexed_columns(value):
        frame = pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in value.items()}).infer_objects()
        counted = [str(label) for label in frame.index] == [str(i) for i in range(len(frame))]
        return Table(frame=frame.reset_index(drop=counted))
    return _of_series([({"name": name}, items) for name, items in value.items() if items], place)


def _of_series(series: Sequence[tuple[Mapping[str, Any], Any]], place: str) -> Table:
    """Return the table of series, each given by its labels and a list or an object of columns."""
    tables = [_of_list(v, place) if isinstance(v, list) else _of_object(v, place) for _, v in series]
    made = tall([table.frame for table in tables if table.frame is not None], [labels for labels, _ in series])
    inner = [name for table in tables for name in table.id or ()]
    return replace(made, time=tables[0].time, id=tuple(dict.fromkeys([*(made.id or ()), *inner])) or None)


def _frame(records: list[dict[str, Any]]) -> pd.DataFrame:
    """Return records as a frame: inner objects and short lists become columns with dots in their names."""
    import pandas as pd

    if any(isinstance(value, dict | list) for record in records for value in record.values()):
        records = [dict(_flat(record)) for record in records]
    return pd.DataFrame.from_records(records)


def _flat(record: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        elif isinstance(value, list):
            if len(value) <= _SPREAD and all(kind(item) in ("number", "missing") for item in value):
                yield from ((f"{before}{name}.{i}", item) for i, item in enumerate(value))
            else:
                yield f"{before}{name}", json.dumps(value)
        else:
            yield f"{before}{name}", value


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with the inner objects as names with dots.

    Examples
    --------
    >>> flat({"t": 1, "data": {"temp": 20.5, "xy": [1, 2]}})
    {'t': 1, 'data.temp': 20.5, 'data.xy.0': 1, 'data.xy.1': 2}
    """
    return dict(_flat(record))


def _of_rows(rows: list[list[Any]], place: str) -> Table:
    """Return the table of rows of cells; the first row may hold the names, and a pair is a time and a value."""
    import pandas as pd

    names = None
    if len(rows) > 1 and all_kind(rows[0], "text") and not all_kind(rows[1], "text"):
        names, rows = [str(name) for name in rows[0]], rows[1:]
    width = Counter(map(len, rows)).most_common(1)[0][0] if names is None else len(names)
    for i, row in enumerate(rows, start=1):
        if len(row) != width or any(isinstance(cell, dict | list) for cell in row):
            raise InputError(f"row {i} of {place} is not a list of {width} cells; give rows of one length, or records")
    frame = pd.DataFrame(rows)
    order = None if names is not None or width != 2 else _order(frame)
    if order is not None:
        return Table(frame=frame.set_axis(list(order), axis="columns"), time=("time",))
    return Table(frame=frame.set_axis(names or [f"column{i}" for i in range(1, width + 1)], axis="columns"))


def _order(frame: pd.DataFrame) -> tuple[str, str] | None:
    """Return the names of two columns, by which of them only rises or only falls; None where that is not clear."""
    rising = []
    for column in (frame[0], frame[1]):
        sortable = not column.isna().any() and column.map(type).nunique() == 1
        rising.append(bool(sortable and (column.is_monotonic_increasing or column.is_monotonic_decreasing)))
    if rising[0]:
        return ("time", "value")
    return ("value", "time") if rising[1] else None


def _series_in(records: list[dict[str, Any]]) -> list[tuple[Mapping[str, Any], Any]] | None:
    """Return each record's labels and inner table, where records are series; None where they are rows."""
    found: list[tuple[Mapping[str, Any], Any]] = []
    for record in records:
        lists = {name: value for name, value in record.items() if isinstance(value, list) and value}
        inner = _inner(record, lists, len(records))
        if inner is None:
            if any(isinstance(value, list) and not value for value in record.values()) and len(records) > 1:
                continue  # a series without points
            return None
        labels = dict(_flat({k: v for k, v in record.items() if k not in lists and v is not inner}))
        found.append((labels, inner))
    return found or None


def _inner(record: dict[str, Any], lists: dict[str, list[Any]], count: int) -> Any:
    """Return the table in one of so many records: its longest list, its values by time, or its lists as columns."""
    tables = {name: value for name, value in lists.items() if kind(value[0]) in ("record", "list")}
    if tables:
        return max(tables.values(), key=len)
    timed = [one for one in record.values() if isinstance(one, dict) and are_times(one) and are_rows_by_name(one)]
    if timed:
        return max(timed, key=len)
    plain = [value for value in lists.values() if not all_kind(value, "text")]
    return lists if plain and are_columns(lists) and len(next(iter(lists.values()))) > count else None


def _labels(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the text of the first record that is the same in all records that have it."""
    first = {name: value for name, value in records[0].items() if isinstance(value, str)}
    return {name: value for name, value in first.items() if all(one.get(name, value) == value for one in records)}


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield an object and the objects and lists inside with their paths; what is a table is not looked into."""
    yield path, value
    if isinstance(value, dict) and not size(value):
        described = isinstance(value.get("data"), list) and isinstance(value.get("schema"), dict)
        for name, inner in value.items():
            if isinstance(inner, dict | list) and not (described and name == "schema"):
                yield from _walk(inner, f"{path}.{name}" if path else name)


def _column(name: Any) -> str:
    return "/".join(map(str, name)) if isinstance(name, list) else str(name)
