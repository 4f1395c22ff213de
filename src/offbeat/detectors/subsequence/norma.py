"""Distance to a weighted set of normal patterns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.subsequence._patterns import Bank, Patterns, weights_of
from offbeat.detectors.subsequence._sbd import Shapes


@dataclass
class NormA(Patterns):
    """Weighted distance of each window to a few normal patterns (NormA).

    Up to 128 evenly spaced subsequences of three windows are clustered by their shape-based distance, average linkage.
    Each cluster's medoid is a pattern, in the data's own units, so that it can be shown, and counts by size^2 span /
    centrality: how many subsequences there are, how far apart the first and the last stand, and how far all others
    are from the medoid. What happened once or twice, or in one place, has next to no weight.

    Score: 1 / sum_k (w_k / (d_k + 0.1)) - 0.1, where d_k is the root mean square distance of the window to its nearest
    within pattern k, both without their means, in robust standard deviations of the channel's training data.

    Time O(n k window) for windows of up to 127 points; longer ones are averaged down and cost less. Memory O(n).
    Sees what no pattern looks like, in shape or in amplitude. Does not see a level that has shifted, once it stays
    so for more than a window.

    References
    ----------
    Boniol, Linardi, Roncallo, Palpanas, Meftah and Remy, "Unsupervised and scalable subsequence anomaly detection in
    large data series" (VLDB Journal 2021).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] *= 0.2
    >>> scores = detector("norma", window=32).fit(x).score(x)
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    k: int = param(10, "patterns at most", low=1)

    longer: ClassVar[int] = 3
    damped: ClassVar[bool] = False

    def _bank(self, pool: Floats) -> Bank:
        shapes = Shapes.of(pool)
        distances = shapes.between()
        labels = _clusters(distances, self.k)
        groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
        middles = [group[distances[np.ix_(group, group)].sum(axis=1).argmin()] for group in groups]
        sizes = np.array([len(group) for group in groups], dtype=np.float64)
        spans = np.array([group[-1] - group[0] + 1 for group in groups])
        patterns = pool[middles]
        weights = weights_of(Shapes.of(patterns), sizes) * sizes * spans
        return Bank(patterns - patterns.mean(axis=1, keepdims=True), weights / weights.sum())


def _clusters(distances: Floats, k: int) -> NDArray[np.int64]:
    """Return the cluster of each row, by average linkage, at most `k`."""
    if len(distances) == 1:
        return np.zeros(1, np.int64)
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    tree = linkage(squareform(distances), "average")
    return np.asarray(fcluster(tree, k, "maxclust"), dtype=np.int64)
