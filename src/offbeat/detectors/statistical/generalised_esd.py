"""Distance from the mean of what is left when the outliers are removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from offbeat.core.detector import Detector
from offbeat.core.robust import floor_of, standard
from offbeat.core.series import Floats
from offbeat.detectors.statistical._esd import critical, most_outliers, outliers

LARGEST = 1e8
"""Values are cut off here in training, in robust units, so that sums of squares keep their digits."""


@dataclass
class GeneralisedESD(Detector):
    """Generalised extreme studentised deviate (ESD) test.

    |x - mean| / sd over its critical value, mean and sd without the outliers.

    In training the value furthest from the mean is removed, in standard deviations R_1 away, then the next one from
    the mean of the rest, R_2, up to a tenth of all. Outliers are the first i of them, for the largest i at which R_i
    exceeds its critical value at 5 %; so one outlier can't hide another. Mean and sd are those of the rest. It judges
    single values against one normal distribution: season, trend and dependence are not known to it.

    Score: 1 at the critical value. A channel that was constant in training scores 0 while it stays so, and at least 1e4
    as soon as it moves by a millionth of its value. Time O(n log n), memory O(n).

    References
    ----------
    Rosner (1983), Percentage points for a generalized ESD many-outlier procedure, Technometrics 25.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=200)
    >>> x[[20, 21, 22]] = 40, 41, 8
    >>> np.flatnonzero(GeneralisedESD().fit(x).score(x) > 1).tolist()
    [20, 21, 22]
    """

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    memory: ClassVar[int] = 80
    cost: ClassVar[str] = "O(n log n)"

    def _fit(self, x: Floats) -> None:
        kept = [_without_outliers(column) for column in x.T]
        self.mean_ = np.array([mean for mean, _, _ in kept])
        self.sd_ = np.maximum([sd for _, sd, _ in kept], floor_of(x))
        self.limit_ = np.array([limit for _, _, limit in kept])

    def _score(self, x: Floats) -> Floats:
        score: Floats = np.abs(standard(x, self.mean_, self.sd_)) / self.limit_
        return score


def _without_outliers(column: Floats) -> tuple[float, float, float]:
    """Return mean and sd of one channel without its outliers, and the critical value of the next one."""
    n = len(column)
    if n < 3:
        return float(np.median(column)), 0.0, 1.0
    ordered = np.sort(column)
    middle = ordered[n // 2]
    unit = max(float(ordered[n - 1 - n // 10] - ordered[n // 10]), float(floor_of(column[:, None])[0]))
    z = np.clip((ordered - middle) / unit, -LARGEST, LARGEST)
    low, statistics = _removals(z, most_outliers(n))
    found = outliers(statistics, n)
    below = int(low[:found].sum())
    rest = z[below : n - found + below]
    limit = float(critical(n, np.array([float(found)]))[0]) if n - found >= 3 else 1.0
    return middle + unit * float(rest.mean()), unit * float(rest.std(ddof=1)), limit


def _removals(ordered: Floats, most: int) -> tuple[NDArray[np.bool_], Floats]:
    """Remove the value furthest from the mean of those that are left, `most` times; the values come in order.

    Returns
    -------
    Whether it was the lowest that went, and how many standard deviations away it was; both of shape (most,).
    """
    from_below = np.zeros(most, dtype=bool)
    statistics = np.zeros(most)
    left, total, squares = len(ordered), float(ordered.sum()), float(ordered @ ordered)
    lows, highs = ordered[:most].tolist(), ordered[::-1][:most].tolist()
    low = 0
    # steps over the candidates, not over the points: only the ends of the ordered values can be the furthest
    for i in range(most):
        mean = total / left
        below, above = mean - lows[low], highs[i - low] - mean
        from_below[i] = below > above
        worst = lows[low] if below > above else highs[i - low]
        variance = (squares - total * mean) / (left - 1)
        statistics[i] = abs(worst - mean) / variance**0.5 if variance > 0 else 0.0
        low += below > above
        left, total, squares = left - 1, total - worst, squares - worst * worst
    return from_below, statistics
