"""Oblique paths, once more and slowly: one row after the other, node by node."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.kernels.oblique import oblique_lengths


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    trees=st.integers(1, 3),
    depth=st.integers(1, 4),
    values=st.integers(1, 5),
    summed=st.integers(1, 4),
)
def test_oblique_lengths_equal_the_slow_ones(seed: int, trees: int, depth: int, values: int, summed: int) -> None:
    rng = np.random.default_rng(seed)
    nodes = 2**depth - 1
    rows = rng.standard_normal((20, values))
    feature = rng.integers(0, values, (trees, nodes, summed)).astype(np.uint32)
    weight, cut = rng.standard_normal((trees, nodes, summed)), rng.standard_normal((trees, nodes))
    cut[rng.random(cut.shape) < 0.1] = np.inf
    length = rng.random((trees, nodes + 1))
    total = np.ones(20)
    oblique_lengths(rows, feature, weight, cut, length, total)
    slow = []
    for row in rows:
        expected = 1.0
        for tree in range(trees):
            node = 0
            while node < nodes:
                right = (weight[tree, node] * row[feature[tree, node]]).sum() > cut[tree, node]
                node = 2 * node + (2 if right else 1)
            expected += length[tree, node - nodes]
        slow.append(expected)
    np.testing.assert_allclose(total, slow, rtol=1e-12)
