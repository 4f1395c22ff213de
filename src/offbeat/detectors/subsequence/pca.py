"""Distance of each window from the plane of the usual ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.robust import LEAST_SHARE, clipped
from offbeat.core.series import Floats
from offbeat.detectors._windows import squares
from offbeat.detectors.subsequence._lags import Lags, moments


@dataclass
class PCA(Lags):
    """Reconstruction error of each window from the principal components of the training windows.

    The components that explain `share` of the training windows' variance are kept; what of a window they can't
    reproduce is its error. Their covariance follows from lagged sums of products, so that no window is built. Training
    values are cut off at 8 robust standard deviations first, since a few spikes would else be components of their own.
    Windows of at least twice `detail` points are averaged down to `detail` or a little more.

    Score: sqrt(|(I - V V^T)(a - m)|^2 / w), with V the kept components and m the mean window: the root mean square
    error, in robust standard deviations of the channel's training data; below a thousandth it counts as that.

    Time O(n detail components / step), where step = window // detail, and detail^3 once; memory O(n). Sees windows
    that are no sum of the usual shapes: spikes, steps, bursts. Does not see a usual shape at another amplitude or
    phase, nor a frozen stretch.

    References
    ----------
    Shyu, Chen, Sarinnapakorn, Chang (2003), A novel anomaly detection scheme based on principal component classifier.

    Examples
    --------
    >>> x = np.sin(np.arange(1000) / 5) + 0.1 * np.random.default_rng(0).standard_normal(1000)
    >>> x[500:520] += 1
    >>> scores = PCA(window=32).fit(x).score(x)
    >>> 470 <= int(scores.argmax()) < 550
    True
    """

    share: float = param(0.98, "share of the windows' variance that the kept components explain", low=0.0, high=1.0)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance"})

    def _learn_channel(self, values: Floats) -> tuple[Floats, Floats]:
        mean, covariance = moments(clipped(values), self._points)
        variances, vectors = np.linalg.eigh(covariance)
        explained = np.cumsum(np.maximum(variances[::-1], 0.0))
        kept = int(np.searchsorted(explained, self.share * explained[-1])) + 1 if explained[-1] > 0 else 0
        # at least one direction is left for the error
        return mean, np.ascontiguousarray(vectors[:, ::-1][:, : min(kept, len(mean) - 1)])

    def _score_rows(self, offset: Floats, columns: Floats, windows: Floats) -> Floats:
        away = windows - offset
        error = (squares(away) - squares(away @ columns)) / len(offset)
        return np.sqrt(np.maximum(error, LEAST_SHARE**2))
