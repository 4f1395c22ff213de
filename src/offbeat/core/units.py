"""Units of time, in seconds; months and years are the Gregorian calendar's mean."""

from __future__ import annotations

MINUTE = 60
HOUR = 3_600
DAY = 86_400
WEEK = 604_800
MONTH = 2_629_746
YEAR = 31_556_952

NANOSECONDS = 10**9
"""In a second: the unit of `Series.stamps`."""

SECONDS = {"second": 1, "minute": MINUTE, "hour": HOUR, "day": DAY, "week": WEEK, "month": MONTH, "year": YEAR}
"""By name, the shortest first."""

ROWS_A_WEEK = 10_000
"""Rows that stand for a week where there are no times."""


def rows_a_week(step: float | None) -> float:
    """Return the number of rows in a week, `step` seconds apart; 10,000 where there are no times.

    Examples
    --------
    >>> rows_a_week(3600.0), rows_a_week(None)
    (168.0, 10000.0)
    """
    return WEEK / step if step else float(ROWS_A_WEEK)
