"""Forecast errors against plain formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, mean_squared_error

from offbeat.core.errors import InputError, ParameterError
from offbeat.metrics import error_distribution, mae, mase, mse, rmse, smape

values = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30)


@given(values, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_errors_agree_with_scikit_learn(actual, random):
    expected = [x + random.uniform(-5, 5) for x in actual]
    assert mse(actual, expected) == pytest.approx(mean_squared_error(actual, expected), rel=1e-9)
    assert mae(actual, expected) == pytest.approx(mean_absolute_error(actual, expected), rel=1e-9)
    assert rmse(actual, expected) == pytest.approx(mean_squared_error(actual, expected) ** 0.5, rel=1e-9)
    assert 0 <= smape(actual, expected) <= 2


def test_perfect_forecasts_have_no_error():
    actual = [1.0, 0.0, -3.0, 4.0]
    assert (mse(actual, actual), mae(actual, actual), smape(actual, actual), mase(actual, actual)) == (0, 0, 0, 0)


def test_smape_is_the_mean_of_halved_relative_errors():
    assert smape([100.0, -1.0], [50.0, 1.0]) == pytest.approx((2 * 50 / 150 + 2) / 2)


def test_mase_of_repeating_last_season_is_one():
    train = np.random.default_rng(0).normal(size=200)
    assert mase(train[7:], train[:-7], season=7, train=train) == pytest.approx(1.0)


def test_mase_keeps_channels_apart():
    two = np.random.default_rng(1).normal(size=(50, 2))
    unit = np.abs(two[1:] - two[:-1]).mean()
    assert mase(two, two + 0.5) == pytest.approx(0.5 / unit)


def test_distribution_is_signed():
    found = error_distribution(np.arange(101.0), np.zeros(101), quantiles=(0.05, 0.5))
    assert found.mean == 50.0
    assert found.quantiles == {0.05: 5.0, 0.5: 50.0}
    assert found.sd == pytest.approx(np.arange(101).std())


def test_missing_values_are_dropped_on_request_only():
    actual, expected = [1.0, np.nan, 3.0, 4.0], [2.0, 2.0, np.nan, 4.0]
    assert mae(actual, expected, nan="drop") == 0.5
    with pytest.raises(InputError, match="2 of 4 values are NaN"):
        mae(actual, expected)
    with pytest.raises(InputError, match="none of them present"):
        mae([np.nan], [1.0], nan="drop")
    with pytest.raises(ParameterError, match="nan='lowest'"):
        mae(actual, expected, nan="lowest")


def test_what_sets_no_unit_is_refused():
    with pytest.raises(InputError, match="repeats itself"):
        mase([1.0, 2.0], [1.0, 2.0], train=np.ones(5))
    with pytest.raises(InputError, match="does not fit"):
        mase([1.0, 2.0], [1.0, 2.0], season=2)
    with pytest.raises(ParameterError, match="season=0"):
        mase([1.0, 2.0], [1.0, 2.0], season=0)
    with pytest.raises(InputError, match=r"shape \(2,\) and expected ones of \(1,\)"):
        mse([1.0, 2.0], [1.0])
    with pytest.raises(InputError, match="must be numbers"):
        mse(["a"], [1.0])
    with pytest.raises(ParameterError, match="quantile 2"):
        error_distribution([1.0], [1.0], quantiles=(2,))
