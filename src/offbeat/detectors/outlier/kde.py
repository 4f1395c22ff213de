"""How improbable a row is, by the density of the training data around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.outlier._neighbours import NearestRows
from offbeat.detectors.outlier._rows import Indices


@dataclass
class KDE(NearestRows):
    """Negative log density of the training data, by Gaussian kernels.

    The kernels stand on up to 4096 training rows, evenly spaced; their width is Scott's rule in the channels' robust
    standard deviations, times `smooth`. Where the scored series is the training series, windows that overlap are left
    out of one another's density.

    Score: -log(mean over the rows b of exp(-|a - b|^2 / 2 h^2)), where h = smooth rows^(-1 / (values + 4)); in nats,
    up to a constant. Far from all rows it grows as the squared distance to the nearest.

    Time O(n bank window), memory O(n). Sees values and shapes that are rare in the training data; does not see what
    they hold often, nor in a wide window what moves a few points a little.

    References
    ----------
    Scott, "Multivariate density estimation" (1992).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] *= 0.2
    >>> scores = detector("kde", window=32).fit_score(x).scores
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    smooth: float = param(1.0, "what the kernels' width is multiplied by", low=0.01, high=100, log=True)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape"})
    cost: ClassVar[str] = "O(n bank)"

    def _learn_rows(self, rows: Floats) -> None:
        self.bank_ = self._bank(rows)
        count, values = rows.shape
        self.bandwidth_ = self.smooth * count ** (-1 / (values + 4))

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        scores = np.empty(len(rows))
        narrow = 2 * self.bandwidth_**2 / rows.shape[1]
        for block, away in self.bank_.squared(rows, places):
            compared = np.isfinite(away).sum(axis=1)
            nearest = np.where(compared > 0, away.min(axis=1), 0.0)
            kernels = np.exp((nearest[:, None] - away) / narrow)
            with np.errstate(divide="ignore", invalid="ignore"):
                scores[block] = nearest / narrow - np.log(kernels.sum(axis=1) / compared)
        return scores
