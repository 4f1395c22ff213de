"""A view laid out on an axis of plain numbers, for whatever draws it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.scores import Band
from offbeat.core.series import Floats, Series
from offbeat.core.status import Status
from offbeat.report.view import View

DAY = 86_400_000.0
"""Milliseconds."""

REGULAR_SHARE = 0.9
"""A series counts as regular, so that a longer distance is a gap, where this share of its distances are equal."""


@dataclass(frozen=True, eq=False)
class Axis:
    """The times of a series as distances from its first, in milliseconds for dates, else in the unit of its time.

    Distances keep their digits where times since 1970 would lose them.

    Examples
    --------
    >>> axis = Axis(Series(np.zeros((3, 1)), time=np.array([10, 12, 14])))
    >>> axis.x, axis.origin, axis.step
    (array([0., 2., 4.]), 10.0, 2.0)
    """

    series: Series

    @cached_property
    def in_order(self) -> bool:
        """Whether the times ascend; where they don't, rows are counted instead."""
        stamps = self.series.stamps
        finite = not np.isnat(stamps).any() if self.series.is_dated else bool(np.isfinite(stamps).all())
        return finite and bool((stamps[1:] >= stamps[:-1]).all())

    @property
    def dated(self) -> bool:
        """Whether `x` is milliseconds."""
        return self.series.is_dated and self.in_order

    @cached_property
    def x(self) -> Floats:
        """Shape (n,), ascending from 0."""
        if not self.in_order:
            return np.arange(len(self.series), dtype=np.float64)
        distance = self.series.stamps - self.series.stamps[:1]
        if self.dated:
            distance = distance.astype("timedelta64[ns]").astype(np.float64) / 1e6
        return np.asarray(distance, dtype=np.float64)

    @property
    def origin(self) -> float:
        """Where `x` is 0: milliseconds since 1970 in UTC, else in the unit of time."""
        if not self.in_order or not len(self.series):
            return 0.0
        first = self.series.stamps[0]
        return float(first.astype("datetime64[ns]").astype(np.int64)) / 1e6 if self.dated else float(first)

    @cached_property
    def step(self) -> float:
        """The usual distance of two rows; 1.0 where there is none."""
        usual = float(np.median(np.diff(self.x))) if len(self.x) > 1 else 0.0
        return usual if usual > 0 else 1.0

    @property
    def moment_step(self) -> float | None:
        """The step that `offbeat.core.wording.moment` asks for; None where the times have no order."""
        return self.series.step if self.dated else None

    @cached_property
    def shifts(self) -> NDArray[np.int64]:
        """Shape (k, 2): from which row on which number of milliseconds leads from UTC to the series' zone."""
        if not self.dated or self.series.zone is None or not len(self.series):
            return np.zeros((1, 2), dtype=np.int64)
        import pandas as pd

        utc = pd.DatetimeIndex(self.series.stamps.astype("datetime64[ns]"))
        local = utc.tz_localize("UTC").tz_convert(self.series.zone).tz_localize(None)
        shift = (local - utc).to_numpy().astype("timedelta64[ms]").astype(np.int64)
        rows = np.flatnonzero(np.diff(shift, prepend=shift[0] - 1))
        return np.column_stack([rows, shift[rows]])

    @cached_property
    def digits(self) -> float:
        """The coarsest of day, minute, second, millisecond and 0 that tells all times, in milliseconds."""
        if not self.dated:
            return 0.0
        lengths = np.diff(np.append(self.shifts[:, 0], len(self.x)))
        local = self.series.stamps.astype("datetime64[ns]").astype(np.int64)
        local = local + 1_000_000 * np.repeat(self.shifts[:, 1], lengths)
        return next((u for u in (DAY, 60_000.0, 1000.0, 1.0) if not (local % int(u * 1e6)).any()), 0.0)

    def span(self, first: int, last: int) -> tuple[float, float]:
        """Return where the rows `first` to `last` begin and end, half a step around them."""
        half = self.step / 2
        return float(self.x[first]) - half, float(self.x[last]) + half


@dataclass(frozen=True, eq=False)
class Sheet:
    """All the lines of a view, with a missing row put in wherever rows are absent, so that no gap is bridged."""

    x: Floats
    values: Floats
    severity: Floats
    band: Band | None
    status: NDArray[np.uint8] | None

    @classmethod
    def of(cls, view: View, axis: Axis) -> Sheet:
        """Lay out `view`."""
        at = gaps(axis)

        def cut(lines: Floats) -> Floats:
            return np.insert(lines, at, np.nan, axis=0) if len(at) else lines

        band, status = view.band, view.status
        if band is not None:
            band = Band(cut(band.expected), cut(band.lower), cut(band.upper))
        if status is not None and len(at):
            status = np.insert(status, at, Status.MISSING)
        x = np.insert(axis.x, at, axis.x[at - 1] + axis.step) if len(at) else axis.x
        return cls(x, cut(view.series.values), cut(view.severity), band, status)

    def lines(self, column: int) -> dict[str, Floats]:
        """Return what is drawn for one channel: its values, and expected, lower and upper where there are any."""
        named: dict[str, Any] = {"values": self.values}
        if self.band is not None and np.isfinite(self.band.expected[:, column]).any():
            named |= {"expected": self.band.expected, "lower": self.band.lower, "upper": self.band.upper}
        return {name: np.asarray(table[:, column], dtype=np.float64) for name, table in named.items()}

    def take(self, rows: NDArray[np.int64]) -> Sheet:
        """Return the sheet of some rows."""
        band = self.band
        if band is not None:
            band = Band(band.expected[rows], band.lower[rows], band.upper[rows])
        status = None if self.status is None else self.status[rows]
        return Sheet(self.x[rows], self.values[rows], self.severity[rows], band, status)


def gaps(axis: Axis) -> NDArray[np.int64]:
    """Return the rows before which others are absent: longer distances, in a series that is regular elsewhere.

    Examples
    --------
    >>> time = np.delete(np.arange(100), [50, 51])
    >>> gaps(Axis(Series(np.zeros((98, 1)), time=time))).tolist()
    [50]
    """
    distances = np.diff(axis.x)
    if not len(distances) or np.isclose(distances, axis.step).mean() < REGULAR_SHARE:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(distances > 1.5 * axis.step) + 1
