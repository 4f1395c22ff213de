"""What one cell is: a number, a time, a word, or nothing."""

from __future__ import annotations

from functools import lru_cache

from offbeat.data.reading.numbers import has_unit, is_number
from offbeat.data.reading.times import is_time
from offbeat.data.reading.words import is_missing


def kind_of(cell: str) -> str:
    """Return "missing", "number", "quantity" (a number with a unit), "time" or "text".

    Examples
    --------
    >>> [kind_of(cell) for cell in ("", "1,003", "5 kWh", "2024-01-08", "08-Jan-24 00:00", "Tank")]
    ['missing', 'number', 'quantity', 'time', 'time', 'text']
    """
    if is_missing(cell):
        return "missing"
    if is_number(cell):
        return "quantity" if has_unit(cell) else "number"
    return "time" if _is_time(cell) else "text"


def is_datum(cell: str) -> bool:
    """Whether a cell is anything but text."""
    return kind_of(cell) != "text"


_is_time = lru_cache(maxsize=1 << 16)(is_time)
