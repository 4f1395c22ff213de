"""Distance to the nearest of the large clusters."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from offbeat.core.params import param
from offbeat.core.robust import clipped
from offbeat.core.series import Floats
from offbeat.detectors._windows import squares
from offbeat.detectors.outlier._rows import CentredRows, Indices

ROUNDS = 50
"""Steps that the centres take."""


@dataclass
class CBLOF(CentredRows):
    """Cluster-based local outlier factor: distance to the nearest large cluster's centre.

    The training rows are clustered by k-means. Large are the largest clusters that hold the share `alpha` of the rows
    together, and those after them down to the first that is `beta` times larger than the next, if there is one. A row
    of a small cluster is so measured from the nearest large one, as the paper does; the factor by the cluster's size,
    which the paper has too and which makes the rows of large clusters the odd ones, is left out. For learning, values
    are cut off at 8 robust standard deviations.

    Score: min over the large clusters' centres c of |a - c| / sqrt(values), the root mean square distance, in robust
    standard deviations.

    Time O(n clusters window), memory O(n). Sees what is far from all usual states; does not see a fault that repeats
    often enough for a large cluster, nor what is small beside the width of a cluster.

    References
    ----------
    He, Xu and Deng, "Discovering cluster-based local outliers" (2003).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] *= 0.2
    >>> scores = detector("cblof", window=32).fit(x).score(x)
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    clusters: int = param(32, "clusters that k-means looks for", low=1, high=256, log=True)
    alpha: float = param(0.9, "share of the training rows that the large clusters hold together", low=0.5, high=1)
    beta: float = param(5.0, "how many times larger than the next the last large cluster is", low=1)
    seed: int = param(0, "seed of the clusters' starting places", low=0, high=2**32 - 1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape"})

    def _learn_rows(self, rows: Floats) -> None:
        from scipy.cluster.vq import kmeans2
        from sklearn.cluster import kmeans_plusplus

        near = clipped(rows)
        first = kmeans_plusplus(near, min(self.clusters, len(near)), random_state=self.seed)[0]
        with warnings.catch_warnings():  # a cluster that has lost its rows is a small one
            warnings.simplefilter("ignore", UserWarning)
            centres, labels = kmeans2(near, first, iter=ROUNDS, minit="matrix")
        sizes = np.bincount(labels, minlength=len(centres)).astype(np.int64)
        order = np.argsort(-sizes, kind="stable")
        self.large_ = centres[order[: self._large(sizes[order])]]

    def _large(self, sizes: NDArray[np.int64]) -> int:
        """Return how many of the clusters are large, by their sizes from the largest down."""
        enough = np.cumsum(sizes) >= self.alpha * sizes.sum()
        sharp = sizes[:-1] >= self.beta * sizes[1:]
        both = np.flatnonzero(enough[:-1] & sharp)
        return 1 + int(both[0] if len(both) else np.flatnonzero(enough)[0])

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        nearest = np.full(len(rows), np.inf)
        for centre in self.large_:
            away = rows - centre
            np.minimum(nearest, squares(away), out=nearest)
        distance: Floats = np.sqrt(nearest / rows.shape[1])
        return distance
