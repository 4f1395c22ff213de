"""What the forests share: samples for their trees, the length of a path, and what no tree can cut."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats


def samples_of(rng: np.random.Generator, trees: int, most: int, rows: int) -> NDArray[np.int64]:
    """Return which rows each tree is grown on, none twice, shape (trees, min(most, rows))."""
    return np.stack([rng.permutation(rows)[:most] for _ in range(trees)])


def expected_length(count: NDArray[Any]) -> Floats:
    """Return the mean length of an unsuccessful search among `count` values in a binary tree, c(m) in the paper."""
    m = np.maximum(count.astype(np.float64), 2.0)
    long = 2.0 * (np.log(m - 1.0) + np.euler_gamma) - 2.0 * (m - 1.0) / m
    return np.select([count <= 1, count == 2], [0.0, 1.0], long)


def isolation(total: Floats, trees: int, samples: int) -> Floats:
    """Return 2^(-mean length / c(samples)) for the summed lengths of the paths through all trees."""
    usual = trees * float(expected_length(np.array([samples]))[0])
    return np.asarray(2.0 ** -(total / usual)) if usual > 0 else np.full(len(total), 0.5)
