"""The generalised ESD test of what season and level leave, on median and median deviation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from offbeat.core.robust import MAD_TO_SD, USUAL, floor_of, scale_of, standard
from offbeat.core.series import Floats
from offbeat.detectors.statistical._esd import critical, most_outliers, outliers
from offbeat.detectors.statistical.seasonal_residual import SeasonalResidual


@dataclass
class SeasonalHybridESD(SeasonalResidual):
    """Seasonal hybrid ESD test (S-H-ESD), on median and MAD.

    |x - level - season - median| / MAD over its critical value, median and MAD without the outliers.

    Season and level are those of `seasonal_residual`. As in `generalised_esd` the most extreme residuals of the
    training data are removed one by one, up to a tenth of all, while one of them exceeds its critical value; but median
    and median deviation take the place of mean and sd, which the outliers would move. The median is that of all
    residuals. All phases have one spread: it judges by the noise of the whole, and so is quicker to alarm in the noisy
    hours and slower in the still ones than `seasonal_residual`.

    Score: 1 at the critical value. A channel that was constant in training scores 0 while it stays so, and at least 1e4
    as soon as it moves by a millionth of its value. Time O(n log n), memory O(n).

    References
    ----------
    Hochenbaum, Vallis, Kejariwal (2017), Automatic anomaly detection in the cloud via statistical learning,
    arXiv:1704.07706.

    Examples
    --------
    >>> hours = np.arange(24 * 30)
    >>> x = 10 * np.sin(2 * np.pi * hours / 24) + np.random.default_rng(0).normal(size=720)
    >>> x[[400, 401]] = 2.0
    >>> np.flatnonzero(SeasonalHybridESD().fit(x).score(x) > 1).tolist()
    [400, 401]
    """

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "shape"})

    def _fit(self, x: Floats) -> None:
        super()._fit(x)
        rest, floor = self.model_.remainder(x), floor_of(x)
        self.middle_ = np.median(rest, axis=0)
        away = np.abs(rest - self.middle_)
        learned = np.array([_hybrid(np.sort(column)) for column in away.T])
        fallback = scale_of(rest, self.middle_)
        self.spread_ = np.maximum(np.where(learned[:, 0] > floor, learned[:, 0], fallback), floor)
        self.limit_ = learned[:, 1]
        usual = np.quantile(rest, USUAL, axis=0)
        same = np.stack([np.minimum(usual[0], 0), np.maximum(usual[1], 0)])[:, None]
        self.model_ = replace(self.model_, usual=np.repeat(same, self.model_.cycle, axis=1))

    def _score(self, x: Floats) -> Floats:
        return self._statistic(x, None)

    def _score_trained(self, x: Floats) -> Floats:
        return self._statistic(x, 0)

    def _statistic(self, x: Floats, start: int | None) -> Floats:
        rest = x - self.model_.expected(x, start)
        score: Floats = np.abs(standard(rest, self.middle_, self.spread_)) / self.limit_
        return score


def _hybrid(away: Floats) -> tuple[float, float]:
    """Return spread and critical value of distances from the median, in ascending order, without the outliers."""
    n = len(away)
    if n < 3:
        return 0.0, 1.0
    removed = np.arange(most_outliers(n))
    # the distances that are left are the first ones, so that their median is the middle one of these
    left = n - removed
    spread = MAD_TO_SD * (away[left // 2] + away[(left - 1) // 2]) / 2
    largest = away[left - 1]
    found = outliers(np.divide(largest, spread, out=np.zeros(len(left)), where=spread > 0), n)
    left_over = n - found
    limit = float(critical(n, np.array([float(found)]))[0])
    return MAD_TO_SD * float(away[left_over // 2] + away[(left_over - 1) // 2]) / 2, limit
