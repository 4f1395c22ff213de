"""What a trend and a season that changes with time leave over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors._residual import Residual
from offbeat.preprocess.seasonal import common_periods, moving_median

TREND = 7
"""Width of the trend's median, in cycles; without a period, it is one part in so many of the series."""


@dataclass
class STLResidual(Residual):
    """Residual of an STL decomposition: distance from trend plus a slowly changing season.

    |x - T - S| over the usual distance.

    The series is taken apart as STL does, with medians in the place of its loess, so that no second round of weights is
    needed against outliers: the trend T is a moving median over seven cycles, and S at each phase the moving median of
    x - T over `cycles` neighbouring cycles. `seasonal_residual` has one season for all times; here it may drift, as
    days grow longer, and what lasts for more than half of `cycles` is taken for such a drift. Without a period, the
    trend alone is taken off. Rows of fewer cycles than `cycles` are not scored.

    Score: robust standard deviations of the residual in the training data. A channel that was constant in training
    scores 0 while it stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n log n),
    memory O(n).

    References
    ----------
    Cleveland, Cleveland, McRae, Terpenning (1990), STL: a seasonal-trend decomposition procedure based on loess.

    Examples
    --------
    >>> t = np.arange(1200)
    >>> x = (1 + t / 600) * np.sin(2 * np.pi * t / 24) + 0.1 * np.random.default_rng(0).normal(size=1200)
    >>> x[700] += 1
    >>> int(STLResidual().fit(x).score(x).argmax())
    700
    """

    period: int | None = param(None, "length of the cycle, in points; None is the shortest strong period", low=2)
    cycles: int = param(7, "over how many cycles the season may change", low=3)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "shape"})
    cost: ClassVar[str] = "O(n log n)"
    unsteady: ClassVar[float] = 0.1

    def _learn(self, z: Floats) -> None:
        found = [self.period] if self.period is not None else common_periods(z)
        fits = [length for length in found if len(z) >= self.cycles * length]
        self.period_ = fits[0] if fits else 1
        self.trend_ = TREND * self.period_ if fits else max(len(z) // TREND, 32)

    def _expected(self, z: Floats) -> Floats:
        from scipy.ndimage import median_filter

        trend = moving_median(z, self.trend_, self.period_)
        if self.period_ == 1:
            return trend
        cycles = len(z) // self.period_
        if cycles < self.cycles:
            return np.full(z.shape, np.nan)
        rest = (z - trend)[: cycles * self.period_].reshape(cycles, self.period_, -1)
        season = median_filter(rest, size=(self.cycles, 1, 1), mode="mirror")
        rows = np.arange(len(z))
        expected: Floats = trend + season[np.minimum(rows // self.period_, cycles - 1), rows % self.period_]
        return expected
