"""Path lengths of rows in a forest with oblique cuts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled


@compiled
def oblique_lengths(
    rows: NDArray[np.float64],
    feature: NDArray[np.uint32],
    weight: NDArray[np.float64],
    cut: NDArray[np.float64],
    length: NDArray[np.float64],
    total: NDArray[np.float64],
) -> None:
    """Add to `total[i]` the lengths of the paths that row i takes through all trees.

    Parameters
    ----------
    rows
        Shape (rows, values).
    feature, weight
        Of each node: which values are summed, and their factors; shape (trees, nodes, summed). The children of node k
        are 2 k + 1 and 2 k + 2, and every path has the same number of cuts.
    cut
        Up to which sum a row goes left, shape (trees, nodes).
    length
        The length of a path that ends at each of the nodes + 1 leaves, shape (trees, nodes + 1).
    total
        Shape (rows,), written to.

    Notes
    -----
    O(rows trees log(nodes) summed) time.
    """
    trees, nodes, summed = feature.shape
    for tree in range(trees):
        for i in range(len(rows)):
            node = 0
            while node < nodes:
                value = 0.0
                for j in range(summed):
                    value += weight[tree, node, j] * rows[i, feature[tree, node, j]]
                node = 2 * node + 1 + int(value > cut[tree, node])
            total[i] += length[tree, node - nodes]
