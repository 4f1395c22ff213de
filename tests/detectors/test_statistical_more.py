"""What is special to each of the charts, tests and residuals; the contract is checked elsewhere, for all alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance

import offbeat as ob
from offbeat.core.errors import InputError, ParameterError
from offbeat.core.status import words
from offbeat.detectors.forecast.polynomial import REACH, Polynomial, _weights
from offbeat.detectors.forecast.seasonal_naive import SeasonalNaive
from offbeat.detectors.forecast.var import VAR, _whitening
from offbeat.detectors.statistical._esd import critical, outliers
from offbeat.detectors.statistical.change_point import ChangePoint
from offbeat.detectors.statistical.cusum import CUSUM
from offbeat.detectors.statistical.distribution_shift import DistributionShift
from offbeat.detectors.statistical.ewma import EWMA
from offbeat.detectors.statistical.fft_residual import FFTResidual
from offbeat.detectors.statistical.generalised_esd import GeneralisedESD, _removals
from offbeat.detectors.statistical.iqr import IQR
from offbeat.detectors.statistical.moving_median import MovingMedian
from offbeat.detectors.statistical.seasonal_hybrid_esd import SeasonalHybridESD, _hybrid
from offbeat.detectors.statistical.stl_residual import STLResidual

# fmt: off
ROSNER = np.array([
    -0.25, 0.68, 0.94, 1.15, 1.2, 1.26, 1.26, 1.34, 1.38, 1.43, 1.49, 1.49, 1.55, 1.56, 1.58, 1.65,
    1.69, 1.7, 1.76, 1.77, 1.81, 1.91, 1.94, 1.96, 1.99, 2.06, 2.09, 2.1, 2.14, 2.15, 2.23, 2.24,
    2.26, 2.35, 2.37, 2.4, 2.47, 2.54, 2.62, 2.64, 2.9, 2.92, 2.92, 2.93, 3.21, 3.26, 3.3, 3.59,
    3.68, 4.3, 4.64, 5.34, 5.42, 6.01,
])
# fmt: on
"""The example of Rosner's paper: the largest three are outliers, though the first one or two alone are not."""


def noise(n=600, seed=0):
    return np.random.default_rng(seed).normal(size=n)


# moving median


@pytest.mark.parametrize("local", [False, True])
def test_moving_median_is_the_formula(local):
    x = noise(200).cumsum() + 50
    model = MovingMedian(window=8, local=local).fit(x)
    windows = [x[max(0, i - 4) : i + 5] for i in range(len(x))]
    middle = np.array([np.median(w) for w in windows])
    mad = np.array([np.median(np.abs(w - m)) for w, m in zip(windows, middle, strict=True)])
    usual = 1.4826 * np.median(np.abs(x - middle))
    spread = np.maximum(1.4826 * mad, usual / 2) if local else usual
    np.testing.assert_allclose(model.score(x), np.abs(x - middle) / spread, rtol=1e-9)


def test_moving_median_is_not_moved_by_neighbouring_outliers():
    x = noise()
    x[[299, 300, 302]] += 1e6
    scores = MovingMedian(window=11).fit(noise(seed=1)).score(x)
    assert scores[[299, 300, 302]].min() > 1e5
    assert np.delete(scores, [299, 300, 302]).max() < 8


def test_local_spread_forgives_a_noisy_stretch():
    x = np.where(np.arange(600) < 300, 0.1, 3.0) * noise()
    usual, local = (MovingMedian(window=31, local=own).fit(x).score(x)[300:] for own in (False, True))
    assert np.quantile(usual, 0.9) > 4 > np.quantile(local, 0.9)


def test_moving_median_band_holds_the_usual():
    x = noise(2000)
    band = MovingMedian(window=15).fit(x).band(x)
    inside = (x >= band.lower[:, 0]) & (x <= band.upper[:, 0])
    assert 0.93 < inside.mean() < 0.97


# charts


def test_ewma_is_the_recursion():
    x = noise(100) + 7
    model = EWMA(weight=0.3).fit(x)
    z, expected = 0.0, []
    for t, value in enumerate((x - model.median_[0]) / model.scale_[0], start=1):
        z = 0.3 * value + 0.7 * z
        expected.append(abs(z) / np.sqrt(0.3 / 1.7 * (1 - 0.7 ** (2 * t))))
    np.testing.assert_allclose(model.score(x), expected, rtol=1e-10)


def test_ewma_of_weight_1_is_the_distance_from_the_median():
    x = noise(100)
    np.testing.assert_allclose(EWMA(weight=1.0).fit(x).score(x), ob.detector("mad").fit(x).score(x), rtol=0.1)


def test_ewma_is_as_wide_as_it_says():
    scores = EWMA(weight=0.1).fit(noise(20_000)).score(noise(20_000, seed=1))
    assert np.sqrt(np.mean(scores**2)) == pytest.approx(1, abs=0.05)
    tiny = EWMA(weight=1e-6).fit(noise()).score(noise())
    assert np.isfinite(tiny).all()
    assert tiny.max() < 5, "the first values have lost their digits"


def test_one_outlier_does_not_ring_on_in_a_chart():
    x = noise()
    x[300] = 1e9
    assert EWMA().fit(noise(seed=1)).score(x)[350:].max() < 5
    assert CUSUM(window=20).fit(noise(seed=1)).score(x)[321:].max() < 25


def test_cusum_of_an_unlimited_window_is_pages():
    x = noise(300) + 3
    x[150:] += 0.5
    model = CUSUM(slack=0.25, window=300).fit(x)
    up = down = 0.0
    expected = []
    for z in (x - model.median_[0]) / model.scale_[0]:
        up, down = max(0.0, up + z - 0.25), max(0.0, down - z - 0.25)
        expected.append(max(up, down))
    np.testing.assert_allclose(model.score(x), expected, atol=1e-9)


@pytest.mark.parametrize("window", [1, 2, 7, 8])
def test_cusum_looks_back_no_further_than_its_window(window):
    x = noise(60)
    model = CUSUM(slack=0.1, window=window).fit(x)
    z = (x - model.median_[0]) / model.scale_[0]
    expected = [
        max(
            0.0,
            *(
                side * z[s : t + 1].sum() - 0.1 * (t + 1 - s)
                for side in (1, -1)
                for s in range(max(0, t + 1 - window), t + 1)
            ),
        )
        for t in range(len(z))
    ]
    np.testing.assert_allclose(model.score(x), expected, atol=1e-9)


def test_a_shift_that_has_passed_is_forgotten_by_cusum():
    x = noise()
    x[200:300] += 5
    scores = CUSUM(window=30).fit(noise(seed=1)).score(x)
    assert scores[210:300].min() > 30
    assert scores[331:].max() < 20


# fences and tests


def test_iqr_measures_each_side_from_its_own_quartile():
    x = np.random.default_rng(0).exponential(size=5000)
    low, high = np.quantile(x, (0.25, 0.75))
    scores = IQR().fit(x).score([low - 2 * (high - low), (low + high) / 2, high + 3 * (high - low)])
    np.testing.assert_allclose(scores, [2, 0, 3], atol=1e-9)


def test_iqr_of_counts_that_are_mostly_0():
    x = np.zeros(1000)
    x[::10] = 1
    scores = IQR().fit(x).score([0, 1, 5])
    assert scores[0] == 0
    assert 1 < scores[1] < scores[2] < 100


def test_critical_values_are_those_of_rosners_table():
    np.testing.assert_allclose(critical(54, np.arange(10.0))[[0, 2, 4, 9]], [3.158, 3.143, 3.128, 3.085], atol=1.1e-3)


def test_outliers_are_counted_up_to_the_last_that_is_significant():
    assert outliers(np.array([3.118, 2.942, 3.179, 2.81, 2.815]), 54) == 3
    assert outliers(np.array([3.0, 2.9]), 54) == 0
    assert outliers(np.array([]), 54) == 0


def test_generalised_esd_finds_rosners_three_outliers():
    low, statistics = _removals(np.sort(ROSNER), 5)
    np.testing.assert_allclose(statistics, [3.118, 2.942, 3.179, 2.810, 2.815], atol=6e-3)
    assert not low[:3].any()
    model = GeneralisedESD().fit(ROSNER)
    assert np.flatnonzero(model.score(ROSNER) > 1).tolist() == [51, 52, 53]
    assert model.mean_[0] == pytest.approx(ROSNER[:-3].mean())
    assert model.sd_[0] == pytest.approx(ROSNER[:-3].std(ddof=1))


@settings(max_examples=60, deadline=None)
# whole numbers: of values that differ by 1e-8 of what was removed, no digit is left
@given(st.lists(st.integers(-1000, 1000).map(float), min_size=10, max_size=40, unique=True), st.integers(1, 5))
def test_removals_are_those_of_one_after_the_other(values, most):
    ordered = np.sort(values)
    left, expected = list(ordered), []
    for _ in range(most):
        away = np.abs(np.array(left) - np.mean(left))
        expected.append(away.max() / np.std(left, ddof=1))
        left.pop(int(away.argmax()))
    np.testing.assert_allclose(_removals(ordered, most)[1], expected, rtol=1e-6, atol=1e-6)


def test_generalised_esd_keeps_its_digits_far_from_zero():
    x = noise()
    x[[10, 20]] += 12
    near, far = GeneralisedESD().fit(x).score(x), GeneralisedESD().fit(x + 1e9).score(x + 1e9)
    np.testing.assert_allclose(far, near, rtol=1e-4, atol=1e-6)


def test_many_equal_outliers_do_not_hide_one_another():
    x = noise(1000)
    x[100:160] += 30
    assert ob.detector("zscore").fit(x).score(x)[100:160].max() < 6
    assert GeneralisedESD().fit(x).score(x)[100:160].min() > 5


def test_hybrid_spread_is_that_of_what_is_left():
    away = np.sort(np.abs(np.concatenate([noise(950), np.full(50, 40.0)])))
    spread, limit = _hybrid(away)
    assert spread == pytest.approx(1.4826 * np.median(away[:950]), rel=0.02)
    assert 3.5 < limit < 4.5
    assert _hybrid(np.zeros(2)) == (0.0, 1.0)


def test_seasonal_hybrid_esd_judges_by_the_noise_of_the_whole():
    hours = np.arange(24 * 60)
    still = hours % 24 < 8
    season = 10 * np.sin(2 * np.pi * hours / 24)
    x = season + np.where(still, 0.6, 1.0) * noise(len(hours))
    night, noon = 24 * 30 + 4, 24 * 30 + 16
    x[[night, noon]] = season[[night, noon]] + 6
    scores = SeasonalHybridESD(period=24).fit(x).score(x)
    assert scores[[night, noon]].min() > 1
    assert scores[night] == pytest.approx(scores[noon], rel=0.3)
    assert (np.delete(scores, [night, noon]) > 1).mean() < 0.01
    by_phase = ob.detector("seasonal_residual", period=24).fit(x).score(x)
    assert by_phase[night] > 1.3 * by_phase[noon]


def test_stl_follows_a_season_that_grows():
    t = np.arange(24 * 60)
    pure = (1 + t / 300) * np.sin(2 * np.pi * t / 24) + 0.003 * t
    x = pure + 0.1 * noise(len(t))
    growing, fixed = (
        ob.detector(name, period=24).fit(x).band(x).expected[:, 0] for name in ("stl_residual", "seasonal_residual")
    )
    inner = slice(24 * 4, -24 * 4)
    assert np.abs(growing - pure)[inner].mean() < 0.1
    assert np.abs(growing - pure)[inner].mean() < 0.2 * np.abs(fixed - pure)[inner].mean()


def test_stl_does_not_learn_one_odd_cycle():
    t = np.arange(24 * 40)
    x = np.sin(2 * np.pi * t / 24) + 0.1 * noise(len(t))
    odd = slice(24 * 20, 24 * 21)
    x[odd] *= -1
    model = STLResidual().fit(x)
    assert model.period_ == 24
    assert np.median(model.score(x)[odd]) > 5
    assert np.median(model.score(x)[24 * 21 : 24 * 23]) < 1.5


def test_stl_does_not_judge_fewer_cycles_than_it_compares():
    x = np.tile(noise(24), 30) + 0.1 * noise(720, seed=1)
    model = STLResidual(period=24).fit(x)
    assert np.isnan(model.score(x[: 24 * 7 - 1])).all()
    assert np.isfinite(model.score(x[: 24 * 7 + 5])).all()


# harmonics, changes


def test_harmonics_are_explained():
    n = 512
    t = (np.arange(n) + 0.5) * np.pi / n
    x = 3 * np.cos(12 * t) + np.cos(40 * t)
    few, enough = (FFTResidual(harmonics=k).fit(x) for k in (1, 3))
    assert np.abs(enough.band(x).expected[:, 0] - x).max() < 1e-9
    assert np.abs(few.band(x).expected[:, 0] - x).max() > 0.5


def test_more_harmonics_than_points():
    x = noise(20)
    assert np.isfinite(FFTResidual(harmonics=1000).fit(x).score(x)).all()


def test_a_change_surprises_once():
    x = noise(800)
    x[400:] += 8
    scores = ChangePoint(recent=1).fit(noise(seed=1)).score(x)
    assert int(scores.argmax()) == 400
    assert np.median(scores[420:]) < 1.5 * np.median(scores[200:400])
    recent = ChangePoint(recent=10).fit(noise(seed=1)).score(x)
    np.testing.assert_allclose(recent[409], np.sqrt(np.mean(scores[400:410] ** 2)))


def test_a_change_of_spread_surprises():
    x = noise(800)
    x[400:430] *= 6
    scores = ChangePoint().fit(noise(seed=1)).score(x)
    assert 400 < int(scores.argmax()) < 440


def test_shift_is_nearly_the_wasserstein_distance():
    x = noise(400)
    x[200:] = 3 * x[200:] + 1
    model = DistributionShift(window=100).fit(x)
    scores = model.score(x) * model.scale_[0]
    for t in (180, 200, 220, 240):
        true = wasserstein_distance(x[t - 100 : t], x[t : t + 100])
        assert 0.75 * true < scores[t] < 1.1 * true
    assert scores.argmax() in range(185, 216)


def test_a_shift_beyond_all_training_values_is_measured_in_full():
    x = noise(400)
    x[200:] += 40
    model = DistributionShift(window=50).fit(noise(seed=1))
    assert model.score(x)[200] * model.scale_[0] == pytest.approx(40, abs=1)


def test_ends_are_no_shifts():
    x = np.sin(2 * np.pi * np.arange(1000) / 50)
    scores = DistributionShift(window=50).fit(x).score(x)
    assert scores.max() < 0.1
    assert DistributionShift(window=50).fit(x).score(x[:60]).shape == (60,)


# forecasts


def test_seasonal_naive_error_is_that_to_the_value_one_period_before():
    x = noise(200)
    model = SeasonalNaive(period=12).fit(x)
    error = np.abs(x[12:] - x[:-12])
    np.testing.assert_allclose(model.score(x)[12:], error / (1.4826 * np.median(error)), rtol=1e-9)
    band = model.band(x)
    np.testing.assert_allclose(band.expected[12:, 0], x[:-12], atol=1e-9)
    assert 0.9 < ((x >= band.lower[:, 0]) & (x <= band.upper[:, 0]))[12:].mean() < 0.97


def test_seasonal_naive_finds_its_period_and_warms_up():
    x = np.tile(noise(24), 40) + 0.1 * noise(960, seed=1)
    model = SeasonalNaive().fit(x)
    assert model.period_ == 24
    assert words(model.score_result(x).status[:25]).tolist() == ["warmup"] * 24 + ["ok"]
    assert SeasonalNaive().fit(noise()).period_ == 1


def test_period_longer_than_the_series_leaves_nothing_to_judge():
    judged = SeasonalNaive(period=500).fit_score(noise(100))
    assert (words(judged.status) == "warmup").all()


@pytest.mark.parametrize(("window", "degree"), [(1, 4), (8, 2), (32, 4), (33, 9), (5, 0)])
def test_polynomials_are_reproduced_without_their_middle(window, degree):
    weights = _weights(window, degree)
    half = window // 2
    t = np.arange(len(weights)) - len(weights) // 2
    assert len(weights) == 2 * (half + REACH * window) + 1
    assert not weights[np.abs(t) <= half].any(), "the point's own window was read"
    exact = min(degree, 2 * REACH * window - 1)
    unit = t / t[-1]
    np.testing.assert_allclose([weights @ unit**k for k in range(exact + 1)], [1, *[0] * exact], atol=1e-9)


def test_polynomial_follows_what_is_slow():
    t = np.linspace(-1, 1, 1000)
    slow = 5 * t**3 - 3 * t
    x = slow + 0.01 * noise(1000)
    model = Polynomial(window=16).fit(x)
    expected = model.band(x).expected[:, 0]
    assert np.abs(expected - slow)[80:-80].max() < 0.03
    x[500:516] += 0.2
    assert int(Polynomial(window=16).fit(x).score(x).argmax()) in range(500, 516)


def test_polynomial_window_is_not_bent_by_its_own_points():
    x = noise(400)
    bent = x.copy()
    bent[200:208] += 5
    plain, moved = (Polynomial(window=17).fit(x).band(v).expected[:, 0] for v in (x, bent))
    np.testing.assert_allclose(plain[[203, 204]], moved[[203, 204]], atol=1e-9)


def test_polynomial_says_when_there_are_too_few_points():
    with pytest.raises(InputError, match="10 points with window=32"):
        Polynomial().fit(noise(10))
    with pytest.raises(ParameterError, match="degree=10"):
        Polynomial(degree=10)


def simulated(n=4000, seed=0):
    """Two channels: x follows its own past, y follows the past of x."""
    e = np.random.default_rng(seed).normal(size=(n, 2))
    z = np.zeros((n, 2))
    for t in range(1, n):
        z[t] = 0.6 * z[t - 1, 0] + e[t, 0], 0.9 * z[t - 1, 0] + 0.3 * e[t, 1]
    return z


def test_var_recovers_who_drives_whom():
    x = simulated()
    model = VAR(order=1, ridge=0).fit(x)
    matrix = model.coefficients_[:2] * model.scale_ / model.scale_[:, None]
    np.testing.assert_allclose(matrix, [[0.6, 0.9], [0, 0]], atol=0.04)
    assert np.sqrt(np.mean(model.score(x)[1:] ** 2)) == pytest.approx(1, abs=0.1)


def test_var_sees_a_channel_that_leaves_its_driver():
    x = simulated(seed=1)
    x[2000:2010, 1] = x[1000:1010, 1]
    train = simulated()
    joint, alone = (ob.detector(name).fit(train).score(x) for name in ("var", "ar"))
    usual = np.ones(len(x), dtype=bool)
    usual[:200] = usual[1990:2030] = False
    assert joint[2000:2010].max() > 1.3 * joint[usual].max()
    assert alone[2000:2010].max() < alone[usual].max()


def test_var_with_duplicate_and_with_constant_channels():
    one = noise()
    x = np.column_stack([one, one, np.full(len(one), 3.0)])
    model = VAR().fit(x)
    scores = model.score(x)[3:]
    assert np.isfinite(scores).all()
    x[300, 2] += 1e-3
    x[400, 1] += 2
    moved = model.score(x)
    assert moved[300] > 1e4
    assert moved[400] > 1.5 * np.delete(moved[3:], [297, 298, 299, 300, *range(397, 401)]).max()


def test_more_channels_than_rows():
    x = np.random.default_rng(0).normal(size=(12, 30))
    assert np.isfinite(VAR().fit(x).score(x)[3:]).all()


def test_whitening_makes_errors_unit_and_uncorrelated():
    rng = np.random.default_rng(0)
    error = rng.normal(size=(5000, 2)) @ np.array([[1.0, 0.5], [0.0, 0.6]])
    error /= error.std(axis=0)
    white = error @ _whitening(error)
    correlation = white.T @ white / len(white)
    np.testing.assert_allclose(correlation, np.eye(2), atol=0.08)
    np.testing.assert_allclose(_whitening(np.zeros((0, 2))), np.eye(2), atol=1e-12)


def test_var_reads_each_lag_by_itself():
    e = noise(4000)
    x = np.zeros((4000, 1))
    for t in range(2, 4000):
        x[t] = -0.8 * x[t - 2] + e[t]
    np.testing.assert_allclose(VAR(order=2, ridge=0).fit(x).coefficients_[:2, 0], [0, -0.8], atol=0.04)


def test_var_holds_down_slopes_and_not_the_level():
    x = np.random.default_rng(0).exponential(size=3000)
    model = VAR(ridge=1.0).fit(x)
    error = (x - model.band(x).expected[:, 0])[3:] / model.scale_[0]
    assert abs(error[np.abs(x[3:] - np.median(x)) < 8 * model.scale_[0]].mean()) < 0.02


# all that expect something


@pytest.mark.parametrize(
    "name", ["fft_residual", "stl_residual", "polynomial", "seasonal_naive", "moving_median", "var"]
)
def test_one_outlier_does_not_ring_on(name):
    t = np.arange(1200)
    x = np.sin(2 * np.pi * t / 40) + 0.1 * noise(1200)
    model = ob.detector(name).fit(x)
    usual = np.nanmax(model.score(x))
    x[600] = 1e7
    scores = model.score(x)
    assert scores[600] > 1e5
    echo = np.delete(np.arange(1200), np.arange(600 - 40, 600 + 40))
    assert np.nanmax(scores[echo]) < 25 * usual


def test_noise_of_a_stretch_is_that_of_the_differences():
    assert ChangePoint().fit(noise(5000)).noise_[0] == pytest.approx(1, abs=0.05)
    slow = 5 * np.sin(np.arange(5000) / 300)
    model = ChangePoint().fit(slow + noise(5000))
    assert model.noise_[0] * model.scale_[0] == pytest.approx(1, abs=0.05)


def test_shift_is_the_same_upside_down():
    x = noise(400)
    x[200:] += 1
    up, down = (DistributionShift(window=40).fit(v).score(v) for v in (x, -x))
    np.testing.assert_allclose(up, down, rtol=1e-6, atol=1e-9)
