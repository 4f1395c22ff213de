from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest
from scipy.stats import spearmanr

import offbeat as ob
from offbeat.core.errors import MissingExtraError, ParameterError
from offbeat.core.modelfile import load
from offbeat.core.robust import clipped
from offbeat.core.threads import one_thread
from offbeat.detectors.forecast import _statsforecast, auto_arima, auto_ets, gradient_boosting, theta
from offbeat.detectors.forecast._smoothing import Smoother, _in_phase
from offbeat.kernels.innovations import regressed, smoothed
from offbeat.testing.material import base, planted

STATSFORECAST = ("auto_arima", "auto_ets", "theta", "mstl")


def seasonal(n=600, season=12, seed=0, noise=0.3):
    """A season, a slow walk and noise, shape (n,)."""
    rng = np.random.default_rng(seed)
    profile = np.random.default_rng(99).normal(size=season)
    return np.resize(profile, n) + 0.05 * rng.normal(size=n).cumsum() + noise * rng.normal(size=n)


def quietly(model, x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(x)


@pytest.mark.parametrize("form", ["ANN", "AAN", "ANA", "AAA"])
@pytest.mark.parametrize("damped", [False, True])
def test_ets_expects_what_statsforecast_does(form, damped):
    """From the same start, the recursion gives the library's own fitted values."""
    from statsforecast.models import AutoETS

    x = seasonal(240)
    model = quietly(AutoETS(season_length=12, model=form, damped=damped and form[1] == "A"), x).model_
    smoother = auto_ets.smoother_of(model)
    start = model["par"][4:]
    sloping = form[1] == "A"
    season = start[1 + sloping :][::-1].copy()
    expected = np.empty(len(x))
    weights = np.array([smoother.alpha, smoother.beta, smoother.phi, smoother.drift])
    lengths = np.array([len(season)] if len(season) else [], dtype=np.int64)
    smoothed(x, start[0], start[1] if sloping else 0.0, weights, np.array(smoother.gammas), lengths, season, expected)
    np.testing.assert_allclose(expected, model["fitted"], rtol=1e-6, atol=1e-8)
    if form[2] == "A":
        # and it ends with the season that the library ends with
        np.testing.assert_allclose(np.roll(season, -len(x) % 12), smoother.profiles[0], atol=1e-8)


@pytest.mark.parametrize("season", [1, 12])
def test_arima_expects_what_statsforecast_does(season):
    from statsforecast.models import AutoARIMA

    x = seasonal(400) + 0.01 * np.arange(400)
    model = quietly(AutoARIMA(season_length=season, method="CSS", max_p=2, max_q=2, nmodels=10), x).model_
    arma = auto_arima.arma_of(model)
    errors = (x - arma.expected(x))[arma.warmup :]
    np.testing.assert_allclose(errors, model["residuals"][arma.warmup :], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("order", "seasonal_order", "mean"),
    [((1, 0, 1), (0, 0, 0), True), ((0, 1, 1), (0, 0, 0), True), ((1, 0, 0), (0, 1, 1), True)],
)
def test_mean_and_drift_are_part_of_the_constant(order, seasonal_order, mean):
    from statsforecast.arima import Arima

    x = 5 + seasonal(400) + 0.05 * np.arange(400)
    where = {"order": seasonal_order, "period": 12}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = Arima(x, order=order, seasonal=where, include_constant=mean, method="CSS")
    assert {"intercept", "drift"} & set(model["coef"])
    arma = auto_arima.arma_of(model)
    surprises, expected = np.zeros(400), np.full(400, np.nan)
    regressed(x, arma.constant, arma.ar, arma.ar_lags, arma.ma, arma.ma_lags, surprises, expected)
    rest = (x - expected)[arma.warmup + 30 :]
    np.testing.assert_allclose(rest, model["residuals"][arma.warmup + 30 :], rtol=1e-3, atol=1e-3)


def test_theta_expects_what_statsforecast_does():
    """Once the start is forgotten, the method is smoothing with a drift."""
    from statsforecast.models import OptimizedTheta

    x = np.random.default_rng(5).normal(0.05, 1, size=500).cumsum() + np.random.default_rng(6).normal(size=500)
    model = quietly(OptimizedTheta(season_length=1), x).model_
    smoother = theta.smoother_of(model)
    assert smoother.drift != 0
    np.testing.assert_allclose((x - smoother.expected(x))[100:], model["residuals"][100:], rtol=0.1, atol=0.02)


@pytest.mark.parametrize("name", ["auto_arima", "auto_ets"])
def test_new_data_are_judged_as_statsforecast_s_forward_does(name):
    from statsforecast import models

    kind, options = {
        "auto_arima": ("AutoARIMA", {"method": "CSS", "approximation": True, "max_p": 3, "max_q": 3, "nmodels": 20}),
        "auto_ets": ("AutoETS", {"model": "AZZ"}),
    }[name]
    options = options if name == "auto_ets" else {**options, "max_P": 1, "max_Q": 1}
    train, new = seasonal(400), seasonal(400, seed=1)
    detector = ob.detector(name, season=12).fit(train)
    z = (train - detector.centre_[0]) / detector.scale_[0]
    model = quietly(getattr(models, kind)(season_length=12, **options), clipped(z))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model.forward((new - detector.centre_[0]) / detector.scale_[0], h=1, fitted=True)["fitted"]
    theirs = np.abs((new - detector.centre_[0]) / detector.scale_[0] - fitted)[60:]
    assert spearmanr(theirs, detector.score(new)[60:]).statistic > 0.99


@pytest.mark.parametrize("name", ["auto_ets", "theta", "mstl", "auto_arima"])
def test_the_season_is_found_and_its_phase_in_new_data(name):
    train = seasonal(600)
    detector = ob.detector(name).fit(train)
    assert 12 in (detector.seasons_ if name == "mstl" else [detector.season_])
    for shift in (0, 5):
        scores = detector.score(seasonal(500, seed=2)[shift:])
        assert np.nanmedian(scores) < 1.5, f"shifted by {shift}, everything is a surprise"
        assert np.isnan(scores).sum() <= 40


@pytest.mark.parametrize("name", [*STATSFORECAST, "gradient_boosting"])
def test_an_outlier_does_not_ring_on(name):
    """What follows a spike of 100 standard deviations is judged nearly as if it had not been, one season on too."""
    train, x = seasonal(800), seasonal(800, seed=3)
    bad = x.copy()
    bad[400] += 100
    detector = ob.detector(name).fit(train)
    change = np.abs(detector.score(bad) - detector.score(x))
    assert change[400] > 50
    assert np.nanmax(change[401:]) < change[400] / 5, "the outlier rings on"


@pytest.mark.parametrize("name", STATSFORECAST)
def test_without_the_extra_the_command_to_type_is_said(name, monkeypatch, tmp_path):
    fitted = ob.detector(name, train=100, season=1).fit(seasonal(200))
    fitted.save(tmp_path / "model")
    scores = fitted.score(seasonal(150))
    for module in ("statsforecast", "statsforecast.models"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"^{name} needs the \[forecast\] extra: pip install '[^']*'$"):
        ob.detector(name).fit(seasonal(200))
    np.testing.assert_array_equal(load(tmp_path / "model").score(seasonal(150)), scores)


@pytest.mark.parametrize("name", STATSFORECAST)
def test_where_nothing_can_be_fitted_the_last_value_is_expected(name):
    x = np.zeros(3000)
    x[:300] = np.random.default_rng(0).normal(size=300)
    x[2500] = 1.0
    detector = ob.detector(name, season=1).fit(x[:2400])
    scores = detector.score(x[2400:])
    assert scores[100] == np.nanmax(scores) > 0
    assert np.nanmax(scores[:100]) == 0
    assert np.isfinite(ob.detector(name).fit(x[:30]).score(x[:100])[40:]).all()


def test_a_fit_that_fails_is_no_failure():
    def fails():
        raise RuntimeError("no luck")

    assert _statsforecast.fitted_or_none("x", fails, seasonal()) is None
    assert _statsforecast.fitted_or_none("x", lambda: 3, seasonal(10)) is None
    assert _statsforecast.fitted_or_none("x", lambda: 3, np.full(900, 0.5)) is None
    assert _statsforecast.fitted_or_none("x", lambda: 3, seasonal()) == 3


@pytest.mark.parametrize("name", ["auto_arima", "auto_ets"])
def test_a_season_that_is_too_long_is_refused(name):
    with pytest.raises(ParameterError, match=f"{name}: season=99 is not allowed"):
        ob.detector(name, season=99)


def test_many_channels_are_fitted_on_fewer_points():
    z = np.zeros((5000, 16))
    assert {len(part) for part in _statsforecast.recent(z, 2000)} == {500}
    assert {len(part) for part in _statsforecast.recent(z[:, :4], 2000)} == {2000}
    assert {len(part) for part in _statsforecast.recent(np.zeros((5000, 64)), 2000)} == {250}
    assert {len(part) for part in _statsforecast.recent(np.zeros((80, 64)), 2000)} == {80}


def test_the_phase_is_that_of_the_head():
    profile = np.random.default_rng(0).normal(size=9)
    for turn in range(9):
        head = np.resize(np.roll(profile, turn), 20)
        np.testing.assert_allclose(_in_phase(profile, head), np.roll(profile, turn))


def test_no_smoother_knows_the_warm_up():
    smoother = Smoother(profiles=(np.arange(12.0),), gammas=(0.1,))
    expected = smoother.expected(seasonal(100))
    assert np.isnan(expected[:12]).all()
    assert np.isfinite(expected[12:]).all()
    assert np.isnan(smoother.expected(seasonal(12))).all()


def test_two_seasons():
    t = np.arange(24 * 7 * 12)
    x = np.sin(2 * np.pi * t / 24) + 1.5 * (t // 24 % 7 >= 5) + 0.1 * np.random.default_rng(0).normal(size=len(t))
    at = 24 * 7 * 9 + 40
    x[at : at + 12] += 1.5
    detector = ob.detector("mstl").fit(x[: 24 * 7 * 8])
    assert detector.seasons_ == [24, 168]
    scores = detector.score(x)
    assert at <= np.nanargmax(scores) < at + 12
    assert np.nanquantile(scores, 0.99) < 5, "the weekends are surprises"


def test_boosted_trees_are_those_of_scikit_learn():
    from sklearn.ensemble import HistGradientBoostingRegressor

    x = np.column_stack([seasonal(900), seasonal(900, seed=4)])
    detector = gradient_boosting.GradientBoosting(reach=24, trees=30).fit(x)
    z = clipped((x - detector.centre_) / detector.scale_).astype(np.float32)
    at = np.arange(24, 900)
    for channel in range(2):
        table = z[at[:, None] - detector.lags_, channel]
        model = HistGradientBoostingRegressor(
            max_iter=30, max_leaf_nodes=15, max_depth=6, early_stopping=True, random_state=0
        )
        with one_thread():
            model.fit(table, z[at, channel])
        expected = detector._expected((x - detector.centre_) / detector.scale_)[24:, channel]
        np.testing.assert_allclose(expected, model.predict(table), atol=1e-6)


def test_boosted_trees_find_what_no_linear_forecast_can():
    """A logistic map is noise to a linear model, and a rule to trees."""
    x = np.empty(3000)
    x[0] = 0.3
    for t in range(1, 3000):
        x[t] = 3.9 * x[t - 1] * (1 - x[t - 1])
    x[2500] = 0.5
    x[2501:] = x[1:500]
    scores = gradient_boosting.GradientBoosting().fit(x[:2000]).score(x)
    linear = ob.detector("ar").fit(x[:2000]).score(x)
    assert np.isin(np.argsort(np.nan_to_num(scores))[-3:], (2500, 2501)).any()
    assert np.nanargmax(scores) in (2500, 2501)
    assert np.nanargmax(linear) not in (2500, 2501)


def test_lags_are_the_latest_and_ever_fewer():
    for reach in (1, 2, 3, 8, 16, 100, 256):
        lags = gradient_boosting._lags(reach)
        assert lags[0] == 1
        assert lags[-1] == reach
        assert len(lags) <= 27
        assert (np.diff(lags) > 0).all()
    np.testing.assert_array_equal(gradient_boosting._lags(100)[:8], np.arange(1, 9))


def test_boosted_trees_of_too_few_points_are_the_median():
    x = seasonal(30)
    detector = gradient_boosting.GradientBoosting(reach=5).fit(x)
    band = detector.band(x)
    np.testing.assert_allclose(band.expected[5:, 0], np.median(x), atol=1e-6)


@pytest.mark.parametrize("name", [*STATSFORECAST, "gradient_boosting"])
def test_a_spike_with_the_defaults(name):
    x, at = planted("spike", 1500)
    detector = ob.detector(name).fit(base(1500, seed=9))
    assert np.nanargmax(detector.score(x)) == at.start
    band = detector.band(x)
    assert not band.lower[at.start, 0] <= x[at.start, 0] <= band.upper[at.start, 0]
