"""The forest, once more and slowly: one window after the other, node by node, and scikit-learn's own word for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.series import Floats
from offbeat.core.windows import sliding
from offbeat.detectors.outlier.isolation_forest import IsolationForest
from offbeat.kernels.forest import path_lengths


def grown(rng: np.random.Generator, values: int, depth: int) -> dict[str, list[float]]:
    """Return one random tree as lists: feature, threshold, left, right, length; a leaf leads to itself."""
    tree: dict[str, list[float]] = {"feature": [], "threshold": [], "left": [], "right": [], "length": []}

    def add(level: int) -> int:
        node = len(tree["feature"])
        leaf = level == depth or rng.random() < 0.2
        tree["feature"].append(0 if leaf else int(rng.integers(values)))
        tree["threshold"].append(np.inf if leaf else float(rng.standard_normal()))
        tree["length"].append(float(rng.random()))
        tree["left"].append(node)
        tree["right"].append(node)
        if not leaf:
            tree["left"][node] = add(level + 1)
            tree["right"][node] = add(level + 1)
        return node

    add(0)
    return tree


def slow_lengths(x: Floats, width: int, trees: list[dict[str, list[float]]]) -> Floats:
    totals = []
    for window in sliding(x, width):
        total = 0.0
        for tree in trees:
            node = 0
            while tree["left"][node] != node:
                side = "left" if window.ravel()[tree["feature"][node]] <= tree["threshold"][node] else "right"
                node = tree[side][node]
            total += tree["length"][node]
        totals.append(total)
    return np.array(totals)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**31), width=st.integers(1, 6), channels=st.integers(1, 3), count=st.integers(1, 4))
def test_path_lengths_equal_the_slow_ones(seed: int, width: int, channels: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((30, channels)).astype(np.float32)
    trees = [grown(rng, width * channels, depth=4) for _ in range(count)]
    sizes = np.array([len(tree["feature"]) for tree in trees])
    roots = np.cumsum(sizes) - sizes
    children = [
        side + root
        for tree, root in zip(trees, roots, strict=True)
        for pair in zip(tree["left"], tree["right"], strict=True)
        for side in pair
    ]
    nodes = {word: np.concatenate([tree[word] for tree in trees]) for word in ("feature", "threshold", "length")}
    total = np.zeros(30 - width + 1)
    path_lengths(
        x.ravel(),
        channels,
        roots.astype(np.uint32),
        4,
        nodes["feature"].astype(np.uint32),
        nodes["threshold"].astype(np.float64),
        np.array(children, dtype=np.uint32),
        nodes["length"],
        total,
    )
    np.testing.assert_allclose(total, slow_lengths(x, width, trees), rtol=1e-12)


@pytest.mark.parametrize(("n", "width", "channels"), [(700, 1, 1), (700, 12, 1), (400, 5, 3), (6000, 4, 1), (3, 2, 1)])
def test_scores_are_those_of_scikit_learn_on_materialised_windows(n: int, width: int, channels: int) -> None:
    rng = np.random.default_rng(n)
    x = 1e6 + rng.standard_normal((n, channels))
    detector = IsolationForest(window=width, trees=20, seed=3).fit(x)
    scaled = detector._scaled(x)
    forest = detector._grow(detector._pool(scaled))
    table = sliding(scaled, width).reshape(-1, width * channels)
    np.testing.assert_allclose(detector._score(x), -forest.score_samples(table), rtol=0, atol=1e-9)
