"""Dilated convolutions and their pooling, once more and slowly."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.kernels.convolve import convolved, pooled


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**31), taps=st.integers(1, 7), dilation=st.integers(1, 5), more=st.integers(0, 40))
def test_convolutions_are_sums_of_weighted_points(seed: int, taps: int, dilation: int, more: int) -> None:
    rng = np.random.default_rng(seed)
    x, weights = rng.normal(size=(taps - 1) * dilation + 1 + more), rng.normal(size=taps)
    slow = [sum(weights[k] * x[i + k * dilation] for k in range(taps)) for i in range(more + 1)]
    np.testing.assert_allclose(convolved(x, weights, dilation), slow, rtol=1e-12, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**31), width=st.integers(1, 12), stride=st.integers(1, 5), more=st.integers(0, 40))
def test_pooling_is_the_mean_excess_and_the_share_above(seed: int, width: int, stride: int, more: int) -> None:
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=width + more), 1)
    windows = np.lib.stride_tricks.sliding_window_view(x, width)[::stride]
    numbers = np.empty((len(windows), 6))
    pooled(x, 0.1, width, stride, numbers[:, 2:4])
    np.testing.assert_allclose(numbers[:, 2], np.maximum(windows - 0.1, 0).mean(axis=1), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(numbers[:, 3], (windows > 0.1).mean(axis=1), rtol=1e-12)
