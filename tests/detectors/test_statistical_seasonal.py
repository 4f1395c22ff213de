from __future__ import annotations

import numpy as np
import pytest

from offbeat.detectors.statistical.seasonal_residual import SeasonalResidual
from offbeat.preprocess.seasonal import by_phase, common_periods, fold, misfits, moving_median, sharpened

HOURS = np.arange(24 * 7 * 20)
DAY = np.maximum(np.sin(2 * np.pi * (HOURS % 24) / 24).round(9), 0)
WEEK = np.where(HOURS // 24 % 7 >= 5, 0.3, 1.0)


def hourly(seed=0, noise=1.0):
    """Busy by day, still at night, quiet at weekends."""
    rng = np.random.default_rng(seed)
    return 50 * DAY * WEEK + noise * np.sqrt(DAY) * rng.normal(size=len(HOURS))


def test_day_and_week_are_found_and_fitted():
    model = SeasonalResidual().fit(hourly())
    assert [s.length for s in model.model_.seasons] == [24, 168]
    expected = model.band(hourly()).expected[:, 0]
    assert np.abs(expected - 50 * DAY * WEEK).max() < 2


def test_profile_is_not_moved_by_outliers():
    x = hourly()
    x[::97] += 1000
    expected = SeasonalResidual().fit(x).band(x).expected[:, 0]
    assert np.abs(expected - 50 * DAY * WEEK).mean() < 1


def test_the_same_distance_counts_more_where_it_is_still():
    x = hourly()
    night, noon = 24 * 30 + 18, 24 * 30 + 6
    test = x.copy()
    test[[night, noon]] += 5
    scores = SeasonalResidual().fit(x).score(test)
    assert scores[night] > 1.5 * scores[noon] > 3
    assert np.isfinite(scores).all()
    assert np.quantile(scores, 0.99) < 4


def test_band_is_the_usual_range_of_counts():
    rng = np.random.default_rng(1)
    x = rng.poisson(np.where(DAY > 0, 2 * DAY, 0)).astype(float)
    x[rng.integers(len(x), size=30)] += 60
    model = SeasonalResidual(period=24).fit(x)
    band = model.band(x)
    assert band.lower.min() == 0
    usual = (x >= band.lower[:, 0]) & (x <= band.upper[:, 0])
    assert 0.94 < usual.mean() < 0.999
    assert band.upper[6::24].mean() < 10, "a few outliers have become usual"
    assert (band.lower <= band.expected).all()
    assert (band.expected <= band.upper).all()


def test_values_below_zero_are_expected_where_there_were_some():
    x = hourly() - 20
    assert SeasonalResidual().fit(x).band(x).lower.min() < -15


@pytest.mark.parametrize("start", [0, 5, 24 * 3 + 7, 24 * 9 + 1])
def test_new_rows_are_brought_in_phase(start):
    model = SeasonalResidual().fit(hourly())
    new = hourly(seed=9)[start:]
    assert np.quantile(model.score(new), 0.95) < 3


def test_short_new_rows_follow_the_training_rows():
    x = hourly()
    cut = 24 * 7 * 15 + 11
    scores = SeasonalResidual().fit(x[:cut]).score(x[cut : cut + 20])
    assert np.median(scores) < 1.5
    shifted = SeasonalResidual().fit(x[:cut]).score(x[cut : cut + 20] + 30)
    assert shifted.min() > 5, "a short stretch was taken for its own level"


def test_slow_trend_is_followed_and_a_short_level_shift_is_not():
    x = hourly() + np.linspace(0, 200, len(HOURS))
    model = SeasonalResidual().fit(x)
    assert np.quantile(model.score(x), 0.95) < 3
    x[1000:1048] += 60
    assert np.median(SeasonalResidual().fit(x).score(x)[1000:1048]) > 4


def test_without_a_period_trend_and_residual_are_left():
    x = np.random.default_rng(0).normal(size=500)
    x[200] = 9
    model = SeasonalResidual().fit(x)
    assert model.model_.seasons == ()
    scores = model.score(x)
    assert scores.argmax() == 200
    assert np.median(scores) == pytest.approx(0.67, abs=0.15)


def test_a_period_that_explains_nothing_is_dropped_for_that_channel():
    rng = np.random.default_rng(0)
    x = np.column_stack([hourly(), rng.normal(size=len(HOURS))])
    model = SeasonalResidual(period=24).fit(x)
    assert model.model_.seasons[0].profile[:, 0].any()
    assert not model.model_.seasons[0].profile[:, 1].any()


def test_too_few_cycles_are_no_season():
    assert SeasonalResidual(period=24).fit(hourly()[: 24 * 3]).model_.seasons == ()


def test_moving_median_follows_a_line_and_ignores_spikes():
    line = np.linspace(0, 100, 1000)[:, None]
    x = line.copy()
    x[::50] += 1e6
    assert np.abs(moving_median(x, 70, 1) - line)[60:-60].max() < 1.5


def test_quantiles_by_phase_are_those_of_the_phase():
    x = np.random.default_rng(0).normal(size=(24 * 300, 2))
    found, count = by_phase(x, 24, (0.05, 0.5))
    assert count == 300
    np.testing.assert_allclose(found[:, 7], np.quantile(x[7::24], (0.05, 0.5), axis=0))


def test_few_cycles_are_pooled_with_neighbouring_phases(monkeypatch):
    from offbeat.preprocess import seasonal

    x = np.random.default_rng(0).normal(size=(160 * 10, 1))
    found, count = by_phase(x, 160, (0.9,))
    assert count == 110
    near = x.reshape(10, 160)[:, np.arange(-5, 6)]
    np.testing.assert_allclose(found[0, 0, 0], np.quantile(near, 0.9))
    monkeypatch.setattr(seasonal, "BATCH", 1000)
    np.testing.assert_array_equal(by_phase(x, 160, (0.9,))[0], found)


def test_misfit_is_the_squared_distance_at_each_phase():
    rng = np.random.default_rng(0)
    pattern = rng.normal(size=(12, 2))
    x = rng.normal(size=(60, 2))
    folded = fold(x, 12)
    np.testing.assert_allclose(folded, x.reshape(5, 12, 2).mean(axis=0))
    centred, shape = folded - folded.mean(axis=0), pattern - pattern.mean(axis=0)
    expected = [((centred - np.roll(shape, -s, axis=0)) ** 2).sum() for s in range(12)]
    np.testing.assert_allclose(misfits(x, pattern), expected)


def test_rows_that_fit_as_well_where_they_are_expected_stay_there():
    x = np.sin(2 * np.pi * np.arange(2400) / 24) + 0.5 * np.random.default_rng(0).normal(size=2400)
    model = SeasonalResidual(period=48).fit(x[:1211])
    assert model.model_.phase(x[1211:, None], None) == 1211
    assert model.model_.phase(x[:1000, None], None) == 0
    assert model.model_.phase(x[7:, None], None) % 24 == 7


@pytest.mark.parametrize("found", [358, 359, 360, 361, 362])
def test_a_period_is_sharpened_on_the_whole_series(found):
    t = np.arange(360 * 40)
    x = np.sin(2 * np.pi * t / 360) + np.random.default_rng(0).normal(size=len(t))
    x[::500] += 1e6
    assert sharpened(x[:, None], found) == 360


@pytest.mark.parametrize(("found", "expected"), [(170, 168), (167, 168), (60, 60)])
def test_a_long_period_is_a_multiple_of_the_short_one(monkeypatch, found, expected):
    from offbeat.preprocess import period

    pair = (period.Period(24, 0.9), period.Period(found, 0.8))
    monkeypatch.setattr(period, "periods", lambda *_, **__: pair)
    assert common_periods(np.zeros((2000, 1))) == [24, expected]
