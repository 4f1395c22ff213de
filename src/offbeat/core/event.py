"""Events: stretches of a series that are off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Run:
    """Rows in which the values of one channel alone say that something is wrong: an event whatever the score.

    It repeats one value far longer than it usually does, or a counter starts again.

    Parameters
    ----------
    first, end
        Its first row and the row after its last.
    channel
        The index of the channel.
    kind
        "frozen", "outage" where the value that it repeats is zero or a limit of the channel, or "reset".
    severity, p_value
        As of an event; 1.0 is the alarm threshold.
    """

    first: int
    end: int
    channel: int
    kind: str
    severity: float
    p_value: float


@dataclass(frozen=True, kw_only=True)
class Event:
    """One stretch of a series that is off.

    Parameters
    ----------
    id
        The same whenever the event is found again: made of the series and of the time of its first alarmed row.
    series
        The name of the series.
    start, end, peak
        Times, as `Series.label` gives them, of the first bad point, the last bad point (inclusive) and the worst one:
        the one furthest outside its usual range.
    n_points
        The number of points from start to end.
    score, severity
        The highest of its rows; severity 1.0 is the alarm threshold.
    p_value
        The probability that normal data shows an event as strong; NaN where nothing calibrates it.
    stands_out
        Whether it is too strong for chance, given all that was scored with it.
    direction
        "up", "down", "both", or "" where the method has no sense of it.
    expected, observed
        At the peak, of the channel that carries most of the event.
    channels
        Names of the channels that carry it, the strongest first, each with its share of the event (they sum to 1).
    kind
        spike, dip, level_shift, trend, variance, shape, outage, frozen, gap, reset or correlation.
    reason
        One sentence that a person would say.
    rows
        First, last (inclusive) and worst row, counted from 0 in the scored series.
    alarm_rows
        First and last (inclusive) row of the rows with a severity above 1 that belong to it, and its own. The score of
        a window is high in the rows around what caused it, too.
    """

    KINDS: ClassVar[tuple[str, ...]] = (
        "spike", "dip", "level_shift", "trend", "variance", "shape", "outage", "frozen", "gap", "reset", "correlation",
    )  # fmt: skip

    id: str
    series: str
    start: Any
    end: Any
    peak: Any
    n_points: int
    score: float
    severity: float
    p_value: float
    stands_out: bool = False
    direction: str
    expected: float
    observed: float
    channels: dict[str, float]
    kind: str
    reason: str
    rows: tuple[int, int, int]
    alarm_rows: tuple[int, int]


COLUMNS = tuple(f.name for f in fields(Event) if f.name not in ("rows", "alarm_rows"))


def event_id(series: str, moment: Any) -> str:
    """Return the id of the event of that series whose first alarmed row is at that moment.

    Examples
    --------
    >>> event_id("pump", 1500)
    '81631876'
    """
    return blake2b(f"{series}\n{moment}".encode(errors="backslashreplace"), digest_size=4).hexdigest()


def to_frame(events: Sequence[Event]) -> pd.DataFrame:
    """Return one row an event, the columns in the order of `Event`; channels as words, "delay 80%, departures 20%"."""
    import pandas as pd

    rows = [
        {name: getattr(event, name) for name in COLUMNS} | {"channels": channel_words(event.channels)}
        for event in events
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def channel_words(channels: dict[str, float]) -> str:
    """Return the channels of an event and their shares in words.

    Examples
    --------
    >>> channel_words({"delay": 0.8, "departures": 0.2})
    'delay 80%, departures 20%'
    >>> channel_words({"value": 1.0})
    'value'
    """
    if len(channels) == 1:
        return next(iter(channels))
    return ", ".join(f"{name} {share:.0%}" for name, share in channels.items())
