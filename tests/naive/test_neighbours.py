"""The nearest stretches of a bank, once more and slowly: every pair, sorted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.series import Floats
from offbeat.kernels.neighbours import nearest_of_stretches


def slow(rows: Floats, bank: Floats, stretch: list[int], place: list[int], own: list[int], apart: int, k: int):
    """Return squared distances and indices of each row's k nearest stretches, shorter lists where there are fewer."""
    found = []
    for i, row in enumerate(rows):
        pairs = [(float(((row - b) ** 2).sum()), j) for j, b in enumerate(bank) if abs(own[i] - place[j]) >= apart]
        best = {}
        for distance, j in pairs:
            best[stretch[j]] = min(best.get(stretch[j], (np.inf, -1)), (distance, j))
        found.append(sorted(best.values(), key=lambda pair: (pair[0], stretch[pair[1]]))[:k])
    return found


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 15), st.integers(1, 6), st.integers(0, 5))
def test_equals_every_pair_sorted(seed, rows, columns, k, apart):
    rng = np.random.default_rng(seed)
    x, bank = rng.integers(-3, 4, (rows, 2)).astype(float), rng.integers(-3, 4, (columns, 2)).astype(float)
    place = np.sort(rng.choice(30, columns, replace=False)).astype(np.int64)
    stretch = place // int(rng.integers(1, 6))
    own = rng.integers(0, 30, rows)
    distances, indices = np.empty((rows, k)), np.empty((rows, k), dtype=np.int64)
    squares, bank_squares = (x**2).sum(axis=1), (bank**2).sum(axis=1)
    nearest_of_stretches(x @ bank.T, squares, bank_squares, stretch, own, place, apart, distances, indices)
    for near, which, expected in zip(distances, indices, slow(x, bank, stretch, place, own, apart, k), strict=True):
        assert near[: len(expected)].tolist() == [distance for distance, _ in expected]
        assert which[: len(expected)].tolist() == [j for _, j in expected]
        assert np.isinf(near[len(expected) :]).all()
        assert (which[len(expected) :] == -1).all()


@pytest.mark.parametrize(("apart", "expected"), [(0, [[0, -1]]), (1, [[-1, -1]])])
def test_fewer_stretches_than_are_asked_for(apart, expected):
    distances, indices = np.empty((1, 2)), np.empty((1, 2), dtype=np.int64)
    one, zero = np.ones(1), np.zeros(1, dtype=np.int64)
    nearest_of_stretches(np.ones((1, 1)), one, one, zero, zero, zero, apart, distances, indices)
    assert indices.tolist() == expected
