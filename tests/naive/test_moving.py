"""The largest values of windows, once more and slowly."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.kernels.moving import largest


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    n=st.integers(1, 90),
    width=st.integers(1, 40),
    stride=st.integers(1, 12),
)
def test_largest_values_are_those_of_the_windows_written_out(seed: int, n: int, width: int, stride: int) -> None:
    x = np.random.default_rng(seed).normal(size=n)
    width = min(width, n)
    stride = min(stride, width)
    slow = [x[i : i + width].max() for i in range(0, n - width + 1, stride)]
    np.testing.assert_array_equal(largest(x, width, stride), slow)
