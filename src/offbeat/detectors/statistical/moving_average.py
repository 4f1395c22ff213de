"""Distance from the moving mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import LEAST_SHARE, USUAL, scale_of, standard
from offbeat.core.series import Floats
from offbeat.detectors.statistical._moving import moving_mean


@dataclass
class MovingAverage(Detector):
    """Distance from the moving average.

    |x - moving mean| over the usual such distance.

    What is slow against the window passes; what is quick is seen. At the ends the window is cut.

    Score: robust standard deviations of the residual in the training data. A channel that was constant in training
    scores 0 while it stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n), memory
    O(n).

    References
    ----------
    Shumway, Stoffer (2017), Time series analysis and its applications, 4th ed., section 2.3.

    Examples
    --------
    >>> x = np.arange(50.0) + np.random.default_rng(0).normal(size=50)
    >>> x[30] += 8
    >>> int(MovingAverage(window=7).fit(x).score(x).argmax())
    30
    """

    window: int | None = param(None, "width of the window, in points; None is an eighth of a period", low=3)

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    memory: ClassVar[int] = 180

    def _fit(self, x: Floats) -> None:
        from offbeat.preprocess.period import default_window

        self.window_ = self.window or min(len(x), max(5, default_window(x) // 8))
        self.centre_ = np.median(x, axis=0)
        self.scale_ = scale_of(x, self.centre_)
        rest = self._rest(x)
        self.usual_ = np.quantile(rest, USUAL, axis=0)
        self.spread_ = np.maximum(scale_of(rest, np.zeros(rest.shape[1])), LEAST_SHARE)

    def _score(self, x: Floats) -> Floats:
        return np.abs(self._rest(x)) / self.spread_

    def _band(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        mean = x - self._rest(x) * self.scale_
        low, high = np.minimum(self.usual_[0], 0) * self.scale_, np.maximum(self.usual_[1], 0) * self.scale_
        return mean, mean + low, mean + high

    def _rest(self, x: Floats) -> Floats:
        """Return the distance from the moving mean in the channels' own robust standard deviations."""
        z = standard(x, self.centre_, self.scale_)
        return z - moving_mean(z, self.window_)
