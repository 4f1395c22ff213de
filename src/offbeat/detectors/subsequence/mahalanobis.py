"""Distance of each window from the mean one, in units of the usual variation in that direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.robust import LEAST_SHARE, clipped
from offbeat.core.series import Floats
from offbeat.detectors._windows import squares
from offbeat.detectors.subsequence._lags import Lags, moments

SHRINK = 1e-3  # decision 9
"""What is added to each variance, as a share of their mean: directions that never vary must not decide alone."""


@dataclass
class Mahalanobis(Lags):
    """Mahalanobis distance of each window of lagged values from the mean training window.

    The covariance C of the training windows follows from lagged sums of products, so that no window is built; a
    thousandth of the mean variance is added to its diagonal. Training values are cut off at 8 robust standard
    deviations first. Without a window asked for, half a period is taken: in that much most of what is usual repeats,
    and a short fault still fills a good part of it. Windows of at least twice `detail` points are averaged down.

    Score: sqrt((a - m)^T C^-1 (a - m) / w), with m the mean window: 1 is usual, whatever the channel's unit.

    Time O(n detail^2 / step), where step = window // detail; memory O(n). Sees what the values before and after do not
    lead one to expect: spikes, steps, bursts of noise, and levels. Does not see a shape made of usual variation.

    References
    ----------
    Mahalanobis (1936), On the generalised distance in statistics; Ledoit, Wolf (2004), A well-conditioned estimator for
    large-dimensional covariance matrices, for the shrinkage.

    Examples
    --------
    >>> x = np.sin(np.arange(1000) / 5) + 0.1 * np.random.default_rng(0).standard_normal(1000)
    >>> x[500] += 2
    >>> scores = Mahalanobis(window=16).fit(x).score(x)
    >>> 480 < int(scores.argmax()) < 520
    True
    """

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance"})

    def _width(self, x: Floats) -> int:
        width = super()._width(x)
        return width if self.window is not None else max(width // 2, 1)

    def _learn_channel(self, values: Floats) -> tuple[Floats, Floats]:
        mean, covariance = moments(clipped(values), self._points)
        least = max(SHRINK * float(np.trace(covariance)) / len(mean), LEAST_SHARE**2)
        factor = np.linalg.cholesky(covariance + least * np.eye(len(mean)))
        return mean, np.ascontiguousarray(np.linalg.inv(factor).T)

    def _score_rows(self, offset: Floats, columns: Floats, windows: Floats) -> Floats:
        return np.sqrt(squares((windows - offset) @ columns) / len(offset))
