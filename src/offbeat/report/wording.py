"""Counts as a person writes them."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> counted(1, "event"), counted(1200, "event"), counted(2, "series", "series")
    ('1 event', '1,200 events', '2 series')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
