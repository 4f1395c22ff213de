"""The usual course of a series: trend, seasons, and the spread around them at each phase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from offbeat.core.robust import clipped, floor_of, scale_of, standard, wide_scale_of
from offbeat.core.series import Floats
from offbeat.preprocess.seasonal import Season, aligned, by_phase, common_periods, moving_median

REPEATS = 4
"""A period is fitted where the training data hold at least this many cycles of it."""

SPREAD = (0.05, 0.95)
"""Quantiles of the residual at one phase that the spread is measured by, and the usual range."""

WIDER = 1.5
"""The usual range is so many times as wide as `SPREAD`: about 2 % of the data learned from lie outside, and one event
in twenty cycles does not get into it, as it would get into quantiles further out."""

SD = 1.645
"""Standard deviations between the median and the `SPREAD` quantiles of normal data."""

PRIOR = 30
"""How many values the spread of all phases together counts for in the spread of one phase."""

LEAST_SHARE = 0.1
"""No phase has a spread below this share of the overall one, however still it was in training."""


@dataclass(frozen=True, eq=False)
class SeasonalModel:
    """Trend, seasons and spread, learned from `rows` rows.

    Parameters
    ----------
    rows
        The number of rows it was fitted on.
    trend
        The width of the trend's moving median, in points.
    seasons
        The profiles, of the shortest period first; empty where there is no period.
    scale, last
        Shape (channels,): the wide scale of the values, and the trend at the last row.
    positive
        Shape (channels,): whether no value was below 0.
    usual, spread
        Shape (2, cycle, channels): the residual's usual range below and above, and its standard deviation there.

    Examples
    --------
    >>> hours = np.arange(24 * 30)
    >>> x = 10 * np.sin(2 * np.pi * hours / 24)[:, None]
    >>> model = SeasonalModel.fit(x)
    >>> model.cycle, model.expected(x, 0)[30].round()
    (24, array([10.]))
    """

    rows: int
    trend: int
    seasons: tuple[Season, ...]
    scale: Floats
    last: Floats
    positive: NDArray[np.bool_]
    usual: Floats
    spread: Floats

    @classmethod
    def fit(cls, x: Floats, period: int | None = None, trend: int | None = None) -> Self:
        """Learn from `x`, shape (n, channels) without NaN; without `period`, up to two are looked for."""
        found = [period] if period is not None else common_periods(x)
        lengths = sorted(length for length in found if len(x) >= REPEATS * length)
        scale = wide_scale_of(x, np.median(x, axis=0))
        longest = lengths[-1] if lengths else 1
        width = trend or (7 * longest if lengths else max(len(x) // 8, 32))
        seasons = _seasons(x, lengths, moving_median(x, width, longest), scale)
        cycle = _cycle(seasons)
        rest, moving = _rest(x, seasons, width)
        usual, spread = _usual_and_spread(rest, cycle, floor_of(x))
        return cls(len(x), width, seasons, scale, moving[-1], x.min(axis=0) >= 0, usual, spread)

    @property
    def cycle(self) -> int:
        """The longest period, in points; 1 where there is none."""
        return _cycle(self.seasons)

    def phase(self, x: Floats, start: int | None) -> int:
        """Return the row of the training data, or of what would have followed, as which the first of `x` counts.

        Parameters
        ----------
        x
            Shape (n, channels), without NaN.
        start
            That row where it is known: 0 for the training data itself, `rows` for what follows it. None: it goes on
            from the training data or begins as they did, unless another phase fits clearly better.
        """
        if start is not None or not self.seasons:
            return start or 0
        if len(x) < 2 * self.cycle:
            return self.rows
        z = clipped(standard(x, np.median(x, axis=0), self.scale))
        return aligned(z, self.season(self.cycle, 0) / self.scale, self.rows)

    def season(self, n: int, phase: int) -> Floats:
        """Return the sum of the seasons in `n` rows, the first of which has that phase; shape (n, channels)."""
        return _season(self.seasons, n, phase, len(self.scale))

    def expected(self, x: Floats, start: int | None) -> Floats:
        """Return trend plus seasons; rows shorter than the trend's width that begin anew go on at the last trend."""
        season = self.season(len(x), self.phase(x, start))
        if len(x) < self.trend and start != 0:
            return season + self.last
        return season + moving_median(x - season, self.trend, self.cycle)

    def remainder(self, x: Floats) -> Floats:
        """Return what trend and seasons leave of `x`, which begins at phase 0."""
        return _rest(x, self.seasons, self.trend)[0]

    def residual(self, x: Floats, start: int | None) -> Floats:
        """Return the distance from the expected value in standard deviations at that phase; (n, channels)."""
        rest = x - self.expected(x, start)
        phase = self._phases(len(x), self.phase(x, start))
        spread = np.where(rest < 0, self.spread[0][phase], self.spread[1][phase])
        return standard(rest, np.zeros(x.shape[1]), spread)

    def band(self, x: Floats, start: int | None) -> tuple[Floats, Floats, Floats]:
        """Return what is expected, and the lower and upper end of the usual range; each (n, channels).

        `start` is that of `phase`.
        """
        return self.around(self.expected(x, start), self.phase(x, start))

    def around(self, expected: Floats, phase: int) -> tuple[Floats, Floats, Floats]:
        """Return the usual range around what is expected in rows of which the first has that phase, as `band` does."""
        phases = self._phases(len(expected), phase)
        least = np.where(self.positive, 0.0, -np.inf)
        lower, upper = expected + self.usual[0][phases], expected + self.usual[1][phases]
        return np.maximum(expected, least), np.maximum(lower, least), np.maximum(upper, least)

    def _phases(self, n: int, phase: int) -> NDArray[np.intp]:
        return (np.arange(n) + phase) % self.cycle


def _cycle(seasons: tuple[Season, ...]) -> int:
    return seasons[-1].length if seasons else 1


def _season(seasons: tuple[Season, ...], n: int, start: int, channels: int) -> Floats:
    total = np.zeros((n, channels))
    for season in seasons:
        total += season.at(n, start)
    return total


def _rest(x: Floats, seasons: tuple[Season, ...], width: int) -> tuple[Floats, Floats]:
    """Return what trend and seasons leave of `x`, and the trend."""
    rest = x - _season(seasons, len(x), 0, x.shape[1])
    moving = moving_median(rest, width, _cycle(seasons))
    return rest - moving, moving


def _seasons(x: Floats, lengths: list[int], moving: Floats, scale: Floats) -> tuple[Season, ...]:
    """Fit one profile after the other, each to what the ones before have left; drop those that explain nothing."""
    kept: list[Season] = []
    rest = x - moving
    for length in lengths:
        season = Season.of(rest, length).where_better(rest, scale)
        if season.profile.any():
            rest = rest - season.at(len(x), 0)
            kept.append(season)
    return tuple(kept)


def _usual_and_spread(rest: Floats, cycle: int, floor: Floats) -> tuple[Floats, Floats]:
    quantiles, count = by_phase(rest, cycle, SPREAD)
    usual = WIDER * np.stack([np.minimum(quantiles[0], 0), np.maximum(quantiles[1], 0)])
    overall = np.abs(np.quantile(rest, SPREAD, axis=0)) / SD
    overall = np.where(overall > floor, overall, scale_of(rest, np.zeros(rest.shape[1])))
    here = np.stack([np.maximum(-quantiles[0], 0), np.maximum(quantiles[1], 0)]) / SD
    share = PRIOR / (PRIOR + count) if cycle > 1 else 0.0
    mixed = np.hypot(np.sqrt(1 - share) * here, np.sqrt(share) * overall[:, None])
    return usual, np.maximum(mixed, np.maximum(LEAST_SHARE * overall, floor)[:, None])
