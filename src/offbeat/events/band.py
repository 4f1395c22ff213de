"""The usual range of a series, for detectors that have no idea of it themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from offbeat.core.scores import Band
from offbeat.core.series import Floats, Series
from offbeat.core.threads import one_thread
from offbeat.core.windows import fill, true_runs
from offbeat.preprocess.jumps import HOLDS, Jump, jumps
from offbeat.preprocess.seasonal import moving_median
from offbeat.preprocess.seasonal_model import SeasonalModel

Rows = Sequence[tuple[int, int]] | NDArray[np.int64]
"""Stretches of rows, each the first and the last + 1."""

MOST_ALARMS = 0.5
"""Where more of the rows are alarms, these are what is usual."""

STEADY = 8
"""So many blocks that all go one way are a slope that goes on."""

RETURNS = 1 / 8
"""A level that was left for at most this share of the rows, and came back, was usual all the time."""


def usual(model: SeasonalModel, series: Series, start: int | None = None, alarms: Rows = ()) -> Band:
    """Return the usual range of `series` by trend and season, as learned elsewhere.

    The range of a row depends on the rows before it and on no later one: the trend is the median of the blocks of one
    cycle that ended before it, and begins where that of the training data ended.

    Parameters
    ----------
    model
        What was learned, of series with the same channels.
    series
        The rows to judge.
    start
        The row of the training data, or of what would have followed, as which the first row counts; 0 where the
        series begins with the training data. None: unknown, and found by the phase that fits.
    alarms
        Rows that must not move the trend.

    Examples
    --------
    >>> day = np.tile(np.arange(24.0), 30)[:, None]
    >>> band = usual(SeasonalModel.fit(day), Series(day[:36]), start=720)
    >>> band.expected[[0, 30], 0].round(6).tolist()
    [0.0, 6.0]
    """
    with one_thread():
        x = fill(series.values)
        phase = model.phase(x, start)
        season = model.season(len(x), phase)
        rest = x - season
        known = min(model.rows, len(x)) if start == 0 else 0
        trend = np.empty_like(rest)
        if known:
            trend[:known] = moving_median(rest[:known], model.trend, model.cycle)
        mask = _marked(len(x), alarms)
        for j in range(x.shape[1]):
            trend[known:, j] = _trailing(rest[:, j], known, mask, model, float(model.last[j]))
        return Band(*model.around(season + trend, phase))


def usual_here(series: Series, alarms: Rows) -> Band:
    """Return the usual range where the series is all there is to learn from: its alarms do not teach it.

    A jump of the level is not smoothed: the range keeps the level from before to the end of the stretch of alarms that
    it lies in, and takes the new one there. A level that is left and comes back within an eighth of the rows stays the
    usual one.
    """
    with one_thread():
        x = fill(series.values)
        model = SeasonalModel.fit(x)
        rest = x - model.season(len(x), 0)
        mask = np.repeat(_marked(len(x), alarms)[:, None], x.shape[1], axis=1)
        shift, held = np.zeros_like(x), np.zeros_like(x)
        for j in range(x.shape[1]):
            lasting, left = _lasting(jumps(rest[:, j], _block(model)), alarms, len(x))
            for first, end in left:
                mask[first:end, j] = True
            for jump in lasting:
                shift[jump.row :, j] += jump.size
                held[_holds_until(jump.row, alarms) :, j] += jump.size
        calm = _bridged(x - shift, model, mask)
        model = replace(SeasonalModel.fit(calm), positive=np.zeros(x.shape[1], dtype=bool))
        least = np.where((x >= 0).all(axis=0), 0.0, -np.inf)
        return Band(*(np.maximum(part + held, least) for part in model.band(calm, 0)))


def _block(model: SeasonalModel) -> int:
    return model.seasons[0].length if model.seasons else max(1, model.trend // 7)


def _marked(n: int, rows: Rows) -> NDArray[np.bool_]:
    mask = np.zeros(n, dtype=bool)
    for first, end in rows:
        mask[first:end] = True
    return mask


def _lasting(found: Sequence[Jump], alarms: Rows, n: int) -> tuple[list[Jump], list[tuple[int, int]]]:
    """Tell jumps that last from pairs of them between which the level was left; return the latter's rows."""
    lasting, left = list(found), []
    for one, two in pairwise(found):
        back = abs(one.size + two.size) <= HOLDS * max(abs(one.size), abs(two.size))
        alarmed = any(first <= one.row <= end or first <= two.row <= end for first, end in alarms)
        if back and alarmed and two.row - one.row <= RETURNS * n and one in lasting:
            lasting = [jump for jump in lasting if jump not in (one, two)]
            left.append((one.row, two.row))
    return lasting, left


def _holds_until(row: int, alarms: Rows) -> int:
    """Return the row from which on the level behind a jump is usual: the end of its stretch of alarms, or the jump."""
    return max([int(end) for first, end in alarms if first <= row < end], default=row)


def _bridged(x: Floats, model: SeasonalModel, mask: NDArray[np.bool_]) -> Floats:
    """Return `x` with the marked rows of each channel replaced by the season on a line between both sides."""
    season, block = model.season(len(x), 0), _block(model)
    calm = x.copy()
    for j in np.flatnonzero(mask.mean(axis=0) < MOST_ALARMS):
        rest = x[:, j] - season[:, j]
        for first, end in true_runs(mask[:, j]):
            sides = [part for part in (slice(max(first - block, 0), first), slice(end, end + block)) if len(rest[part])]
            centres = [(part.start + min(part.stop, len(x)) - 1) / 2 for part in sides]
            line = np.interp(np.arange(first, end), centres, [np.median(rest[part]) for part in sides])
            calm[first:end, j] = season[first:end, j] + line
    return calm


def _trailing(rest: Floats, known: int, mask: NDArray[np.bool_], model: SeasonalModel, last: float) -> Floats:
    """Return the trend of the rows from `known` on: the median of the blocks before, half a trend's width of them.

    Where the last blocks all go one way, as those of a counter do, it goes on with their slope.
    """
    block = _block(model)
    blocks = max(1, round(model.trend / block / 2))
    seen = [float(np.median(part)) for part in np.split(rest[known % block : known], known // block)] if known else []
    padded = [last] * blocks if not seen else []
    trend = np.empty(len(rest) - known)
    for first in range(known, len(rest), block):
        recent = (padded + seen)[-blocks:]
        slope = _slope(seen[-STEADY:])
        ahead = len(recent) / 2 + np.arange(len(rest[first : first + block])) / block
        trend[first - known : first - known + block] = np.median(recent) + slope * ahead
        quiet = ~mask[first : first + block]
        if quiet.mean() > 1 - MOST_ALARMS:
            seen.append(float(np.median(rest[first : first + block][quiet])))
    return trend


def _slope(medians: list[float]) -> float:
    """Return the usual step from block to block, where they all go one way; else 0."""
    steps = np.diff(medians)
    steady = len(steps) >= STEADY - 1 and abs(np.sign(steps).sum()) == len(steps)
    return float(np.median(steps)) if steady else 0.0
