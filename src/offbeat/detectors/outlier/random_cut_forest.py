"""How many others a window, or a point, would displace in random cut trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.outlier._rows import Indices, Rows
from offbeat.detectors.outlier._trees import samples_of

SLICE = 1024
"""Rows that one thread scores in one go."""
VALUES = 2**22
"""Values that all trees hold at most: wide rows get smaller samples."""
LEAST = 32
"""Rows that a tree is grown on even so."""


@dataclass
class RandomCutForest(Rows):
    """Collusive displacement in a robust random cut forest, over all channels.

    Each tree cuts a sample of windows (with window=1: of points) until each is alone, long sides of their box more
    often than short ones. A new window that fits in changes little; an odd one is cut off high up and pushes many
    others down. No window is inserted: where it would be cut off is known for each node from the node's box.

    Score: the collusive displacement, in rows of the tree's sample, on average over where the new row would be cut off
    and over the trees. It is the largest, over the nodes above the row, of the rows in the node's sibling for each row
    in the node itself, so that a few equal anomalies do not hide one another.

    Time O(n trees depth w / step), memory O(n). Sees windows with many unusual values and single ones far out. Does not
    see a shape made of usual values.

    References
    ----------
    Guha et al., "Robust Random Cut Forest Based Anomaly Detection on Streams" (ICML 2016).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[700] = 3
    >>> int(detector("random_cut_forest", window=1).fit(x).score(x).argmax())
    700
    """

    trees: int = param(50, "trees in the forest", low=1, log=True)
    samples: int = param(256, "rows that each tree is grown on", low=2, log=True)
    seed: int = param(0, "seed of the random cuts", low=0, high=2**32 - 1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance"})

    def _learn_rows(self, rows: Floats) -> None:
        from offbeat.kernels.random_cuts import grow
        from offbeat.kernels.threads import in_slices

        rng = np.random.default_rng(self.seed)
        values = rows.shape[1]
        most = min(self.samples, max(LEAST, VALUES // (self.trees * values)))
        order = samples_of(rng, self.trees, most, len(rows))
        nodes = 2 * order.shape[1] - 1
        chance = rng.random((self.trees, order.shape[1] - 1, 2))
        shape = (self.trees, nodes)
        self.low_, self.high_ = np.zeros((*shape, values), np.float32), np.zeros((*shape, values), np.float32)
        self.feature_, self.cut_ = np.full(shape, -1, np.int32), np.zeros(shape, np.float32)
        self.children_, self.size_ = np.zeros((*shape, 2), np.int32), np.zeros(shape, np.int32)
        table = rows.astype(np.float32)
        forest = (order, chance, self.low_, self.high_, self.feature_, self.cut_, self.children_, self.size_)
        in_slices(lambda first, _: grow(table, *(part[first] for part in forest)), self.trees, 1)
        self.span_ = (self.high_ - self.low_).sum(axis=2)

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        from offbeat.kernels.random_cuts import displacements
        from offbeat.kernels.threads import in_slices

        table, total = rows.astype(np.float32), np.zeros(len(rows))
        forest = (self.low_, self.high_, self.span_, self.feature_, self.cut_, self.children_, self.size_)

        def one(first: int, last: int) -> None:
            for low, high, span, feature, cut, children, size in zip(*forest, strict=True):
                displacements(table[first:last], low, high, span, feature, cut, children, size, total[first:last])

        in_slices(one, len(rows), SLICE)
        return total / self.trees
