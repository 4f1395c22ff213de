"""How times are written in one column: from a moment to its text, by `datetime` alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EPOCH = dt.datetime(1970, 1, 1)
EXCEL = dt.datetime(1899, 12, 30)

SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86_400
MONTH = 30 * DAY
"""A month stands in the table of steps as 30 days; its moments are the first of each month."""


@dataclass(frozen=True)
class Form:
    """One way to write a time into one cell.

    Parameters
    ----------
    patterns
        Format strings of `parts`, of which a file has one.
    unit
        The finest step, in seconds, that the form can carry.
    zone
        Minutes that the written clock is ahead of UTC; None where the form has no zone.
    swaps
        Whether day and month could be exchanged.
    named
        Whether only a name such as "date" makes a time of the numbers.
    """

    patterns: tuple[str, ...]
    unit: int = SECOND
    zone: int | None = None
    swaps: bool = False
    named: bool = False


class Parts(dict[str, object]):
    """What a pattern may hold, by name."""

    def __init__(self, t: dt.datetime, **fixed: object) -> None:
        super().__init__(fixed)
        self.t = t

    def __missing__(self, name: str) -> object:
        return PARTS[name](self.t)


def _micro(t: dt.datetime) -> int:
    return (t - EPOCH) // dt.timedelta(microseconds=1)


def _serial(t: dt.datetime) -> str:
    days, rest = divmod((t - EXCEL) // dt.timedelta(microseconds=1), DAY * 1_000_000)
    fraction = (rest * 10**10 + DAY * 500_000) // (DAY * 1_000_000)  # ten decimals, rounded: 9 microseconds
    return str(days) if not rest else f"{days}.{fraction:010}".rstrip("0")


PARTS: dict[str, Callable[[dt.datetime], object]] = {
    "Y": lambda t: t.year,
    "y": lambda t: t.year % 100,
    "m": lambda t: t.month,
    "d": lambda t: t.day,
    "H": lambda t: t.hour,
    "M": lambda t: t.minute,
    "S": lambda t: t.second,
    "h": lambda t: t.hour % 12 or 12,
    "p": lambda t: "AM" if t.hour < 12 else "PM",
    "pm": lambda t: "am" if t.hour < 12 else "pm",
    "ms": lambda t: t.microsecond // 1000,
    "us": lambda t: t.microsecond,
    "mon": lambda t: MONTHS[t.month - 1],
    "MON": lambda t: MONTHS[t.month - 1].upper(),
    "month": lambda t: LONG[t.month - 1],
    "wd": lambda t: DAYS[t.weekday()],
    "epoch": lambda t: _micro(t) // 1_000_000,
    "epoch_ms": lambda t: _micro(t) // 1000,
    "epoch_us": _micro,
    "epoch_ns": lambda t: _micro(t) * 1000,
    "excel": _serial,
}


def text(pattern: str, t: dt.datetime) -> str:
    """Return a moment written after a pattern; at 24:00 the day is the one that ends.

    >>> text("{d}.{m}.{Y} {H:02}:{M:02}", dt.datetime(2024, 1, 8))
    '8.1.2024 00:00'
    >>> text("24:{Y}-{m:02}-{d:02} {H:02}:{M:02}", dt.datetime(2024, 1, 8))
    '2024-01-07 24:00'
    """
    if not pattern.startswith("24:"):
        return pattern.format_map(Parts(t))
    pattern = pattern.removeprefix("24:")
    if (t.hour, t.minute, t.second) != (0, 0, 0):
        return pattern.format_map(Parts(t))
    return pattern.format_map(Parts(t - dt.timedelta(days=1), H=24))


_ISO = "{Y}-{m:02}-{d:02}"
_CLOCK = "{H:02}:{M:02}:{S:02}"


def _slashed(order: str, marks: str) -> tuple[str, ...]:
    """Return patterns of a day and a time with each mark: padded, not padded, of two digits a year."""
    day, month = ("{d", "{m") if order == "day" else ("{m", "{d")
    made = []
    for mark in marks:
        full = f"{day}:02}}{mark}{month}:02}}{mark}{{Y}}"
        short = f"{day}}}{mark}{month}}}{mark}{{Y}}"
        made += [f"{full} {{H:02}}:{{M:02}}", f"{short} {{H}}:{{M:02}}"]
        if mark != "-":  # 01-08-24 begins as a year does: nobody could tell which of the three numbers it is
            made.append(f"{day}:02}}{mark}{month}:02}}{mark}{{y:02}} {{H:02}}:{{M:02}}")
    return tuple(made)


def _with_seconds(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(p.replace("{M:02}", "{M:02}:{S:02}") for p in patterns)


def _dates(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(p.partition(" ")[0] for p in patterns)


def _half_days(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        f"{p.partition(' ')[0]} {{h}}:{{M:02}}{end}" for p in patterns for end in (":{S:02} {p}", ":{S:02}{pm}")
    )


DAY_FIRST = _slashed("day", "/.-")
MONTH_FIRST = _slashed("month", "/-")
"""Nobody writes 01.31.2024."""

FORMS = {
    "iso": Form((f"{_ISO} {_CLOCK}", f"{_ISO}T{_CLOCK}", "{Y}/{m:02}/{d:02} " + _CLOCK)),
    "iso minutes": Form((_ISO + " {H:02}:{M:02}", _ISO + "T{H:02}:{M:02}"), MINUTE),
    "iso date": Form((_ISO, "{Y}/{m:02}/{d:02}"), DAY),
    "iso Z": Form((f"{_ISO}T{_CLOCK}Z", f"{_ISO}T{_CLOCK}.{{ms:03}}Z", f"{_ISO} {_CLOCK}Z"), SECOND, 0),
    "iso UTC": Form((f"{_ISO} {_CLOCK} UTC", f"{_ISO} {_CLOCK} GMT", f"{_ISO} {_CLOCK}UTC"), SECOND, 0),
    "iso +01:00": Form((f"{_ISO}T{_CLOCK}+01:00", f"{_ISO} {_CLOCK}+01:00", f"{_ISO}T{_CLOCK}+0100"), SECOND, 60),
    "iso -07:00": Form((f"{_ISO} {_CLOCK}-07:00", f"{_ISO}T{_CLOCK}.{{ms:03}}-07:00"), SECOND, -420),
    "iso point fraction": Form((f"{_ISO} {_CLOCK}.{{ms:03}}", f"{_ISO}T{_CLOCK}.{{us:06}}")),
    "iso comma fraction": Form((f"{_ISO} {_CLOCK},{{ms:03}}", f"{_ISO}T{_CLOCK},{{ms:03}}")),
    "day first": Form(DAY_FIRST, MINUTE, swaps=True),
    "day first seconds": Form(_with_seconds(DAY_FIRST), swaps=True),
    "day first date": Form(_dates(DAY_FIRST), DAY, swaps=True),
    "day first half days": Form(_half_days(DAY_FIRST), swaps=True),
    "month first": Form(MONTH_FIRST, MINUTE, swaps=True),
    "month first seconds": Form(_with_seconds(MONTH_FIRST), swaps=True),
    "month first date": Form(_dates(MONTH_FIRST), DAY, swaps=True),
    "month first half days": Form(_half_days(MONTH_FIRST), swaps=True),
    "named month": Form(
        (
            "{d:02}-{mon}-{y:02} " + _CLOCK,
            "{d:02}-{mon}-{Y} " + _CLOCK,
            "{d} {month} {Y} " + _CLOCK,
            "{d:02}-{MON}-{Y} " + _CLOCK,
            "{d:02} {mon} {Y} " + _CLOCK,
            "{mon} {d:02} {Y} " + _CLOCK,
        )
    ),
    "named month date": Form(("{mon} {d:02}, {Y}", "{d:02}-{mon}-{Y}", "{d:02}-{mon}-{y:02}", "{month} {d}, {Y}"), DAY),
    "kibana": Form(("{mon} {d}, {Y} @ " + _CLOCK + ".{ms:03}",)),
    "mail": Form(
        ("{wd}, {d:02} {mon} {Y} " + _CLOCK + " +0000", "{wd}, {d:02} {mon} {Y} " + _CLOCK + " GMT"), SECOND, 0
    ),
    "ctime": Form(("{wd} {mon} {d:2} " + _CLOCK + " {Y}",)),
    "apache": Form(("{d:02}/{mon}/{Y}:" + _CLOCK + " +0000",), SECOND, 0),
    "apache bare": Form(("{d:02}/{mon}/{Y}:" + _CLOCK,)),
    "YYYYMMDD": Form(("{Y}{m:02}{d:02}",), DAY),
    "YYYYMMDDHH": Form(("{Y}{m:02}{d:02}{H:02}",), HOUR),
    "YYYYMMDDHHMM": Form(("{Y}{m:02}{d:02}{H:02}{M:02}",), MINUTE),
    "YYYYMMDDHHMMSS": Form(("{Y}{m:02}{d:02}{H:02}{M:02}{S:02}",)),
    "YYYYMMDD:HHMM": Form(("{Y}{m:02}{d:02}:{H:02}{M:02}", "{Y}{m:02}{d:02}T{H:02}{M:02}"), MINUTE),
    "epoch s": Form(("{epoch}",)),
    "epoch ms": Form(("{epoch_ms}",)),
    "epoch us": Form(("{epoch_us}",)),
    "epoch ns": Form(("{epoch_ns}",)),
    "epoch float": Form(("{epoch}.{ms:03}", "{epoch}.0")),
    "excel": Form(("{excel}",), named=True),
    "24:00": Form(("24:" + _ISO + " {H:02}:{M:02}", "24:{d:02}.{m:02}.{Y} {H:02}:{M:02}"), MINUTE),
}
FRACTIONS = ("iso point fraction", "iso comma fraction", "kibana", "epoch ms", "epoch us", "epoch ns", "epoch float")
"""Forms whose times may have milliseconds."""
