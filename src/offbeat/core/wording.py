"""Format numbers, times and durations for people."""

from __future__ import annotations

from typing import Any

import numpy as np

from offbeat.core.units import DAY, MINUTE, SECONDS

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As they are written here, whatever language the program around has set."""


def number(value: float) -> str:
    """Return three significant digits, or all digits before the point.

    Examples
    --------
    >>> [number(v) for v in (0.012345, 3.0, 1234.5, 12345678.0, float("nan"))]
    ['0.0123', '3', '1,234', '12.3 million', 'nothing']
    """
    if not np.isfinite(value):
        return "nothing"
    size = abs(value)
    for limit, word in ((1e12, "trillion"), (1e9, "billion"), (1e7, "million")):
        if limit <= size < 1e15:
            unit = {"million": 1e6}.get(word, limit)
            return f"{value / unit:.3g} {word}"
    if size >= 1e15 or (0 < size < 1e-4):
        return f"{value:.3g}"
    if size >= 100:
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    return "0" if text == "-0" else text


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun; without `many`, the plural takes an s.

    Examples
    --------
    >>> counted(1, "event"), counted(1200, "event"), counted(2, "row is", "rows are")
    ('1 event', '1,200 events', '2 rows are')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """Return a time span in its largest fitting unit.

    Examples
    --------
    >>> [duration(s) for s in (1, 90, 5400, 86400 * 3, 86400 * 500)]
    ['1 second', '90 seconds', '90 minutes', '3 days', '16 months']
    """
    for word, size in reversed(SECONDS.items()):
        if seconds >= 2 * size or size == 1 or seconds == size:
            many = seconds / size
            shown = f"{many:.0f}" if many >= 10 or abs(many - round(many)) < 0.05 else f"{many:.1f}"
            return f"{shown} {word}{'' if shown == '1' else 's'}"
    raise AssertionError("unreachable: every span has a unit")


def moment(label: Any, step: float | None) -> str:
    """Return a time for people: "8 Feb 2013 16:00", "Feb 1998" in monthly data.

    Numbers as they are.

    Parameters
    ----------
    label
        As `Series.label` gives it.
    step
        The series' step in seconds; with days or months between points the clock is left out.
    """
    if not hasattr(label, "strftime"):
        return f"{label:,}" if isinstance(label, int) else number(float(label))
    month = f"{MONTHS[label.month - 1]} {label.year}"
    if step is not None and step >= 27 * DAY:
        return month
    day = f"{label.day} {month}"
    if step is not None and step >= DAY:
        return day
    if step is not None and 0 < step < 1:
        return f"{day} {label.strftime('%H:%M:%S')}.{getattr(label, 'microsecond', 0):06d}".rstrip("0").rstrip(".")
    clock = label.strftime("%H:%M" if (step or 0) >= MINUTE else "%H:%M:%S")
    return f"{day} {clock}"


def at_moment(label: Any, step: float | None) -> str:
    """Return a time with its preposition, as in "in Feb 1998" or "at 1,310".

    Examples
    --------
    >>> at_moment(1310, None)
    'at 1,310'
    """
    word = "at" if not hasattr(label, "strftime") else "in" if (step or 0) >= 27 * DAY else "on"
    return f"{word} {moment(label, step)}"
