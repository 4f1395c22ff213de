from __future__ import annotations

import numpy as np
import pytest

from offbeat.core.status import words
from offbeat.core.windows import sliding
from offbeat.detectors.forecast.ar import AR, _lagged_products


def simulated(n=5000, seed=0):
    """x_t = 1.5 x_(t-1) - 0.8 x_(t-2) + e_t, with e of sd 1."""
    noise = np.random.default_rng(seed).normal(size=n)
    x = np.zeros(n)
    for t in range(2, n):
        x[t] = 1.5 * x[t - 1] - 0.8 * x[t - 2] + noise[t]
    return x


@pytest.mark.parametrize(("n", "order"), [(50, 7), (9, 8), (30, 1), (5, 5)])
def test_lagged_products_are_those_of_the_matrix_that_is_never_made(n, order):
    z = np.random.default_rng(1).normal(size=n)
    expected = np.zeros((order + 1, order + 1))
    if n > order:
        lagged = sliding(z, order + 1)[:, ::-1]
        expected = lagged.T @ lagged
    np.testing.assert_allclose(_lagged_products(z, order), expected, atol=1e-12)


def test_coefficients_are_recovered():
    model = AR(order=2).fit(simulated())
    np.testing.assert_allclose(model.coefficients_[:, 0], [1.5, -0.8], atol=0.03)
    assert model.error_scale_[0] * model.scale_[0] == pytest.approx(1, abs=0.05)


def test_score_is_the_error_of_the_forecast():
    x = simulated()
    model = AR(order=2, ridge=0).fit(x)
    a, b = model.coefficients_[:, 0]
    middle = model.centre_[0]
    error = x[2:] - (middle + a * (x[1:-1] - middle) + b * (x[:-2] - middle))
    inside = np.abs(x - middle).max() < 8 * model.scale_[0]
    assert inside, "no input is cut off in this series"
    np.testing.assert_allclose(model.score(x)[2:], np.abs(error) / (model.error_scale_ * model.scale_)[0], rtol=1e-8)


def test_beginning_is_warm_up():
    judged = AR(order=30).fit(simulated()).score_result(simulated(seed=1))
    assert words(judged.status[:31]).tolist() == ["warmup"] * 30 + ["ok"]
    assert np.isnan(AR(order=30).fit(simulated()).score(simulated()[:30])).all()


def test_an_outlier_does_not_ring_on():
    x = simulated(seed=2)
    x[1000] += 1e6
    scores = AR(order=16).fit(simulated()).score(x)
    assert scores[1000] > 1e5
    assert scores[1001:1017].max() < 60
    assert np.median(scores[1017:]) < 1


def test_band_holds_what_is_usual():
    x = simulated()
    band = AR().fit(x).band(x)
    known = np.isfinite(band.expected[:, 0])
    inside = (x >= band.lower[:, 0]) & (x <= band.upper[:, 0])
    assert 0.94 < inside[known].mean() < 0.96
    assert known[128:].all()


def test_order_is_cut_for_short_data():
    assert AR(order=100).fit(np.arange(41.0)).order_ == 10
    assert AR().fit(simulated()).order_ in range(16, 129)
