"""Distance from the usual value at that phase of the day, the week or whatever the period is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.preprocess.seasonal_model import SeasonalModel


@dataclass
class SeasonalResidual(Detector):
    """Distance from the usual value at that phase of the period, |x - trend - season| over the usual spread there.

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
    unsteady: ClassVar[float] = 0.02

    def _fit(self, x: Floats) -> None:
        self.model_ = SeasonalModel.fit(x, self.period, self.trend)

    def _score(self, x: Floats) -> Floats:
        return np.abs(self.model_.residual(x, None))

    def _score_trained(self, x: Floats) -> Floats:
        return np.abs(self.model_.residual(x, 0))

    def _band(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        return self.model_.band(x, None)

    def _band_trained(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        return self.model_.band(x, 0)
