"""Distance from the moving median."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.robust import MAD_TO_SD
from offbeat.core.series import Floats
from offbeat.detectors._residual import Residual

LEAST_LOCAL = 0.5
"""The smallest spread within a window, as a share of the usual one: a quiet stretch makes no outlier of a ripple."""


@dataclass
class MovingMedian(Residual):
    """Distance from the moving median (Hampel filter with `local`).

    |x - m| over the usual such distance, with m the median of the window around the point.

    The window's outliers do not move what they are measured by, as they move a mean. With `local`, the distance is
    measured by the window's own spread, 1.4826 times the median of |x - m|: that is Hampel's identifier. This spread
    counts for at least half of the usual one. At the ends the window is cut. What is slow against the window passes;
    so does an outlier that lasts longer than half of it.

    Score: robust standard deviations; above 3 is Hampel's outlier. A channel that was constant in training scores 0
    while it stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n * window), 0.2 s for a
    million points in windows of 32; memory O(n).

    References
    ----------
    Hampel (1974), The influence curve and its role in robust estimation, Journal of the American Statistical
    Association 69; Pearson (2002), Outliers in process modeling and identification, IEEE Transactions on Control
    Systems Technology 10.

    Examples
    --------
    >>> x = np.tile([0.0, 1.0, 2.0, 1.0], 20)
    >>> x[[40, 41]] += 9
    >>> np.flatnonzero(MovingMedian(window=15).fit(x).score(x) > 3).tolist()
    [40, 41]
    """

    window: int | None = param(None, "width of the window, in points, made odd; None is an eighth of a period", low=3)
    local: bool = param(False, "whether the spread is that of the window, as Hampel's, not that of the training data")

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    memory: ClassVar[int] = 100
    cost: ClassVar[str] = "O(n * window)"

    def _learn(self, z: Floats) -> None:
        from offbeat.preprocess.period import default_window

        self.window_ = self.window or min(len(z), max(5, default_window(z) // 8))

    def _expected(self, z: Floats) -> Floats:
        return self._medians(z)[0]

    def _distance(self, z: Floats, rest: Floats) -> Floats:
        if not self.local:
            return super()._distance(z, rest)
        spread = np.maximum(MAD_TO_SD * self._medians(z)[1], LEAST_LOCAL * self.spread_)
        return np.abs(rest) / spread

    def _medians(self, z: Floats) -> tuple[Floats, Floats]:
        """Return moving median and median deviation, same shape as `z`."""
        from offbeat.kernels.hampel import moving_medians

        middle, away = np.empty(z.shape[::-1]), np.empty(z.shape[::-1])
        for j, column in enumerate(z.T):
            moving_medians(np.ascontiguousarray(column), self.window_ // 2, middle[j], away[j])
        return middle.T, away.T
