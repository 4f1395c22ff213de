"""Events: stretches of a series that are off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Event:
    """One stretch of a series that is off.

    Parameters
    ----------
    series
        The name of the series.
    start, end, peak
        Times, as `Series.label` gives them, of the first bad point, the last bad point (inclusive) and the worst one:
        the one furthest outside its usual range.
    n_points
        The number of points from start to end.
    score, severity
        The highest of the event; severity 1.0 is the alarm threshold.
    p_value
        The probability that normal data of the judged length shows a peak as high; NaN where nothing calibrates it.
    direction
        "up", "down", "both", or "" where the method has no sense of it.
    expected, observed
        At the peak, of the channel that carries most of the event.
    channels
        Names of the channels that carry it, the strongest first, each with its share of the event (they sum to 1).
    kind
        spike, dip, level_shift, trend, variance, shape, frozen, gap or correlation.
    reason
        One sentence that a person would say.
    rows
        First, last (inclusive) and worst row, counted from 0 in the judged series.
    """

    KINDS: ClassVar[tuple[str, ...]] = (
        "spike", "dip", "level_shift", "trend", "variance", "shape", "frozen", "gap", "correlation",
    )  # fmt: skip

    series: str
    start: Any
    end: Any
    peak: Any
    n_points: int
    score: float
    severity: float
    p_value: float
    direction: str
    expected: float
    observed: float
    channels: dict[str, float]
    kind: str
    reason: str
    rows: tuple[int, int, int]


@dataclass(frozen=True)
class Run:
    """A stretch of one channel at one value, far longer than is usual for it; rows are first to end - 1."""

    first: int
    end: int
    channel: int
    kind: str
    severity: float
    p_value: float


COLUMNS = tuple(f.name for f in fields(Event) if f.name != "rows")


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
