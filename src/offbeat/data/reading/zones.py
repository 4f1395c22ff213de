"""Time zones as they are written behind a time: offsets, abbreviations, names."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

ZONE = (
    r"(?:\s*(?P<z>[Zz]|\(?(?:UTC|GMT)?[+-]\d{2}:?\d{2}\)?|[+-]\d{2}|\(?[A-Z]{2,5}\)?"
    r"|\(?[A-Z][A-Za-z]+/[A-Za-z_/]+\)?))?"
)
"""What may stand behind a time of day."""
_HOURS = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10, "JST": 9, "KST": 9, "SGT": 8, "HKT": 8, "AWST": 8, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13, "SAST": 2, "BRT": -3,
}  # fmt: skip
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})?")


def offset_of(zone: str, moment: datetime) -> timedelta | None:
    """Return the distance from UTC of a zone at a local moment; None for an unknown one.

    Examples
    --------
    >>> offset_of("+05:30", datetime(2024, 1, 8)), offset_of("Europe/Berlin", datetime(2024, 7, 8))
    (datetime.timedelta(seconds=19800), datetime.timedelta(seconds=7200))
    """
    word = zone.strip().strip("()")
    hours = _HOURS.get(word.upper())
    if hours is not None:
        return timedelta(hours=hours)
    match = _OFFSET.fullmatch(word)
    if match is not None:
        size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return -size if match[1] == "-" else size
    return _named(word, moment) if "/" in word else None


def _named(word: str, moment: datetime) -> timedelta | None:
    from zoneinfo import ZoneInfo

    try:
        return moment.replace(tzinfo=ZoneInfo(word)).utcoffset()
    except (OSError, ValueError, KeyError):
        return None


def shown_zone(offsets: set[str]) -> str | None:
    """Return the zone in which the times of a column are shown: theirs, or UTC where there are several.

    Examples
    --------
    >>> shown_zone({"+02:00"}), shown_zone({"Z"}), shown_zone({"EST", "EDT"}), shown_zone(set())
    ('+02:00', 'UTC', 'UTC', None)
    """
    if not offsets:
        return None
    if len(offsets) > 1:
        return "UTC"
    word = next(iter(offsets))
    if "/" in word:
        return word
    offset = offset_of(word, datetime(2000, 1, 1)) if word else timedelta(0)
    minutes = int((offset or timedelta(0)).total_seconds() // 60)
    if not minutes:
        return "UTC"
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
