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
