"""The comparison of rows, once more and slowly."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.series import Floats
from offbeat.kernels.rows import Places, nearest_rows


def slow(rows: Floats, at: Places, blocks: Floats, places: Places, apart: int, k: int) -> Floats:
    result = []
    for row, place in zip(rows, at, strict=True):
        minima = []
        for block, where in zip(blocks, places, strict=True):
            found = [
                float(((row - other) ** 2).sum())
                for other, other_place in zip(block.T, where, strict=True)
                if abs(int(place) - int(other_place)) >= apart
            ]
            minima += [min(found)] if found else []
        result.append(np.mean(sorted(minima)[:k]) if minima else np.inf)
    return np.array(result)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    count=st.integers(1, 30),
    blocks=st.integers(1, 5),
    size=st.integers(1, 9),
    features=st.integers(1, 4),
    apart=st.integers(0, 30),
    k=st.integers(1, 6),
)
def test_rows_are_compared_as_written_out(
    seed: int, count: int, blocks: int, size: int, features: int, apart: int, k: int
) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, features))
    bank = rng.normal(size=(blocks, features, size))
    at = np.sort(rng.integers(0, 40, count))
    places = rng.integers(0, 40, (blocks, size))
    out = np.empty(count)
    nearest_rows(rows, at, bank, places, apart, k, out)
    expected = slow(rows, at, bank, places, apart, k)
    np.testing.assert_allclose(out, expected, rtol=1e-12)
    nearest_rows(rows.astype(np.float32), at, bank.astype(np.float32), places, apart, k, out)
    np.testing.assert_allclose(out, expected, rtol=1e-4, atol=1e-6)
