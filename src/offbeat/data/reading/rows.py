"""Rows of a database as a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

CHUNK_ROWS = 100_000


def frame_of_rows(names: Sequence[str], fetch: Callable[[int], Sequence[Sequence[Any]]]) -> pd.DataFrame:
    """Return all rows that `fetch` gives in parts; columns of the same name get underscores behind it.

    Examples
    --------
    >>> parts = [[(1, Decimal("1.5")), (2, None)], []]
    >>> frame_of_rows(["t", "t"], lambda count: parts.pop(0))
       t   t_
    0  1  1.5
    1  2  NaN
    """
    import pandas as pd

    unique: list[str] = []
    for name in names:
        while name in unique:
            name += "_"  # noqa: PLW2901 - until it is free
        unique.append(name)
    parts = []
    while rows := fetch(CHUNK_ROWS):
        part = pd.DataFrame.from_records([tuple(row) for row in rows], columns=unique)
        parts.append(pd.DataFrame({name: _plain(part[name]) for name in unique}))
    filled = [part.dropna(axis="columns", how="all") for part in parts] if len(parts) > 1 else parts
    made = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=unique)
    return made.reindex(columns=unique)


def _plain(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Return decimals as numbers, dates as times, and what else is no number and no time as text."""
    import pandas as pd

    given = cells.dropna()
    if cells.dtype != object or given.empty:
        return cells
    kinds = set(given.map(type))
    if kinds <= {Decimal, int, float}:
        return cells.astype(float)
    if all(issubclass(kind, date) for kind in kinds):
        zoned = any(isinstance(stamp, datetime) and stamp.tzinfo is not None for stamp in given)
        return pd.to_datetime(cells, utc=zoned)
    if kinds <= {bool}:
        return cells.astype(float)
    return cells.map(_text, na_action="ignore")


def _text(cell: Any) -> Any:
    if isinstance(cell, bytes | memoryview):
        return bytes(cell).decode(errors="replace")
    return cell if isinstance(cell, str | int | float) else str(cell)
