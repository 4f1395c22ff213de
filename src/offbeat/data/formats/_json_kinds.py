"""What a value of JSON is: a cell, a record, a list, or one of the forms of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

_TIME = re.compile(r"\d{4}-\d{1,2}(-\d{1,2}.*)?|\d{9,19}|\d{8}T\d{4,6}.*")
CELLS = ("number", "missing", "text")


def size(value: Any) -> int:
    """Return how many rows a table has; 0 for what is none."""
    if isinstance(value, list):
        tabular = value and (kind(value[0]) in ("record", "list") or all_kind(value, "number"))
        return len(value) if tabular else 0
    if is_split(value):
        return len(value["data"])
    if are_columns(value):
        return len(next(iter(value.values())))
    if are_rows_by_name(value):
        return len(value)
    if are_indexed_columns(value):
        return len(next(iter(value.values())))
    return sum(map(len, value.values())) if is_by_name(value) else 0


def is_split(value: dict[str, Any]) -> bool:
    """Whether an object has columns, data and perhaps an index, as pandas writes them with orient="split"."""
    names, rows = value.get("columns"), value.get("data")
    if not (isinstance(names, list) and isinstance(rows, list) and rows and isinstance(rows[0], list)):
        return False
    return all(isinstance(row, list) and len(row) == len(names) for row in rows)


def are_columns(value: dict[str, Any]) -> bool:
    """Whether an object holds a list of cells for each column, all of one length."""
    columns = list(value.values())
    if not columns or not all(isinstance(column, list) and column for column in columns):
        return False
    return len(set(map(len, columns))) == 1 and all(kind(cell) in CELLS for column in columns for cell in column)


def are_rows_by_name(value: dict[str, Any]) -> bool:
    """Whether the names are times or count the rows, and each has a record or a number."""
    if len(value) < 2 or not (are_times(value) or are_counted(value)):
        return False
    return {kind(row) for row in value.values()} in ({"record"}, {"number"}, {"number", "missing"}, {"text"})


def are_indexed_columns(value: dict[str, Any]) -> bool:
    """Whether an object holds columns, each an object by the labels of the rows, as pandas writes them."""
    columns = list(value.values())
    if not columns or not all(isinstance(column, dict) and len(column) > 1 for column in columns):
        return False
    labels = list(columns[0])
    if not (are_times(labels) or are_counted(labels)):
        return False
    return all(list(column) == labels and all(kind(c) in CELLS for c in column.values()) for column in columns)


def is_by_name(value: dict[str, Any]) -> bool:
    """Whether an object holds a list of records or pairs for each series, all with the same names."""
    lists = [inner for inner in value.values() if inner != []]
    if len(lists) < 2 or not all(isinstance(inner, list) for inner in lists):
        return False
    if all(all_kind(inner, "record") for inner in lists):
        return len({tuple(sorted(inner[0])) for inner in lists}) == 1
    return all(all_kind(inner, "list") for inner in lists)


def all_kind(items: Sequence[Any], wanted: str) -> bool:
    """Whether all items are of a kind."""
    return all(kind(item) == wanted for item in items)


def kind(value: Any) -> str:
    """Return what a value is: record, list, missing, text or number (true and false too)."""
    if isinstance(value, dict):
        return "record"
    if isinstance(value, list):
        return "list"
    if value is None:
        return "missing"
    return "text" if isinstance(value, str) else "number"


def are_times(names: Iterable[str]) -> bool:
    """Whether all names are times: dates, or numbers since 1970."""
    return all(_TIME.fullmatch(name) for name in names)


def are_counted(names: Iterable[str]) -> bool:
    """Whether names are 0, 1, 2, ...: the labels of rows that have none."""
    return all(name == str(i) for i, name in enumerate(names))
