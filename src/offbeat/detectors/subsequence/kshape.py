"""Distance to the cluster shapes of k-Shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.subsequence._patterns import Bank, Patterns, weights_of
from offbeat.detectors.subsequence._sbd import Shapes, k_shape


@dataclass
class KShape(Patterns):
    """Weighted distance of each window to the cluster shapes of k-Shape.

    Up to 128 evenly spaced subsequences of four windows are clustered by k-Shape: the distance is 1 - the largest
    correlation over all shifts, and a cluster's shape is the leading eigenvector of its aligned members. A window lies
    whole within a shape, at any of its places, so that no window needs padding. A shape counts by the size of its
    cluster over its mean distance from all members, so that rare and remote ones say little.

    Score: 1 / sum_k (w_k / (d_k + 0.1)) - 0.1, where d_k is the root mean square distance of the window to its nearest
    within shape k. Windows lose their mean and are divided by their own sd plus half the usual sd, so that flat ones
    stay small.

    Time O(n k window) for windows of up to 127 points; longer ones are averaged down and cost less. Memory O(n).
    Sees what no shape looks like. Does not see a level that has shifted, once it stays so for more than a window,
    and a change of amplitude only in part.

    References
    ----------
    Paparrizos and Gravano, "k-Shape: Efficient and accurate clustering of time series" (SIGMOD 2015); Boniol,
    Paparrizos, Palpanas and Franklin, "SAND" (VLDB 2021), for the weights.

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] = x[520:500:-1]
    >>> scores = detector("kshape", window=32).fit(x).score(x)
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    k: int = param(6, "clusters at most", low=1)
    seed: int = param(0, "seed of the first clusters", low=0, high=2**32 - 1)

    def _bank(self, pool: Floats) -> Bank:
        found = k_shape(Shapes.of(pool), self.k, self.seed)
        sizes = np.bincount(found.labels, minlength=len(found.shapes)).astype(np.float64)
        return Bank(found.shapes * np.sqrt(pool.shape[1]), weights_of(Shapes.of(found.shapes), sizes))
