"""Fill gaps: interpolate short ones, impute long ones where that is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import ParameterError
from offbeat.core.series import Floats, Series
from offbeat.core.units import DAY, WEEK, YEAR
from offbeat.core.windows import true_runs


def interpolated(x: Floats, holes: NDArray[np.bool_], stamps: NDArray[Any], method: str, period: int | None) -> Floats:
    """Return values for the holes of one channel, interpolated from both sides.

    Parameters
    ----------
    x, holes
        Shape (n,); at least one value is present.
    stamps
        The times, for the method "time".
    method
        linear, time, spline or seasonal.
    period
        In points, for the method "seasonal".
    """
    known = ~np.isnan(x)
    rows = np.arange(len(x), dtype=np.float64)
    if method == "time":
        rows = (stamps - stamps[0]).astype(np.float64)
    if method == "seasonal" and period is not None:
        return seasonal(x, holes, period)
    if method == "spline" and known.sum() > 3:
        from scipy.interpolate import CubicSpline

        return np.asarray(CubicSpline(rows[known], x[known])(rows[holes]), dtype=np.float64)
    return np.interp(rows[holes], rows[known], x[known])


def seasonal(x: Floats, holes: NDArray[np.bool_], period: int) -> Floats:
    """Return the usual value at that phase for each hole, shifted to the values around.

    Examples
    --------
    >>> x = np.array([0.0, 5.0, 0.0, np.nan, 0.0, 5.0, 0.0])
    >>> seasonal(x, np.isnan(x), 2).round(6)
    array([5.])
    """
    rows = np.arange(len(x))
    known = ~np.isnan(x)
    slope = np.polyfit(rows[known], x[known], 1)[0] if known.sum() > period else 0.0
    x = x - slope * rows
    padded = np.full(-(-len(x) // period) * period, np.nan)
    padded[: len(x)] = x
    folded = padded.reshape(-1, period)
    profile = np.full(period, np.median(x[known]))
    seen = ~np.isnan(folded).all(axis=0)
    profile[seen] = np.nanmedian(folded[:, seen], axis=0)
    usual = profile[rows % period]
    offset = np.interp(rows[holes], rows[known], (x - usual)[known])
    return np.asarray(usual[holes] + offset + slope * rows[holes], dtype=np.float64)


def imputed(x: Floats, holes: NDArray[np.bool_], method: str, period: int | None) -> Floats:
    """Return values for holes of any length.

    The last value before, the median, or the usual value at that phase.
    """
    known = ~np.isnan(x)
    if method == "seasonal" and period is not None:
        return seasonal(x, holes, period)
    if method == "median":
        return np.full(int(holes.sum()), np.median(x[known]))
    last = np.maximum.accumulate(np.where(known, np.arange(len(x)), -1))[holes]
    return np.where(last >= 0, x[last], np.nan)


def split_holes(x: Floats, longest: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the short holes with values on both sides, and all other holes."""
    holes = np.isnan(x)
    short = np.zeros(len(x), dtype=bool)
    for first, last in true_runs(holes):
        short[first:last] = last - first <= longest and first > 0 and last < len(x)
    return short, holes & ~short


def period_of(series: Series, period: int | None) -> int:
    """Return the period in points: the given one, else a day, week or year.

    Raises
    ------
    ParameterError
        Where none was given and the times suggest none.
    """
    if period is not None:
        return period
    step = series.step
    if series.is_dated and step:
        for seconds in (DAY, WEEK, YEAR):
            points = round(seconds / step)
            if 2 <= points <= len(series) // 2:
                return points
    raise ParameterError(f"{series.name}: seasonal filling finds no period in its times; give period, in points")
