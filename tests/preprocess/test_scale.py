"""Scalers: what they promise of the training data, of NaN and of constant channels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from offbeat.core.errors import InputError, NotFittedError, ParameterError
from offbeat.preprocess.scale import L2Norm, MinMax, Robust, Scaler, Standard

SCALERS = [MinMax(), Standard(), Robust(), Robust(spread="iqr"), L2Norm()]
numbers = st.floats(-1e9, 1e9) | st.just(float("nan"))


def test_every_scaler_is_tested():
    assert {type(s) for s in SCALERS} == set(Scaler.__subclasses__())


@pytest.mark.parametrize("scaler", SCALERS)
@settings(max_examples=40, deadline=None)
@given(x=arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 3)), elements=numbers))
def test_there_and_back(scaler, x):
    before = x.copy()
    scaled = scaler.fit(x).transform(x)
    assert scaled.shape == x.shape
    assert np.array_equal(np.isnan(scaled), np.isnan(x))
    assert not np.isinf(scaled).any()
    largest = np.nanmax(np.abs(x), initial=1e-300)
    np.testing.assert_allclose(scaler.inverse(scaled), x, rtol=1e-9, atol=1e-9 * largest)
    assert np.array_equal(x, before, equal_nan=True)


@pytest.mark.parametrize("scaler", SCALERS)
@pytest.mark.parametrize("value", [0.0, 0.1, -1e9])
def test_a_constant_channel_gives_zeros_and_shows_a_later_change(scaler, value):
    scaler.fit(np.full(50, value))
    assert scaler.transform(np.full(7, value)).tolist() == [0.0] * 7
    assert scaler.transform(np.array([value + 2]))[0] == pytest.approx(2)


@pytest.mark.parametrize("scaler", SCALERS)
def test_a_channel_without_values_does_no_harm(scaler):
    x = np.column_stack([np.arange(5.0), np.full(5, np.nan)])
    scaled = scaler.fit(x).transform(x)
    assert np.isfinite(scaled[:, 0]).all()
    assert np.isnan(scaled[:, 1]).all()


@pytest.mark.parametrize("scaler", SCALERS)
def test_later_data_change_nothing_that_was_learned(scaler):
    x = np.random.default_rng(0).normal(5, 2, size=(200, 2))
    scaler.fit(x[:100])
    spoilt = x.copy()
    spoilt[100:] *= 1000
    assert np.array_equal(scaler.transform(spoilt)[:100], scaler.transform(x)[:100])


def test_the_figures_of_training_data():
    x = np.random.default_rng(0).normal(5, 2, size=(2001, 2)) * [1, 1000]
    small = MinMax().fit(x).transform(x)
    assert small.min(axis=0).tolist() == [0, 0]
    np.testing.assert_allclose(small.max(axis=0), 1)
    standard = Standard().fit(x).transform(x)
    np.testing.assert_allclose(standard.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(standard.std(axis=0), 1)
    np.testing.assert_allclose((L2Norm().fit(x).transform(x) ** 2).sum(axis=0), 1)
    for spread in ("mad", "iqr"):
        robust = Robust(spread=spread).fit(x).transform(x)
        np.testing.assert_allclose(np.median(robust, axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(robust.std(axis=0), 1, rtol=0.05)


def test_robust_ignores_outliers_and_falls_back_where_most_values_are_equal():
    x = np.random.default_rng(0).normal(size=1000)
    spoilt = np.where(np.arange(1000) % 20 == 0, 1e6, x)
    assert Robust().fit(spoilt).spread_ == pytest.approx(Robust().fit(x).spread_, rel=0.2)
    mostly_zero = np.array([0.0] * 95 + [10.0] * 5)
    assert Robust().fit(mostly_zero).spread_ == pytest.approx(mostly_zero.std())


def test_large_numbers_do_not_overflow():
    x = np.array([1e200, 2e200, -2e200])
    np.testing.assert_allclose(L2Norm().fit(x).transform(x), [1 / 3, 2 / 3, -2 / 3])


def test_what_is_refused():
    with pytest.raises(NotFittedError, match="call fit first"):
        MinMax().transform(np.zeros(3))
    with pytest.raises(InputError, match="no rows"):
        MinMax().fit(np.zeros((0, 2)))
    with pytest.raises(InputError, match="fitted on 2 channels and got 1"):
        MinMax().fit(np.zeros((3, 2))).inverse(np.zeros(3))
    with pytest.raises(ParameterError, match="one of mad, iqr"):
        Robust(spread="sd")
