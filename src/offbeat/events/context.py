"""All that is known when an event is described, and how one channel looks within it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from offbeat.core.detector import Band, ScoreResult
from offbeat.core.series import Floats, Series


@dataclass(frozen=True, eq=False)
class EventContext:
    """All that is known about one judged series when its events are described.

    `severity` is the score in units of the threshold; `band` is the usual range; `p_value` turns a score at a peak
    into a probability, where something calibrates it.
    """

    series: Series
    score_result: ScoreResult
    severity: Floats
    band: Band
    p_value: Callable[[float], float] | None = None
    _views: dict[tuple[int, int, int], ChannelView] = field(default_factory=dict, init=False, repr=False)

    def view(self, first: int, end: int, column: int) -> ChannelView:
        """Return how that column looks in the rows from `first` up to and without `end`; made once."""
        key = (first, end, column)
        if key not in self._views:
            self._views[key] = ChannelView.at(first, end, column, self)
        return self._views[key]

    @cached_property
    def widths(self) -> Floats:
        """Half of each channel's usual range, on average: at hours in which it is narrow, little is not yet far."""
        half = (self.band.upper - self.band.lower) / 2
        known = np.isfinite(half)
        widths: Floats = np.where(known, half, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        return widths

    @cached_property
    def steps(self) -> Floats:
        """The usual step of each channel from a point to the next, less the expected one: the mean of their sizes.

        It is taken from where no score is above the alarm threshold.
        """
        steps = np.diff(self.series.values - self.band.expected, axis=0)
        calm = np.isfinite(steps) & ~(self.severity[1:, None] >= 1)
        usual: Floats = np.where(calm, np.abs(steps), 0.0).sum(axis=0) / np.maximum(calm.sum(axis=0), 1)
        return usual

    @cached_property
    def correlation(self) -> Floats:
        """The usual correlation of each channel with each, where no score is above the alarm threshold."""
        return correlation(self.series.values[~(self.severity >= 1)])

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

    @classmethod
    def at(cls, first: int, end: int, column: int, context: EventContext) -> ChannelView:
        """Make the view of one column of the rows from `first` up to and without `end`."""
        x = context.series.values[first:end, column]
        middle, low, high = (
            part[first:end, column] for part in (context.band.expected, context.band.lower, context.band.upper)
        )
        least = max(float(context.widths[column]), 1e-12 * float(np.nanmax(np.abs(x), initial=1.0)))
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
