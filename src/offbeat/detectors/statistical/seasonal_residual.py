"""Distance from the usual value at that phase of the day, the week or whatever the period is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import clipped, floor_of, scale_of, standard, wide_scale_of
from offbeat.core.series import Floats
from offbeat.preprocess.seasonal import Season, by_phase, common_periods, misfits, moving_median

REPEATS = 4
"""A period is fitted where the training data hold at least this many cycles of it."""

SPREAD = (0.05, 0.95)
"""Quantiles of the residual at one phase that the score is measured in, and the usual range."""

WIDER = 1.2
"""The usual range is so many times as wide as `SPREAD`, 2.5 % to 97.5 % of normal data; one event in twenty cycles does
not get into it, as it would get into those quantiles themselves."""

SD = 1.645
"""Standard deviations between the median and the `SPREAD` quantiles of normal data."""

PRIOR = 30
"""How many values the spread of all phases together counts for in the spread of one phase."""

CLOSE_ENOUGH = 2.0
"""New rows are taken to follow the training rows while their squared misfit is at most this many times the best."""

LEAST_SHARE = 0.1
"""No phase has a spread below this share of the overall one, however still it was in training."""


@dataclass
class SeasonalResidual(Detector):
    """Distance from the trend plus the usual value at that phase of the period.

    |x - trend - season| over the usual spread at that phase.

    The trend is a moving median over seven cycles. The season is the median over all cycles at each phase, of the
    shortest period first, then of what is left at the next longer one (day, then week); a profile that does not make
    the residual smaller is dropped. The spread is taken from quantiles of the residual at the phase and, where cycles
    are few, at its neighbours, apart for above and below: counts that are mostly 0 have a spread to one side only.
    Without a period, trend and residual are left.

    Rows that begin as the training data did keep their phase. Others are taken to follow the training data, or to
    begin anew, or, if there are two cycles of them and it fits clearly better, to begin at another phase. Where they
    are shorter than the trend's window, the last level of the training data is their trend.

    Score: standard deviations of the residual at that phase. A channel that was constant in training scores 0 while it
    stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n log n), memory O(n).

    References
    ----------
    Cleveland, Cleveland, McRae, Terpenning (1990), STL: a seasonal-trend decomposition procedure based on loess.

    Examples
    --------
    >>> hours = np.arange(24 * 30)
    >>> x = 10 * np.sin(2 * np.pi * hours / 24) + np.random.default_rng(0).normal(size=720)
    >>> x[400] = 0.0
    >>> model = SeasonalResidual().fit(x)
    >>> int(np.nanargmax(model.score(x))), model.band(x).expected[400].round()
    (400, array([-8.]))
    """

    period: int | None = param(None, "length of the cycle, in points; None finds up to two of them", low=2)
    trend: int | None = param(None, "width of the trend's median, in points; None is seven cycles", low=3)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "shape"})
    memory: ClassVar[int] = 160
    cost: ClassVar[str] = "O(n log n)"

    def _fit(self, x: Floats) -> None:
        lengths = self._lengths(x)
        self.centre_ = np.median(x, axis=0)
        self.scale_ = wide_scale_of(x, self.centre_)
        self.positive_ = x.min(axis=0) >= 0
        self.cycle_ = lengths[-1] if lengths else 1
        self.trend_ = self.trend or (7 * self.cycle_ if lengths else max(len(x) // 8, 32))
        self.seasons_ = self._seasons(x, lengths)
        self.cycle_ = self.seasons_[-1].length if self.seasons_ else 1
        rest = x - self._season(len(x), 0)
        trend = self._moving(rest)
        self.last_: Floats = trend[-1]
        self._learn_spread(rest - trend, floor_of(x))

    def _seasons(self, x: Floats, lengths: list[int]) -> tuple[Season, ...]:
        """Fit one profile after the other, each to what the ones before have left; drop those that explain nothing."""
        kept: list[Season] = []
        rest = x - self._moving(x)
        for length in lengths:
            season = Season.of(rest, length).where_better(rest, self.scale_)
            if season.profile.any():
                rest = rest - season.at(len(x), 0)
                kept.append(season)
        return tuple(kept)

    def _learn_spread(self, rest: Floats, floor: Floats) -> None:
        quantiles, count = by_phase(rest, self.cycle_, SPREAD)
        self.usual_ = WIDER * np.stack([np.minimum(quantiles[0], 0), np.maximum(quantiles[1], 0)])
        overall = np.abs(np.quantile(rest, SPREAD, axis=0)) / SD
        overall = np.where(overall > floor, overall, scale_of(rest, np.zeros(rest.shape[1])))
        here = np.stack([np.maximum(-quantiles[0], 0), np.maximum(quantiles[1], 0)]) / SD
        share = PRIOR / (PRIOR + count) if self.cycle_ > 1 else 0.0
        mixed = np.hypot(np.sqrt(1 - share) * here, np.sqrt(share) * overall[:, None])
        self.spread_ = np.maximum(mixed, np.maximum(LEAST_SHARE * overall, floor)[:, None])

    def _score(self, x: Floats) -> Floats:
        start = self._start(x)
        rest = x - self._expected(x, start)
        phase = self._phase(len(x), start)
        spread = np.where(rest < 0, self.spread_[0][phase], self.spread_[1][phase])
        return np.abs(standard(rest, np.zeros(self.channels_), spread))

    def _band(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        start = self._start(x)
        phase = self._phase(len(x), start)
        expected = self._expected(x, start)
        least = np.where(self.positive_, 0.0, -np.inf)
        lower, upper = expected + self.usual_[0][phase], expected + self.usual_[1][phase]
        return np.maximum(expected, least), np.maximum(lower, least), np.maximum(upper, least)

    def _lengths(self, x: Floats) -> list[int]:
        """Return the periods to fit, in points, the shortest first."""
        found = [self.period] if self.period is not None else common_periods(x)
        return sorted(length for length in found if len(x) >= REPEATS * length)

    def _moving(self, x: Floats) -> Floats:
        return moving_median(x, self.trend_, self.cycle_)

    def _expected(self, x: Floats, start: int) -> Floats:
        season = self._season(len(x), start)
        if len(x) < self.trend_ and not self._starts_as_trained(x):
            return season + self.last_
        return season + self._moving(x - season)

    def _season(self, n: int, start: int) -> Floats:
        total = np.zeros((n, self.channels_))
        for season in self.seasons_:
            total += season.at(n, start)
        return total

    def _phase(self, n: int, start: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        return (np.arange(n) + start) % self.cycle_

    def _start(self, x: Floats) -> int:
        """Return the row of the training data, or of what would have followed, as which the first of `x` counts."""
        if not self.seasons_ or self._starts_as_trained(x):
            return 0
        if len(x) < 2 * self.cycle_:
            return self.trained_length_
        z = clipped(standard(x, np.median(x, axis=0), self.scale_))
        misfit = self._misfits(z, 0)
        best = int(misfit.argmin())
        usual = (row for row in (self.trained_length_, 0) if self._misfits(z, row)[0] <= CLOSE_ENOUGH * misfit[best])
        return next(usual, best)

    def _misfits(self, z: Floats, start: int) -> Floats:
        return misfits(z, self._season(self.cycle_, start) / self.scale_)
