"""The recursions of the forecasts, once more and slowly: by the formulas, with lists and a dictionary."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.kernels.innovations import regressed, smoothed

QUICK = settings(max_examples=40, deadline=None)


def slowly_smoothed(values, level, slope, weights, gammas, seasons):
    alpha, beta, phi, drift = weights
    seasons = [list(season) for season in seasons]
    expected = []
    for t, value in enumerate(values):
        course = level + phi * slope + drift
        expected.append(course + sum(season[t % len(season)] for season in seasons))
        surprise = value - expected[-1]
        level, slope = course + alpha * surprise, phi * slope + beta * surprise
        for gamma, season in zip(gammas, seasons, strict=True):
            season[t % len(season)] += gamma * surprise
    return expected


def slowly_regressed(values, constant, ar, ma, start):
    surprises, expected = {}, [np.nan] * start
    for t in range(start, len(values)):
        past = sum(a * values[t - lag] for lag, a in ar.items())
        errors = sum(b * surprises.get(t - lag, 0.0) for lag, b in ma.items())
        expected.append(constant + past + errors)
        surprises[t] = values[t] - expected[-1]
    return expected


@QUICK
@given(
    seed=st.integers(0, 2**31),
    lengths=st.lists(st.integers(1, 7), max_size=3),
    n=st.integers(0, 40),
)
def test_smoothing_equals_the_slow_one(seed, lengths, n):
    rng = np.random.default_rng(seed)
    values, gammas = rng.normal(size=n), rng.uniform(0, 0.5, len(lengths))
    seasons = [rng.normal(size=length) for length in lengths]
    weights = np.array([*rng.uniform(0, 1, 3), rng.normal() / 10])
    expected = np.full(n, np.nan)
    states = np.concatenate([np.zeros(0), *seasons])
    smoothed(values, 0.5, 0.1, weights, gammas, np.array(lengths, dtype=np.int64), states, expected)
    np.testing.assert_allclose(expected, slowly_smoothed(values, 0.5, 0.1, weights, gammas, seasons), rtol=1e-9)


@QUICK
@given(
    seed=st.integers(0, 2**31),
    ar_lags=st.sets(st.integers(1, 9), max_size=4),
    ma_lags=st.sets(st.integers(1, 12), max_size=4),
    n=st.integers(0, 40),
)
def test_regression_equals_the_slow_one(seed, ar_lags, ma_lags, n):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=n)
    ar = {lag: rng.uniform(-0.2, 0.2) for lag in sorted(ar_lags)}
    ma = {lag: rng.uniform(-0.2, 0.2) for lag in sorted(ma_lags)}
    start = min(max(ar_lags, default=0), n)
    surprises, expected = np.zeros(n), np.full(n, np.nan)
    slow = slowly_regressed(values, 0.1, ar, ma, start)
    numbers = [
        np.array(list(part), dtype=kind)
        for part, kind in ((ar.values(), float), (ar, np.int64), (ma.values(), float), (ma, np.int64))
    ]
    regressed(values, 0.1, *numbers, surprises, expected)
    np.testing.assert_allclose(expected, slow, rtol=1e-9)
