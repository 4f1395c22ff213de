"""The times of a table and the columns that hold them: one column, or a date and parts of a day side by side."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from layout_parts.draws import Draw
from layout_parts.moments import DAY, FORMS, FRACTIONS, HOUR, MINUTE, MONTH, SECOND, text

STEPS = {
    "1 s": SECOND,
    "10 s": 10,
    "1 min": MINUTE,
    "5 min": 5 * MINUTE,
    "10 min": 10 * MINUTE,
    "15 min": 15 * MINUTE,
    "30 min": 30 * MINUTE,
    "1 h": HOUR,
    "1 d": DAY,
    "1 month": MONTH,
}
Moments = list[dt.datetime]


@dataclass(frozen=True)
class Clock:
    """The columns of a time, as header and cells, and what they mean.

    `times` are datetime64[ns] in UTC, numbers, or None. `write` writes other moments in the same way; `shown` are the
    moments that the columns show.
    """

    columns: list[tuple[str, list[str]]]
    times: np.ndarray | None
    zoned: bool | None = None
    write: Callable[[Moments], list[str]] | None = None
    shown: Moments | None = None


def moments(step: str, n: int, draw: Draw, *, early: bool = False) -> Moments:
    """Return n moments at a regular step, from a time of the day that fits the step; "early" none after the 12th."""
    last = 12 - (n * STEPS[step] // DAY + 1) if early else 28
    year, month, day = draw.pick([2024, 2019, 2003, 2010, 2021]), draw.between(1, 12), draw.between(1, last)
    if step == "1 month":
        return [dt.datetime(year + (month - 1 + i) // 12, (month - 1 + i) % 12 + 1, 1) for i in range(n)]
    seconds = STEPS[step]
    begin = dt.datetime(year, month, day)
    if seconds < DAY and draw.chance(0.5):
        begin += dt.timedelta(seconds=draw.between(0, DAY // seconds - 1) * seconds)
    return [begin + dt.timedelta(seconds=seconds * i) for i in range(n)]


def with_gaps(stamps: Moments, count: int, draw: Draw) -> Moments:
    """Return as many of the moments, without a few here and there."""
    kept = np.sort(draw.rng.choice(len(stamps), count, replace=False))
    return [stamps[i] for i in kept]


def later(stamps: Moments, draw: Draw) -> Moments:
    """Return moments that are later by some seconds, less than half a step."""
    most = min((b - a).total_seconds() for a, b in itertools.pairwise(stamps)) / 2
    return [
        t + dt.timedelta(seconds=int(s)) for t, s in zip(stamps, draw.rng.uniform(0, most, len(stamps)), strict=True)
    ]


def as_times(stamps: Moments, ahead: int = 0) -> np.ndarray:
    """Return moments as datetime64[ns] in UTC, of a clock that is `ahead` minutes."""
    utc = [t - dt.timedelta(minutes=ahead) for t in stamps]
    return np.array(utc, dtype="datetime64[us]").astype("datetime64[ns]")


def clear(stamps: Moments) -> Moments:
    """Return moments whose day and month are clear: they are not where all are of one day up to the 12th."""
    first = stamps[0]
    if first.date() != stamps[-1].date() or first.day > 12 or first.day == first.month:
        return stamps
    return [t + dt.timedelta(days=12) for t in stamps]


NAMES = ("time", "timestamp", "Date", "Datetime", "DATE TIME", "TIMESTAMP", "created_at", "Datum", "date", "@timestamp")


def one_column(form: str, stamps: Moments, draw: Draw) -> Clock:
    """Return one column of times."""
    made = FORMS[form]
    pattern = draw.pick(made.patterns)
    name = draw.pick(NAMES)
    if form in FRACTIONS and not pattern.endswith(".0") and draw.chance(0.5):
        late = dt.timedelta(milliseconds=draw.pick([500, 250, 123, 7]))
        stamps = [t + late for t in stamps]
    if made.swaps:
        stamps = clear(stamps)

    def write(moments: Moments) -> list[str]:
        return [text(pattern, t) for t in moments]

    zoned = None if form.startswith("epoch") else made.zone is not None
    return Clock([(name, write(stamps))], as_times(stamps, made.zone or 0), zoned, write, stamps)


def changing_offset(stamps: Moments, draw: Draw) -> Clock:
    """Return times with an offset that changes with the summer time, as a clock on a wall in London does."""
    half = stamps[len(stamps) // 2]

    def write(moments: Moments) -> list[str]:
        return [
            text("{Y}-{m:02}-{d:02}T{H:02}:{M:02}:{S:02}", t + dt.timedelta(hours=int(t >= half)))
            + ("+01:00" if t >= half else "+00:00")
            for t in moments
        ]

    return Clock([(draw.pick(NAMES), write(stamps))], as_times(stamps), True, write, stamps)


def interval(stamps: Moments, draw: Draw) -> Clock:
    """Return cells of a start and an end, of which the start counts."""
    length = min(later - t for t, later in itertools.pairwise(stamps))
    pattern, between = draw.pick(
        [
            ("{d:02}.{m:02}.{Y} {H:02}:{M:02}", " - "),
            ("{Y}-{m:02}-{d:02}T{H:02}:{M:02}:{S:02}Z", "/"),
            ("{Y}-{m:02}-{d:02} {H:02}:{M:02}", " - "),
        ]
    )
    cells = [text(pattern, t) + between + text(pattern, t + length) for t in stamps]
    return Clock([(draw.pick(["Time", "MTU", "Interval", "Period"]), cells)], as_times(stamps), pattern.endswith("Z"))


def _date(stamps: Moments, draw: Draw) -> tuple[Moments, list[str]]:
    """Return the dates as text, in one of the usual forms; the moments move where they would be ambiguous."""
    pattern = draw.pick(
        ["{Y}-{m:02}-{d:02}", "{d:02}/{m:02}/{Y}", "{m:02}/{d:02}/{Y}", "{d:02}.{m:02}.{Y}", "{Y}{m:02}{d:02}"]
    )
    if "/" in pattern or "." in pattern:
        stamps = clear(stamps)
    return stamps, [text(pattern, t) for t in stamps]


def date_and_time(stamps: Moments, draw: Draw) -> Clock:
    stamps, dates = _date(stamps, draw)
    pattern = draw.pick(["{H:02}:{M:02}:{S:02}", "{H:02}:{M:02}", "{H}:{M:02}:{S:02}"])
    if any(t.second for t in stamps):
        pattern = "{H:02}:{M:02}:{S:02}"
    names = draw.pick([("Date", "Time"), ("date", "time"), ("Datum", "Uhrzeit"), ("DATE", "TIME (HH:MM)")])
    columns = [(names[0], dates), (names[1], [text(pattern, t) for t in stamps])]
    return Clock(columns, as_times(stamps), False)


def date_and_ending_time(stamps: Moments, draw: Draw) -> Clock:
    """Return a date and a time at which a day ends with 24:00."""
    day_of = [t - dt.timedelta(minutes=1) for t in stamps]
    _, dates = _date(clear(day_of), draw)
    stamps = [t + (clear(day_of)[0] - day_of[0]) for t in stamps]
    times = [text("24:{H:02}:{M:02}", t) for t in stamps]
    return Clock(
        [("Date", dates), (draw.pick(["Hour Ending", "Time", "Time (HH:MM)"]), times)], as_times(stamps), False
    )


def date_and_hhmm(stamps: Moments, draw: Draw) -> Clock:
    """Return a date and a number of hours and minutes: 0, 30, 100, ..., 2330."""
    stamps, dates = _date(stamps, draw)
    width = draw.pick(["04", ""])
    times = [format(100 * t.hour + t.minute, width) for t in stamps]
    return Clock([("Date", dates), (draw.pick(["Time", "HHMM", "hhmm"]), times)], as_times(stamps), False)


def date_and_hour(stamps: Moments, draw: Draw) -> Clock:
    stamps, dates = _date(stamps, draw)
    return Clock(
        [("Date", dates), (draw.pick(["Hour", "hour", "HR"]), [str(t.hour) for t in stamps])], as_times(stamps), False
    )


def date_and_ending_hour(stamps: Moments, draw: Draw) -> Clock:
    """Return a date and hours 1 to 24: hour h is the date and h hours, so that 24 is 00:00 of the next day."""
    days = [t - dt.timedelta(hours=1) for t in stamps]
    moved, dates = _date(days, draw)
    stamps = [t + dt.timedelta(hours=1) for t in moved]
    hours = [str(t.hour + 1) for t in moved]
    return Clock([("Date", dates), (draw.pick(["Hour", "Hour Ending", "HE", "hour"]), hours)], as_times(stamps), False)


def settlement(stamps: Moments, draw: Draw) -> Clock:
    """Return a date and periods 1 to 48 of half an hour: period p begins (p - 1) * 30 minutes after midnight."""
    stamps, dates = _date(stamps, draw)
    periods = [str(2 * t.hour + t.minute // 30 + 1) for t in stamps]
    names = draw.pick(
        [("Settlement Date", "Settlement Period"), ("SETTLEMENT_DATE", "SETTLEMENT_PERIOD"), ("Date", "Period")]
    )
    return Clock([(names[0], dates), (names[1], periods)], as_times(stamps), False)


CALENDARS = (
    ("Year", "Month", "Day", "Hour", "Minute"),
    ("year", "month", "day", "hour", "minute"),
    ("YEAR", "MO", "DY", "HR", "MIN"),
    ("yr", "mo", "dy", "hr", "min"),
)


def calendar(stamps: Moments, draw: Draw) -> Clock:
    """Return year, month, day, hour, minute in columns of their own, as many as the step needs."""
    monthly = all((t.day, t.hour, t.minute) == (1, 0, 0) for t in stamps)
    needed = 2 if monthly else 5 if any(t.minute for t in stamps) else 4 if any(t.hour for t in stamps) else 3
    names = draw.pick(CALENDARS if needed < 5 else CALENDARS[:2])[:needed]
    cells = [[str(t.year), str(t.month), str(t.day), str(t.hour), str(t.minute)] for t in stamps]
    return Clock([(name, [row[i] for row in cells]) for i, name in enumerate(names)], as_times(stamps), False)


def day_of_year(stamps: Moments, draw: Draw) -> Clock:
    names = draw.pick([("year", "doy"), ("Year", "Day of Year"), ("YEAR", "DOY"), ("year", "yday")])
    columns = [(names[0], [str(t.year) for t in stamps]), (names[1], [str(t.timetuple().tm_yday) for t in stamps])]
    if any(t.hour for t in stamps):
        columns.append((draw.pick(["hour", "Hour", "HR"]), [str(t.hour) for t in stamps]))
    return Clock(columns, as_times(stamps), False)


def numbers(n: int, draw: Draw) -> Clock:
    """Return times that are plain numbers: seconds from 0, or a running count."""
    step = draw.pick(["1", "0.1", "0.5", "10"])
    decimals = len(step.partition(".")[2])
    cells = [f"{i * float(step):.{decimals}f}" for i in range(n)]
    return Clock([(draw.pick(["time", "t", "seconds", "Time (s)"]), cells)], np.array([float(c) for c in cells]), False)


COLUMNS: dict[str, tuple[Callable[[Moments, Draw], Clock], int, tuple[str, ...] | None]] = {
    "changing offset": (changing_offset, SECOND, ("15 min", "30 min", "1 h")),
    "interval": (interval, MINUTE, ("15 min", "30 min", "1 h", "1 d")),
    "date, time": (date_and_time, SECOND, ("10 s", "1 min", "5 min", "10 min", "15 min", "30 min", "1 h")),
    "date, time to 24:00": (date_and_ending_time, MINUTE, ("15 min", "30 min", "1 h")),
    "date, HHMM": (date_and_hhmm, MINUTE, ("15 min", "30 min", "1 h")),
    "date, hour 0-23": (date_and_hour, HOUR, ("1 h",)),
    "date, hour 1-24": (date_and_ending_hour, HOUR, ("1 h",)),
    "date, period": (settlement, MINUTE, ("30 min",)),
    "calendar": (calendar, MINUTE, ("5 min", "10 min", "15 min", "30 min", "1 h", "1 d", "1 month")),
    "year, day of year": (day_of_year, HOUR, ("1 d", "1 h")),
}
"""Times in several columns, or in cells with two: what makes them, the finest step, and the steps that there are."""

NAMES_OF_CLOCKS = (*FORMS, *COLUMNS, "number", "none")


def steps_of(clock: str) -> tuple[str, ...]:
    """Return the steps that a kind of clock can be written with."""
    if clock in {"number", "none"}:
        return ("1 s",)
    if clock in COLUMNS:
        return COLUMNS[clock][2] or tuple(STEPS)
    if clock == "24:00":
        return ("1 h", "30 min", "15 min")
    return tuple(name for name, seconds in STEPS.items() if seconds >= FORMS[clock].unit)


def clock_of(clock: str, stamps: Moments, draw: Draw) -> Clock:
    """Return the columns of those moments in one of the forms."""
    if clock == "none":
        return Clock([], None, False)
    if clock == "number":
        return numbers(len(stamps), draw)
    if clock in COLUMNS:
        return COLUMNS[clock][0](stamps, draw)
    return one_column(clock, stamps, draw)
