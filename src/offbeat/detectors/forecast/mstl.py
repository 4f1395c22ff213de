"""Error of a forecast by several seasons and a trend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.forecast import auto_ets
from offbeat.detectors.forecast._smoothing import Smoother, Smoothing
from offbeat.detectors.forecast._statsforecast import fitted_or_none, recent, seasons_of

LONGEST = 1024
"""The longest season that is looked for."""

CYCLES = 6
"""Cycles of the longest season that it is fitted on at least, where the training data have them."""

JUMP = 10
"""The loess curves of a decomposition are read at this many points a season, and straight between them."""


@dataclass
class MSTL(Smoothing):
    """One-step error of a forecast by several seasons and a trend (MSTL).

    The score is |x_t - (l + phi b + s_1 + s_2 + ...)| over the usual such error.

    statsforecast's MSTL decomposes the last 2,000 points of training data, or six cycles of the longest season, into
    trend, seasons and rest by loess; AutoETS without a season learns how trend and rest are followed. The last cycles
    are repeated, as MSTL forecasts them, and take in that share of each error, none to 0.3, by which these points are
    forecast best. Values are cut off at 8 robust standard deviations in what is learned from them, not where they are
    judged. Scored data bring their own level and phase: one cycle of the longest season, at least 10 points, is
    warm-up. A channel that no model can be fitted to is forecast by its last value.

    Score: robust standard deviations of the training error. A channel that was constant in training scores 0 while it
    stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n) after a fit of bounded size,
    about half a second a channel; memory O(n). Sees what departs at once from the course of the season; does not see
    slow change. Needs the [forecast] extra to fit, not to score.

    References
    ----------
    Bandara, Hyndman, Bergmeir (2021), MSTL: a seasonal-trend decomposition algorithm for time series with multiple
    seasonal patterns, arXiv:2107.13462.

    Examples
    --------
    >>> x = np.tile([1.0, 2.0, 4.0, 3.0], 60) + 0.1 * np.random.default_rng(0).normal(size=240)
    >>> x[121] = 4
    >>> detector = MSTL().fit(x)
    >>> detector.seasons_, int(np.nanargmax(detector.score(x)))
    ([4], 121)
    """

    season: int | None = param(
        None, "length of the season, in points, 1 for none; None is the strongest periods up to 1024", low=1
    )
    most: int = param(2, "seasons at most, where they are looked for", low=1, high=4)
    train: int = param(2000, "last points of training data that it is fitted on, fewer above 4 channels", low=100)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance"})
    causal: ClassVar[bool] = True
    extra: ClassVar[str] = "forecast"
    fast_params: ClassVar[dict[str, Any]] = {"train": 100, "season": 1}
    unsteady: ClassVar[float] = 0.01

    def _smoothers(self, z: Floats) -> list[Smoother]:
        found = [self.season] if self.season is not None else seasons_of(z, LONGEST, self.most)
        self.seasons_ = sorted(s for s in found if 1 < s <= len(z) // 2)
        rows = max([self.train, *(CYCLES * s for s in self.seasons_)])
        return [self._smoother(part, [s for s in self.seasons_ if s <= len(part) // 2]) for part in recent(z, rows)]

    def _smoother(self, part: Floats, seasons: list[int]) -> Smoother:
        def fit() -> tuple[dict[str, Any], list[Floats]]:
            from statsforecast.models import AutoETS

            cycles = _decomposed(part, seasons) if seasons else np.empty((0, len(part)))
            model = AutoETS(model="AZN").fit(part - cycles.sum(axis=0)).model_
            return model, [cycle[-s:].copy() for cycle, s in zip(cycles, seasons, strict=True)]

        fitted = fitted_or_none(self.name, fit, part)
        if fitted is None:
            return Smoother()
        model, profiles = fitted
        trend = auto_ets.smoother_of(model)
        return Smoother(
            trend.alpha, trend.beta, trend.phi, trend.slope, 0.0, (0.0,) * len(profiles), tuple(profiles)
        ).refined(part)


def _decomposed(part: Floats, seasons: list[int]) -> Floats:
    """Return the seasons of `part`, shape (seasons, n)."""
    from statsforecast.mstl import mstl

    jump = max(1, seasons[0] // JUMP)
    table = mstl(part, list(seasons), stl_kwargs={"trend_jump": jump, "low_pass_jump": jump, "seasonal_jump": 1})
    return np.asarray(table.filter(regex="seasonal").to_numpy().T, dtype=np.float64)
