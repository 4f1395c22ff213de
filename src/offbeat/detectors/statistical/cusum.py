"""The sum of small deviations to one side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import standard, wide_scale_of
from offbeat.core.series import Floats

LARGEST = 100.0
"""Values are cut off here, in robust standard deviations, so that sums keep their digits."""


@dataclass
class CUSUM(Detector):
    """Two-sided cumulative sum (CUSUM) over a bounded window.

    The largest sum of sign * z - slack over the last points, at most `window` of them.

    Page's tabular form is C_t = max(0, C_(t-1) + z_t - slack), up and down alike, with z the distance from the median
    of the training data in robust standard deviations. C_t is the largest of all sums that end at t, or 0. Here, as in
    Lai's, they begin at most `window` points back: otherwise a shift that has passed would be paid off by `slack` a
    point, and a long one would be seen long after its end. Small shifts that last are seen; a season is taken for
    shifts, and what stays in the usual range is not seen.

    Score: standard deviations, summed; with slack 0.5, limits of 4 or 5 are usual, for independent values. Time O(n),
    memory O(n).

    References
    ----------
    Page (1954), Continuous inspection schemes, Biometrika 41; Lai (1995), Sequential changepoint detection in quality
    control and dynamical systems, Journal of the Royal Statistical Society B 57.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=300)
    >>> x[200:] += 1
    >>> int(np.flatnonzero(CUSUM().fit(x[:200]).score(x) > 8)[0])
    214
    """

    slack: float = param(0.5, "deviation that is not counted, in robust standard deviations", low=0)
    window: int | None = param(None, "how many points a sum reaches back at most; None is one period", low=1)

    sees: ClassVar[frozenset[str]] = frozenset({"level_shift", "trend"})
    causal: ClassVar[bool] = True
    memory: ClassVar[int] = 100

    def _fit(self, x: Floats) -> None:
        from offbeat.preprocess.period import default_window

        self.most_ = self.window or default_window(x)
        self.median_ = np.median(x, axis=0)
        self.scale_ = wide_scale_of(x, self.median_)

    def _score(self, x: Floats) -> Floats:
        z = np.clip(standard(x, self.median_, self.scale_), -LARGEST, LARGEST)
        return np.maximum(self._largest_sum(z - self.slack), self._largest_sum(-z - self.slack))

    def _largest_sum(self, z: Floats) -> Floats:
        """Return the largest sum of up to `most_` rows that end at each row, or 0; same shape as `z`."""
        from scipy.ndimage import minimum_filter1d

        sums = np.zeros((len(z) + 1, z.shape[1]))
        np.cumsum(z, axis=0, out=sums[1:])
        width = min(self.most_, len(z)) + 1
        padded = np.concatenate([np.zeros((width - 1, z.shape[1])), sums])
        least = minimum_filter1d(padded, width, axis=0, origin=(width - 1) // 2)[width:]
        return np.asarray(sums[1:] - least)
