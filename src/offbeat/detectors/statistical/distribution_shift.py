"""How differently the values are distributed before and after each point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import standard, wide_scale_of
from offbeat.core.series import Floats
from offbeat.core.windows import spread

GRID = np.linspace(0.02, 0.98, 17)
"""The quantiles of the training data at which distributions are compared."""

LONGEST, SHORT = 64, 16
"""Up to so many points the window is one period, else so many: a change shorter than its window is blurred."""

LARGEST = 100.0
"""Values are cut off here, in robust standard deviations, in the means."""


@dataclass
class DistributionShift(Detector):
    """Wasserstein distance between the windows before and after each point.

    W is the area between both distribution functions. It is summed up at 17 quantiles q of the training data, |F(q) -
    G(q)| times the distance between the q, and so sees changes of level, spread and shape within the usual range; how
    far values leave that range, it does not know. So where the distance of the means, which W never is below, is
    larger, that is the score. The ends, where one window would be cut, have that of the nearest point with both.
    Changes are seen where they happen, a single value hardly, and not a change in the order of the same values.

    Score: robust standard deviations of the channel. Time O(n), memory O(n).

    References
    ----------
    Kifer, Ben-David, Gehrke (2004), Detecting change in data streams, VLDB; Ramdas, Garcia Trillos, Cuturi (2017), On
    Wasserstein two-sample testing and related families of nonparametric tests, Entropy 19.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=600)
    >>> x[300:] *= 4
    >>> abs(int(DistributionShift().fit(x).score(x).argmax()) - 300) < 20
    True
    """

    window: int | None = param(
        None, "width of each window, in points; None is one period, or 16 where that is long", low=2
    )

    sees: ClassVar[frozenset[str]] = frozenset({"level_shift", "trend"})
    calibrated: ClassVar[bool] = True

    def _fit(self, x: Floats) -> None:
        from offbeat.preprocess.period import default_window

        period = default_window(x)
        self.window_ = self.window or max(2, period if period <= LONGEST else SHORT)
        self.centre_ = np.median(x, axis=0)
        self.scale_ = wide_scale_of(x, self.centre_)
        self.grid_ = np.quantile(standard(x, self.centre_, self.scale_), GRID, axis=0)

    def _score(self, x: Floats) -> Floats:
        z = standard(x, self.centre_, self.scale_)
        width = min(self.window_, len(x) // 2)
        if width < 1:
            return np.zeros(x.shape)
        # between two quantiles the functions are taken for what they are at both, half each
        gaps = np.diff(self.grid_, axis=0, prepend=self.grid_[:1], append=self.grid_[-1:])
        distance = _change(np.clip(z, -LARGEST, LARGEST), width)
        area = np.zeros(distance.shape)
        for quantile, gap in zip(self.grid_, (gaps[1:] + gaps[:-1]) / 2, strict=True):
            area += gap * _change((z > quantile).astype(np.float64), width)
        rows = np.clip(np.arange(len(x)) - width, 0, len(distance) - 1)
        score: Floats = np.maximum(distance, area, out=distance)[rows]
        return score


def _change(x: Floats, width: int) -> Floats:
    """Return how far the means before and after are apart at each row that has two whole windows."""
    # each row taken as a window of its own: the mean over those that cover a row is the mean over past rows
    means = spread(x, width)[width - 1 : len(x)]
    return np.abs(means[width:] - means[:-width])
