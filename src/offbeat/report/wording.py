"""Times and counts as a person writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from offbeat.report.sheet import DAY

_PATTERNS = {DAY: "%Y-%m-%d", 60_000.0: "%Y-%m-%d %H:%M", 1000.0: "%Y-%m-%d %H:%M:%S"}


def moment(label: Any, digits: float) -> str:
    """Return a time that `Series.label` gave, with no more of the clock than `digits` (see `Axis.digits`) needs.

    Examples
    --------
    >>> import pandas as pd
    >>> moment(pd.Timestamp("2013-02-08 14:00"), 60_000.0), moment(17, 0.0)
    ('2013-02-08 14:00', '17')
    """
    if hasattr(label, "strftime"):
        text = str(label.strftime(_PATTERNS.get(digits, "%Y-%m-%d %H:%M:%S.%f")))
        return text[:-3] if digits == 1.0 else text
    if isinstance(label, int | float):
        return f"{label:.10g}" if isinstance(label, float) else str(label)
    return str(label)


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> counted(1, "event"), counted(1200, "event"), counted(2, "series", "series")
    ('1 event', '1,200 events', '2 series')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """Return words in a row: "a, b and c".

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
