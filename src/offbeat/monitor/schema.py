"""What data a monitor was made for, and whether other data are like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from offbeat.core.errors import InputError
from offbeat.core.series import Floats, Series
from offbeat.core.wording import duration, number

NEAR = 0.5
"""Steps that differ by up to this share are one step, and said to be another above a twentieth of it."""

RANGE = (0.01, 0.99)
"""The quantiles between which a channel's learned range lies."""

FAR = 3.0
"""A channel is in another range where its middle half lies so many learned ranges outside of the learned range."""


@dataclass(frozen=True, eq=False)
class Schema:
    """The channels, times and ranges of the data learned from.

    Parameters
    ----------
    channels
        Their names, in order.
    named
        Whether the names are the user's; an array's columns have none, and any single column fits.
    dated
        Whether the rows had dates.
    step
        The median time between two rows, seconds for dates; None where there was one row.
    zone
        The time zone in which times were shown; None for none.
    origin
        The time of the first row: nanoseconds since 1970 for dates, else as it was given.
    rows
        The number of rows learned from, at equal steps.
    low, high
        Shape (channels,): the range of each channel, without the highest and lowest hundredth.
    """

    channels: tuple[str, ...]
    named: bool
    dated: bool
    step: float | None
    zone: str | None
    origin: float
    rows: int
    low: Floats
    high: Floats

    @classmethod
    def of(cls, series: Series) -> Self:
        """Return that of a cleaned series."""
        known = np.where(np.isnan(series.values).all(axis=0), 0.0, series.values)
        low, high = np.nanquantile(known, RANGE, axis=0)
        names = series.channels
        return cls(
            channels=names,
            named=names != ("value",) and names != tuple(f"c{i}" for i in range(len(names))),
            dated=series.is_dated,
            step=series.step,
            zone=series.zone,
            origin=_first(series),
            rows=len(series),
            low=low,
            high=high,
        )

    def fitted(self, series: Series) -> tuple[Series, tuple[str, ...]]:
        """Return the series with the learned channels in the learned order, and what is to be said about it.

        Raises
        ------
        InputError
            For a channel that is missing, dates where there were none or none where there were, and another step.
        """
        series, notes = self._ordered(series)
        notes += self._timed(series)
        return series, notes

    def row_of(self, series: Series) -> int | None:
        """Return the row, counted from the first one learned from, as which the series begins; None: not known."""
        if not len(series) or self.step is None or not self.step > 0 or (series.time is None):
            return None
        return round((_first(series) - self.origin) / (self.step * (1e9 if self.dated else 1.0)))

    def other_ranges(self, series: Series) -> tuple[str, ...]:
        """Return a sentence for each channel whose values lie in quite another range than the learned one."""
        found = []
        for name, x, low, high in zip(series.channels, series.values.T, self.low, self.high, strict=True):
            known = x[np.isfinite(x)]
            width = high - low
            if len(known) < 2 or not width > 0:
                continue
            first, third = np.quantile(known, (0.25, 0.75))
            if first > high + FAR * width or third < low - FAR * width:
                here, then = (f"{number(float(a))} to {number(float(b))}" for a, b in ((first, third), (low, high)))
                found.append(f"{name} is mostly {here}, and was {then} in the data learned from; has the unit changed?")
        return tuple(found)

    def _ordered(self, series: Series) -> tuple[Series, tuple[str, ...]]:
        if not self.named or (len(series.channels) == len(self.channels) and not Schema.of(series[:1]).named):
            if len(series.channels) != len(self.channels):
                raise InputError(
                    f"{series.name} has {len(series.channels)} channels, and the monitor learned {len(self.channels)}; "
                    "give the same channels in the same order"
                )
            return series, ()
        missing = [name for name in self.channels if name not in series.channels]
        if missing:
            raise InputError(
                f"{series.name} has no channel {', '.join(missing)}; it has {', '.join(series.channels)}, and the "
                f"monitor learned {', '.join(self.channels)}. Rename the columns, or learn a monitor from this data"
            )
        left = [name for name in series.channels if name not in self.channels]
        note = (f"not used, as the monitor has not learned from them: {', '.join(left)}",) if left else ()
        return series if series.channels == self.channels else series.pick(*self.channels), note

    def _timed(self, series: Series) -> tuple[str, ...]:
        if series.is_dated != self.dated:
            has, had = ("dates", "none") if series.is_dated else ("no dates", "some")
            raise InputError(
                f"{series.name} has {has}, and the data learned from had {had}; name the time column alike"
            )
        step = series.step
        if step is None or self.step is None or not self.step > 0:
            return ()
        if abs(np.log(max(step, 1e-12) / self.step)) > np.log(1 + NEAR):
            raise InputError(
                f"{series.name} has a row {self._every(step)}, and the monitor learned from a row "
                f"{self._every(self.step)}; bring it to that step, or learn a monitor from data like this"
            )
        if abs(step / self.step - 1) > NEAR / 10:
            return (f"a row {self._every(step)}, where the monitor learned from a row {self._every(self.step)}",)
        return ()

    def _every(self, step: float) -> str:
        return f"every {duration(step)}" if self.dated else f"every {number(step)}"


def _first(series: Series) -> float:
    """Return the first time: nanoseconds since 1970 for dates."""
    return float(series.stamps[0].astype(np.int64) if series.is_dated else series.stamps[0])
