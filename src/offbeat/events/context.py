"""All that is known when an event is described, and how one channel looks within it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from offbeat.core.scores import Band, ScoreResult
from offbeat.core.series import Floats, Series
from offbeat.events.calendar import follows
from offbeat.preprocess.seasonal_model import SD, WIDER

NINE_OF_TEN = 0.9
"""The quantile of the distances from what is expected that their standard deviation is learned from."""

EXTREME = 0.999
"""The quantile of the distances from what is expected that a single point must exceed clearly."""

MOST_MEMORY = 10.0

FARTHEST = 1e6
"""Distances, in half-widths of the usual range, beyond which they count as equal."""


@dataclass(frozen=True, eq=False)
class Normal:
    """What is normal of each channel between events, shape (channels,) unless said; learned once and kept.

    Parameters
    ----------
    rows
        The number of rows it was learned from.
    widths
        Half of the usual range, on average: at hours in which it is narrow, little is not yet far.
    steps
        The mean size of a step from a row to the next, less the expected one.
    extreme
        The distance outside the usual range that one row in a thousand exceeds, in half-widths of the range, plus 1.
    deviation
        The standard deviation of what is expected less what is observed, in half-widths of the range.
    memory
        How much longer an excursion lasts by chance than it would if rows were independent, 1 to 10.
    hourly, weekly
        Whether what is expected follows the hours of the day, and the days of the week.
    correlation
        Shape (channels, channels): the correlation of each with each.
    """

    rows: int
    widths: Floats
    steps: Floats
    extreme: Floats
    deviation: Floats
    memory: Floats
    hourly: NDArray[np.bool_]
    weekly: NDArray[np.bool_]
    correlation: Floats

    @classmethod
    def of(cls, series: Series, band: Band, severity: Floats) -> Normal:
        """Learn from the rows of a series whose severity is at most 1."""
        half, quiet = (band.upper - band.lower) / 2, ~(severity >= 1)
        known = np.isfinite(half)
        widths: Floats = np.where(known, half, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        rest = series.values - band.expected
        steps = np.diff(rest, axis=0)
        calm = np.isfinite(steps) & quiet[1:, None]
        usual: Floats = np.where(calm, np.abs(steps), 0.0).sum(axis=0) / np.maximum(calm.sum(axis=0), 1)
        with np.errstate(over="ignore"):
            away = np.abs(rest) / np.maximum(half, np.maximum(widths, np.finfo(float).tiny))
        extreme = [np.quantile(part, EXTREME) if len(part) else 1.0 for part in map(_finite, away[quiet].T)]
        high = [np.quantile(part, NINE_OF_TEN) if len(part) else 0.0 for part in map(_finite, away[quiet].T)]
        deviation = np.where(np.array(high) > 0, np.array(high) / SD, 1.0 / (SD * WIDER))
        calendar = np.array([follows(series, *part) for part in zip(band.expected.T, widths, strict=True)])
        memory = [_memory(rest[:, j], quiet) for j in range(rest.shape[1])]
        return cls(
            len(series),
            widths,
            usual,
            np.clip(np.array(extreme), 1.0, FARTHEST),
            np.clip(deviation, 0.1 / SD, 1.0),
            np.array(memory),
            calendar[:, 0],
            calendar[:, 1],
            correlation(series.values[quiet]),
        )


@dataclass(frozen=True, eq=False)
class EventContext:
    """All that is known about one scored series when its events are described.

    Parameters
    ----------
    series
        The scored rows.
    score_result
        What the detector says of them.
    severity
        The score in units of the threshold.
    band
        The usual range.
    p_value
        Turns a score at a peak into a probability, where something calibrates it.
    window
        How many rows a score looks at: rows around a fault score high as far as that.
    learned
        What is normal between events, where it was learned before; else it is learned from the rows themselves.
    """

    series: Series
    score_result: ScoreResult
    severity: Floats
    band: Band
    p_value: Callable[[float], float] | None = None
    window: int = 1
    learned: Normal | None = None
    _views: dict[tuple[int, int, int], ChannelView] = field(default_factory=dict, init=False, repr=False)

    def view(self, first: int, end: int, column: int) -> ChannelView:
        """Return how that column looks in the rows from `first` up to and without `end`; made once."""
        key = (first, end, column)
        if key not in self._views:
            self._views[key] = ChannelView.at(first, end, column, self)
        return self._views[key]

    @property
    def reach(self) -> int:
        """How many rows from what caused it a score may be high: the widest window of the detector or its members."""
        return max([self.window, *(member.window for member in self.score_result.members.values())])

    @cached_property
    def normal(self) -> Normal:
        """What is normal between events: what was learned before, or what these rows show."""
        return self.learned or Normal.of(self.series, self.band, self.severity)

    def loudest(self, first: int, end: int) -> str | None:
        """Return the name of the member with the highest sum of scores in these rows; None where all are 0."""
        totals = {
            name: float(np.nansum(member.scores[first:end])) for name, member in self.score_result.members.items()
        }
        name = max(totals, key=lambda name: totals[name], default=None)
        return name if name is not None and totals[name] > 0 else None


@dataclass(frozen=True, eq=False)
class ChannelView:
    """One channel within an event: how far it is outside its usual range, and where most."""

    channel: str
    x: Floats
    beyond: Floats  # signed distance outside the usual range, in half-widths of the range; 0 inside, NaN where missing
    worst: int
    observed: float
    expected: float
    lower: Floats
    upper: Floats
    middle: Floats
    width: Floats  # half of the usual range, but no less than on average

    @classmethod
    def at(cls, first: int, end: int, column: int, context: EventContext) -> ChannelView:
        """Make the view of one column of the rows from `first` up to and without `end`."""
        x = context.series.values[first:end, column]
        middle, low, high = (
            part[first:end, column] for part in (context.band.expected, context.band.lower, context.band.upper)
        )
        least = max(float(context.normal.widths[column]), 1e-12 * float(np.nanmax(np.abs(x), initial=1.0)))
        width = np.maximum((high - low) / 2, least)
        beyond = np.where(x > high, x - high, np.where(x < low, x - low, 0.0)) / width
        far = np.where(np.isnan(x), -1.0, np.abs(beyond) + 1e-3 * np.abs(x - middle) / width)
        worst = int(np.argmax(far))
        return cls(
            channel=context.series.channels[column],
            x=x,
            beyond=np.where(np.isnan(x), np.nan, beyond),
            worst=worst,
            observed=float(x[worst]),
            expected=float(middle[worst]),
            lower=low,
            upper=high,
            middle=middle,
            width=width,
        )

    @property
    def residual(self) -> Floats:
        """The distance from what was expected; NaN where the value is missing."""
        return self.x - self.middle

    @property
    def leaves(self) -> bool:
        """Whether any value is outside its usual range."""
        return bool(np.nan_to_num(self.beyond).any())

    @property
    def direction(self) -> str:
        """To which side it leaves its usual range: up, down, both, or an empty word."""
        up, down = (float(np.nanmax(sign * self.beyond, initial=0.0)) for sign in (1.0, -1.0))
        if up > 0 and down > 0 and min(up, down) > 0.5 * max(up, down):
            return "both"
        if up == down == 0:
            return ""
        return "up" if up > down else "down"


def correlation(values: Floats) -> Floats:
    """Return the correlation of each column with each, shape (columns, columns); 0 with itself and with constants.

    What is missing counts as the column's mean.

    Examples
    --------
    >>> correlation(np.array([[0.0, 1.0, 5.0], [1.0, 0.0, 5.0], [2.0, -1.0, 5.0]])).round(2) + 0.0
    array([[ 0., -1.,  0.],
           [-1.,  0.,  0.],
           [ 0.,  0.,  0.]])
    """
    known = np.isfinite(values)
    z = np.where(known, values, 0.0)
    z = z / np.maximum(np.abs(z).max(axis=0, initial=0.0), np.finfo(float).tiny)  # the largest numbers have no squares
    z = np.where(known, z - z.sum(axis=0) / np.maximum(known.sum(axis=0), 1), 0.0)
    size = np.sqrt((z**2).sum(axis=0))
    z = np.divide(z, size, out=np.zeros_like(z), where=size > 1e-12)
    both: Floats = z.T @ z
    np.fill_diagonal(both, 0.0)
    return both


def _finite(x: Floats) -> Floats:
    return x[np.isfinite(x)]


def _memory(rest: Floats, quiet: NDArray[np.bool_]) -> float:
    """Return (1 + r) / (1 - r), at most 10, where r is the correlation of each quiet row with the next."""
    both = quiet[1:] & quiet[:-1] & np.isfinite(rest[1:]) & np.isfinite(rest[:-1])
    one, two = rest[:-1][both], rest[1:][both]
    size = float(np.abs(one).max(initial=0.0))
    if len(one) < 3 or not size > 0:
        return 1.0
    one, two = one / size, two / size
    spread = float(one.std() * two.std())
    r = float(((one - one.mean()) * (two - two.mean())).mean()) / spread if spread > 0 else 0.0
    return float(np.clip((1 + r) / max(1 - r, 1e-9), 1.0, MOST_MEMORY))
