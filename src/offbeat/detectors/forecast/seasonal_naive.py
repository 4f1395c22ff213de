"""Distance from the value one period before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.robust import clipped
from offbeat.core.series import Floats
from offbeat.detectors._residual import Residual


@dataclass
class SeasonalNaive(Residual):
    """Error of the seasonal naive forecast, the value one period before.

    The score is |x_t - x_(t-period)| over the robust spread of such errors.

    The forecast against which all others must prove their worth. Its interval is that of the training errors. The
    period is the strongest that the data show, 1 where there is none: the value stays as it is. What is forecast from
    is cut off at 8 robust standard deviations. The first period is warm-up. An anomaly has an echo one period later,
    and of one that lasts longer than a period only beginning and end are seen.

    Score: robust standard deviations of the training error. A channel that was constant in training scores 0 while it
    stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n), memory O(n).

    References
    ----------
    Hyndman, Athanasopoulos (2021), Forecasting: principles and practice, 3rd ed., section 5.2.

    Examples
    --------
    >>> x = np.tile([1.0, 2.0, 4.0, 3.0], 30) + 0.1 * np.random.default_rng(0).normal(size=120)
    >>> x[61] = 4
    >>> np.flatnonzero(SeasonalNaive().fit(x).score(x) > 6).tolist()
    [61, 65]
    """

    period: int | None = param(None, "length of the cycle, in points; None is the strongest period, or 1", low=1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "shape"})
    causal: ClassVar[bool] = True

    def _learn(self, z: Floats) -> None:
        self.period_ = self.lookback_ = self.period if self.period is not None else _usual_period(z)

    def _expected(self, z: Floats) -> Floats:
        expected = np.full(z.shape, np.nan)
        expected[self.period_ :] = clipped(z[: -self.period_])
        return expected


def _usual_period(z: Floats) -> int:
    from offbeat.preprocess.period import CREDIBLE, periods

    found = periods(z, most=1, longest=len(z) // 8)
    return found[0].length if found and found[0].strength >= CREDIBLE else 1
