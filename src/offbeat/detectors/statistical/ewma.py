"""The exponentially weighted moving average, and how far it is out of control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import standard, wide_scale_of
from offbeat.core.series import Floats

LARGEST = 100.0
"""Values are cut off here, in robust standard deviations, so that one outlier is forgotten in time."""


@dataclass
class EWMA(Detector):
    """Control chart of the exponentially weighted moving average (EWMA).

    The score is |z_t| / sd(z_t) with z_t = weight * x_t + (1 - weight) z_(t-1).

    x counts from the median of the training data in robust standard deviations; z begins at 0, and its standard
    deviation, of independent values, is sqrt(weight / (2 - weight) * (1 - (1 - weight)^(2 t))). A small weight sees
    small shifts, later. It mistakes seasonality for shifts, and does not see what stays in the usual
    range.

    Score: standard deviations of z; above 3 is the usual limit, for independent values. Time O(n), memory O(n).

    References
    ----------
    Roberts (1959), Control chart tests based on geometric moving averages, Technometrics 1.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=300)
    >>> x[200:] += 1.5
    >>> int(np.flatnonzero(EWMA().fit(x[:200]).score(x) > 4)[0])
    211
    """

    weight: float = param(0.2, "how much the newest value counts for", low=1e-6, high=1, log=True)

    sees: ClassVar[frozenset[str]] = frozenset({"level_shift", "trend"})
    causal: ClassVar[bool] = True
    memory: ClassVar[int] = 80
    unsteady: ClassVar[float] = 0.02

    def _fit(self, x: Floats) -> None:
        self.median_ = np.median(x, axis=0)
        self.scale_ = wide_scale_of(x, self.median_)

    def _score(self, x: Floats) -> Floats:
        from scipy.signal import lfilter

        z = np.clip(standard(x, self.median_, self.scale_), -LARGEST, LARGEST)
        mean = lfilter([self.weight], [1.0, self.weight - 1.0], z, axis=0)
        past = np.arange(1.0, len(x) + 1.0)
        # expm1 and log1p: a weight of a millionth leaves no digits in 1 - (1 - weight)^(2 t)
        seen = -np.expm1(2 * past * np.log1p(-self.weight)) if self.weight < 1 else np.ones(len(x))
        sd = np.sqrt(self.weight / (2 - self.weight) * seen)
        score: Floats = np.abs(mean) / sd[:, None]
        return score
