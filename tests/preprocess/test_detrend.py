"""Detrending and splitting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.errors import InputError, ParameterError
from offbeat.core.series import Series
from offbeat.preprocess.detrend import difference, linear, moving_median
from offbeat.preprocess.split import split


def test_linear_takes_the_line_and_leaves_the_rest():
    rng = np.random.default_rng(0)
    t = np.arange(500.0)
    x = np.column_stack([rng.normal(size=500), rng.normal(size=500)])
    once = linear(x)
    np.testing.assert_allclose(linear(x + np.outer(t, [2.0, -3.0]) + 100), once, atol=1e-9)
    np.testing.assert_allclose(t @ once, 0, atol=1e-8)
    np.testing.assert_allclose(once, x - np.column_stack([np.polyval(np.polyfit(t, c, 1), t) for c in x.T]), atol=1e-9)


def test_linear_passes_gaps_over():
    x = np.arange(20.0) * 2 + 1
    x[[3, 4, 15]] = np.nan
    rest = linear(x)
    assert np.isnan(rest[[3, 4, 15]]).all()
    np.testing.assert_allclose(np.delete(rest, [3, 4, 15]), 0, atol=1e-9)
    assert np.isnan(linear(np.full(4, np.nan))).all()
    assert linear(np.array([5.0])).tolist() == [0.0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=40), st.integers(1, 15))
def test_moving_median_equals_its_plain_form(numbers, window):
    x = np.array(numbers)
    rest = moving_median(x, window)
    # an even window reaches one further back than ahead
    back, ahead = window // 2, (window - 1) // 2
    for i, value in enumerate(x):
        near = x[max(0, i - back) : i + ahead + 1]
        if np.isnan(value):
            assert np.isnan(rest[i])
        else:
            assert rest[i] == pytest.approx(value - np.nanmedian(near), abs=1e-6)


def test_moving_median_keeps_channels_apart():
    x = np.column_stack([np.arange(30.0), np.zeros(30)])
    assert moving_median(x, 5).shape == (30, 2)
    assert not moving_median(x, 5)[:, 1].any()


def test_difference_of_a_season_is_nothing():
    x = np.tile(np.arange(6.0), 5)
    change = difference(x, 6)
    assert np.isnan(change[:6]).all()
    assert not change[6:].any()
    assert np.isnan(difference(x[:3], 6)).all()
    assert difference(np.column_stack([x, 2 * x]))[1:4].tolist() == [[1, 2], [1, 2], [1, 2]]


@pytest.mark.parametrize("call", [lambda x: moving_median(x, 0), lambda x: difference(x, 0)])
def test_no_window_or_lag_below_one(call):
    with pytest.raises(ParameterError, match="at least 1 point"):
        call(np.zeros(5))


@settings(max_examples=100, deadline=None)
@given(st.integers(3, 2000), st.floats(0.01, 0.9), st.floats(0.01, 0.9))
def test_split_loses_nothing_and_leaves_nobody_empty(n, train, validation):
    if train + validation > 0.99:
        return
    x = np.arange(float(n))
    parts = split(x, train, validation)
    assert np.array_equal(np.concatenate(parts), x)
    assert all(len(part) for part in parts)
    assert abs(len(parts.train) - train * n) <= 2
    assert abs(len(parts.validation) - validation * n) <= 2


def test_the_usual_split_is_70_15_15():
    assert [len(p) for p in split(np.zeros((1000, 2)))] == [700, 150, 150]
    assert [len(p) for p in split(np.zeros(10))] == [7, 1, 2]
    assert [len(p) for p in split(np.zeros(3))] == [1, 1, 1]


def test_parts_may_be_left_out():
    assert [len(p) for p in split(np.zeros(10), 0.8, 0.0)] == [8, 0, 2]
    assert [len(p) for p in split(np.zeros(10), 0.8, 0.2)] == [8, 2, 0]
    assert [len(p) for p in split(np.zeros(1), 1.0, 0.0)] == [1, 0, 0]


def test_a_series_is_split_with_its_times_and_labels():
    series = Series(np.arange(20.0)[:, None], np.arange(20) * 10, labels=np.arange(20) == 15)
    parts = split(series)
    assert parts.validation.time.tolist() == [140, 150, 160]
    assert parts.validation.labels.tolist() == [False, True, False]
    assert np.shares_memory(parts.test.values, series.values)


def test_what_split_refuses():
    with pytest.raises(InputError, match="2 rows can't be split into 3 parts"):
        split(np.zeros(2))
    for shares in ((0.0, 0.5), (0.9, 0.2), (0.5, -0.1), (float("nan"), 0.1)):
        with pytest.raises(ParameterError, match="together at most 1"):
            split(np.zeros(100), *shares)
