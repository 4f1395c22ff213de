"""Moving medians, once more and slowly: every window sorted anew."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.series import Floats
from offbeat.kernels.hampel import moving_medians


def slow(x: Floats, half: int) -> tuple[list[float], list[float]]:
    middle, away = [], []
    for i in range(len(x)):
        window = x[max(0, i - half) : i + half + 1]
        m = float(np.median(window))
        middle.append(m)
        away.append(float(np.median(np.abs(window - m))))
    return middle, away


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.one_of(st.integers(-3, 3).map(float), st.floats(-100, 100)), min_size=1, max_size=40),
    st.integers(0, 12),
)
def test_equals_windows_sorted_anew(values, half):
    x = np.array(values)
    middle, away = np.empty(len(x)), np.empty(len(x))
    moving_medians(x, half, middle, away)
    expected = slow(x, half)
    np.testing.assert_allclose(middle, expected[0], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(away, expected[1], rtol=1e-12, atol=1e-12)
