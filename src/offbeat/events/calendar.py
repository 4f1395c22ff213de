"""Whether the usual course follows the clock and the week, and the words for a moment in it."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from offbeat.core.series import Floats, Series
from offbeat.core.units import DAY, HOUR

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""As they are written here, whatever language the program around has set."""

MATTERS = 0.5
"""What is expected follows the clock, or the week, where it changes over it by at least this share of half of the
usual range, and repeats itself at least twice as well after a whole cycle."""

LONGEST = 100
"""Days at the end of a series that this is looked for in."""


def follows(series: Series, expected: Floats, width: float) -> tuple[bool, bool]:
    """Return whether the expected course of one channel follows the hours of the day, and the days of the week.

    Parameters
    ----------
    series
        The rows; without dates neither is so.
    expected
        Shape (n,).
    width
        Half of the usual range.
    """
    step = series.step if series.is_dated else None
    if not step or step > DAY or DAY % step or not len(expected):
        return False, False
    day = round(DAY / step)
    course = expected[-LONGEST * day :]
    half, whole, week = (_change(course, rows) for rows in (max(day // 2, 1), day, 7 * day))
    least = MATTERS * width
    return day > 1 and half > max(least, 2 * min(whole, week)), whole > max(least, 2 * week)


def _change(course: Floats, rows: int) -> float:
    """Return how much the course changes in so many rows, on average; NaN where it is too short to tell."""
    change = np.abs(course[rows:] - course[:-rows])
    change = change[np.isfinite(change)]
    return float(change.mean()) if len(change) >= rows else float("nan")


def usual_moment(label: datetime, step: float, *, hourly: bool, weekly: bool) -> str:
    """Return the words for the moment that a usual range is that of; empty where it is that of every moment.

    Examples
    --------
    >>> when = datetime(2021, 7, 7, 13)
    >>> usual_moment(when, 1800, hourly=True, weekly=True)
    ' on a Wednesday at 13:00'
    >>> usual_moment(when, 1800, hourly=True, weekly=False), usual_moment(when, 86400, hourly=False, weekly=True)
    (' at 13:00', ' on a Wednesday')
    """
    day = f" on a {WEEKDAYS[label.weekday()]}" if weekly else ""
    return day + (f" at {label.strftime('%H:%M')}" if hourly and step <= 6 * HOUR else "")
