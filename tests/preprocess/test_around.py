"""Moving statistics: the same bits as those of scipy.ndimage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import maximum_filter1d, median_filter, uniform_filter1d

from offbeat.preprocess.around import largest_around, mean_around, middle_around

NUMBERS = st.one_of(st.floats(-1e9, 1e9), st.integers(-3, 3).map(float), st.just(np.inf))
ROWS = arrays(np.float64, st.tuples(st.integers(1, 40), st.integers(1, 3)), elements=NUMBERS)
SCIPY = {"symmetric": "reflect", "edge": "nearest", "wrap": "wrap"}


def same_bits(one, other):
    np.testing.assert_array_equal(one, other)
    finite = np.isfinite(other)
    return (one[finite].view(np.int64) == other[finite].view(np.int64)).all()


@settings(max_examples=300, deadline=None)
@given(ROWS, st.integers(2, 60), st.sampled_from(sorted(SCIPY)))
def test_mean(x, width, edge):
    with np.errstate(invalid="ignore"):
        assert same_bits(mean_around(x, width, edge), uniform_filter1d(x, width, axis=0, mode=SCIPY[edge]))


@settings(max_examples=300, deadline=None)
@given(ROWS, st.integers(1, 60))
def test_largest(x, width):
    assert same_bits(largest_around(x, width), maximum_filter1d(x, width, axis=0, mode="nearest"))


@settings(max_examples=200, deadline=None)
@given(ROWS, st.integers(0, 20).map(lambda half: 2 * half + 1))
def test_middle(x, width):
    # equal numbers: which of 0.0 and -0.0 is the middle one is a matter of how they were sorted
    np.testing.assert_array_equal(middle_around(x, width), median_filter(x, size=(width, 1), mode="nearest"))


@pytest.mark.parametrize("width", [2, 7, 64, 1001])
def test_long_series(width):
    x = np.cumsum(np.random.default_rng(0).normal(size=(20_000, 2)), axis=0)
    assert same_bits(mean_around(x, width), uniform_filter1d(x, width, axis=0, mode="nearest"))
    assert same_bits(largest_around(x[:, 0], width), maximum_filter1d(x[:, 0], width, mode="nearest"))


def test_the_given_rows_stay_as_they_are():
    x = np.arange(6.0)
    mean_around(x, 1)[0] = 9
    largest_around(x, 1)[0] = 9
    assert x[0] == 0
