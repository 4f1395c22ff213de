"""Periods, and the window that follows from them."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.fft import next_fast_len
from scipy.signal import lfilter

from offbeat.preprocess.period import CREDIBLE, LARGEST_WINDOW, default_window, fast_length, periods


def wave(n, period, noise=0.0, seed=0):
    rng = np.random.default_rng(seed)
    return np.sin(2 * np.pi * np.arange(n) / period) + noise * rng.normal(size=n)


@given(st.integers(1, 10**7))
def test_fast_lengths_are_those_of_scipy(least):
    assert fast_length(least) == next_fast_len(least, real=True)


@settings(max_examples=40, deadline=None)
@given(period=st.integers(4, 200), cycles=st.integers(8, 30), seed=st.integers(0, 10_000))
def test_finds_the_period_of_a_noisy_sine(period, cycles, seed):
    found = periods(wave(period * cycles, period, 0.2, seed))
    assert abs(found[0].length - period) <= max(1, period // 25)
    assert 0.5 < found[0].strength <= 1.0


@pytest.mark.parametrize("seed", range(5))
def test_day_and_week_are_both_found(seed):
    hours = np.arange(24 * 7 * 10)
    noise = np.random.default_rng(seed).normal(0, 0.2, len(hours))
    load = np.sin(2 * np.pi * hours / 24) - 1.5 * (hours // 24 % 7 >= 5) + noise
    assert sorted(p.length for p in periods(load)) == [24, 168]


def test_a_multiple_is_no_period_of_its_own():
    assert [p.length for p in periods(wave(3000, 24, 0.1))] == [24]
    assert [p.length for p in periods(wave(2000, 12.37))] == [12]


def test_a_daily_period_buried_in_minute_noise_and_drift():
    minutes = np.arange(40_000)
    rng = np.random.default_rng(3)
    rough = np.convolve(rng.normal(size=len(minutes)), np.ones(5), "same")
    found = periods(2.5 * np.sin(2 * np.pi * minutes / 1440) + rough + minutes * 1e-3)
    assert abs(found[0].length - 1440) <= 10


def test_trend_outliers_and_offset_change_nothing():
    x = wave(2000, 50, 0.1)
    spoilt = 1e6 + x + 0.05 * np.arange(2000)
    spoilt[[100, 700, 1500]] += 1e5
    assert [p.length for p in periods(spoilt)] == [p.length for p in periods(x)] == [50]


def test_sharp_pulses_have_a_period():
    assert periods((np.arange(3000) % 60 == 0) + np.random.default_rng(0).normal(0, 0.1, 3000))[0].length == 60


@pytest.mark.parametrize("seed", range(8))
def test_noise_and_random_walks_have_none(seed):
    noise = np.random.default_rng(seed).normal(size=5000)
    assert periods(noise) == ()
    assert periods(noise.cumsum()) == ()


def test_strength_falls_with_noise():
    strong, weak = (periods(wave(4000, 40, noise))[0].strength for noise in (0.1, 1.0))
    assert strong > 0.95 > 0.5 > weak > 0.2


def test_longest_and_most_are_obeyed():
    hours = np.arange(24 * 7 * 10)
    load = np.sin(2 * np.pi * hours / 24) - 1.5 * (hours // 24 % 7 >= 5)
    assert [p.length for p in periods(load, longest=100)] == [24]
    assert len(periods(load, most=1)) == 1


def test_channels_are_looked_at_together():
    x = np.column_stack([wave(1000, 30, 0.2), np.ones(1000), wave(1000, 30, 0.2, 1) * 1e6])
    assert [p.length for p in periods(x)] == [30]


def test_missing_values_are_no_obstacle():
    x = wave(1000, 30)
    x[::7] = np.nan
    assert periods(x)[0].length == 30
    assert periods(np.full(100, np.nan)) == ()


@pytest.mark.parametrize("x", [np.arange(500.0) * 3 + 7, np.full(300, 0.1), np.zeros((50, 3)), np.zeros((50, 0))])
def test_lines_and_constants_have_none(x):
    assert periods(x) == ()


@pytest.mark.parametrize("n", range(1, 70))
def test_window_of_a_short_series_fits_into_it(n):
    window = default_window(np.random.default_rng(n).normal(size=n))
    assert isinstance(window, int)
    assert 1 <= window <= max(n // 8, 2)
    assert window <= n


def test_a_long_period_is_divided():
    assert default_window(wave(20_000, 1440)) == 240
    assert default_window(wave(4000, 288)) == 144


def test_a_very_short_period_is_taken_several_times():
    assert default_window(wave(1000, 4)) == 8
    assert default_window((np.arange(1000) % 6 == 0) * 1.0) == 12


def test_the_shortest_of_several_strong_periods_is_the_window():
    hours = np.arange(24 * 7 * 10)
    assert default_window(np.sin(2 * np.pi * hours / 24) - 1.5 * (hours // 24 % 7 >= 5)) == 24


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e12, 1e12) | st.sampled_from([1e300, -1e300, 1e-300]), max_size=200),
    st.integers(1, 3),
)
def test_any_numbers_give_a_window_and_are_left_alone(numbers, channels):
    x = np.array(numbers * channels).reshape(-1, channels)
    before = x.copy()
    assert 1 <= default_window(x) <= LARGEST_WINDOW
    for found in periods(x):
        assert 2 <= found.length <= len(x) // 2
        assert 0 < found.strength <= 1
    assert np.array_equal(x, before)


def test_a_long_series_costs_no_more_than_its_middle():
    periods(wave(60_000, 100, 0.5))
    x = wave(1_000_000, 1440, 0.5)
    began = time.perf_counter()
    found = periods(x)
    assert time.perf_counter() - began < 1.0
    assert abs(found[0].length - 1440) <= 5


def test_only_the_middle_of_a_long_series_is_looked_at():
    x = wave(200_000, 100, 0.2)
    spoilt = x.copy()
    spoilt[:70_000] = spoilt[-70_000:] = np.random.default_rng(1).normal(size=70_000)
    assert periods(spoilt) == periods(x)


def test_few_cycles_weaken_no_clean_period():
    assert periods(wave(700, 200))[0].strength > 0.95


def test_aimless_wandering_is_seldom_taken_for_a_period():
    def credible(n, memory, seed):
        steps = np.random.default_rng(seed).normal(size=n)
        return any(p.strength >= CREDIBLE for p in periods(lfilter([1.0], [1.0, -memory], steps)))

    wrong = [credible(n, memory, seed) for n, memory in ((300, 0.9), (3000, 0.98)) for seed in range(100)]
    # 7 in 100; without the spectrum 14, and without its taper 10
    assert np.mean(wrong) <= 0.08
