"""Distance from the mean in standard deviations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import floor_of, standard
from offbeat.core.series import Floats
from offbeat.detectors.statistical._moving import moving_mean

LEAST_SHARE = 0.1
"""The smallest sd of a window, as a share of the training data's."""


@dataclass
class ZScore(Detector):
    """Z-score: distance from the mean in standard deviations.

    |x - mean| / sd, of the training data or of a moving window.

    With `window`, mean and sd are those of the window around the point; the sd is at least a tenth of the training
    data's, so that a quiet stretch does not make an outlier of every ripple.

    Score: standard deviations. A channel that was constant in training scores 0 while it stays so, and at least 1e4 as
    soon as it moves by a millionth of its value. Time O(n), memory O(n).

    References
    ----------
    Shewhart (1931), Economic control of quality of manufactured product.

    Examples
    --------
    >>> ZScore().fit([1, 2, 3, 2, 1, 2, 3, 2]).score([2, 5]).round(1)
    array([0. , 4.2])
    """

    window: int | None = param(None, "width of the moving window, in points; None is the training data", low=3)

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    memory: ClassVar[int] = 220

    def _fit(self, x: Floats) -> None:
        self.window_ = self.window or 1
        self.mean_: Floats = x.mean(axis=0)
        largest = np.maximum(np.abs(x - self.mean_).max(axis=0), floor_of(x))
        self.sd_: Floats = np.maximum(largest * ((x - self.mean_) / largest).std(axis=0), floor_of(x))

    def _score(self, x: Floats) -> Floats:
        z = standard(x, self.mean_, self.sd_)
        if self.window is None:
            return np.abs(z)
        mean = moving_mean(z, self.window)
        sd = np.sqrt(np.maximum(moving_mean(z * z, self.window) - mean * mean, 0.0))
        return np.abs(z - mean) / np.maximum(sd, LEAST_SHARE)
