from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import median_abs_deviation, spearmanr

from offbeat.core.robust import FLOOR, scale_of
from offbeat.core.windows import sliding
from offbeat.detectors.statistical._moving import moving_mean
from offbeat.detectors.statistical.mad import MAD
from offbeat.detectors.statistical.moving_average import MovingAverage
from offbeat.detectors.statistical.moving_rms import MovingRMS
from offbeat.detectors.statistical.spectral_residual import SpectralResidual
from offbeat.detectors.statistical.zscore import ZScore

RNG = np.random.default_rng(0)
X = RNG.normal(5, 3, size=400)


def test_zscore_is_the_formula():
    train, test = X[:300], X[300:]
    np.testing.assert_allclose(ZScore().fit(train).score(test), np.abs(test - train.mean()) / train.std())


def test_moving_zscore_is_the_formula():
    centred = pd.Series(X).rolling(21, center=True, min_periods=1)
    expected = np.abs(X - centred.mean()) / np.maximum(centred.std(ddof=0), 0.1 * X.std())
    np.testing.assert_allclose(ZScore(window=21).fit(X).score(X), expected, rtol=1e-6)


def test_quiet_stretch_is_not_measured_by_itself():
    x = np.concatenate([X, 5 + 1e-3 * X])
    assert ZScore(window=21).fit(x).score(x)[450:].max() < 0.1


def test_mad_is_the_formula():
    train, test = X[:300], X[300:]
    expected = 0.6745 * np.abs(test - np.median(train)) / median_abs_deviation(train)
    np.testing.assert_allclose(MAD().fit(train).score(test), expected, rtol=1e-4)


def test_mad_of_mostly_equal_values_takes_the_mean_deviation():
    train = np.array([0.0] * 80 + [1.0] * 20)
    np.testing.assert_allclose(MAD().fit(train).score([5.0]), 5 / (1.2533 * 0.2))


@given(st.floats(1e-6, 1e6), st.floats(-1e3, 1e3))
@settings(max_examples=25, deadline=None)
def test_scale_is_robust_and_never_zero(factor, offset):
    x = offset + factor * np.concatenate([X, [1e9, -1e9]])[:, None]
    assert scale_of(x, np.median(x, axis=0))[0] == pytest.approx(factor * 3, rel=0.2)
    constant = np.full((10, 1), offset)
    assert scale_of(constant, constant[0])[0] == FLOOR * (abs(offset) or 1.0)


@pytest.mark.parametrize("width", [1, 2, 3, 10, 399, 400])
def test_moving_mean_is_centred_and_cut_at_the_ends(width):
    expected = [X[max(0, i - width // 2 + (width % 2 == 0)) : i + width // 2 + 1].mean() for i in range(len(X))]
    np.testing.assert_allclose(moving_mean(X, width), expected)


def test_moving_average_is_the_distance_from_it():
    rest = np.abs(X - moving_mean(X, 9))
    scores = MovingAverage(window=9).fit(X).score(X)
    np.testing.assert_allclose(scores / scores.max(), rest / rest.max())
    assert np.median(scores) == pytest.approx(0.6745, rel=1e-3)


def test_moving_average_does_not_see_drift():
    drift = np.linspace(0, 1000, 400)
    plain, drifting = (MovingAverage(window=9).fit(x).score(x)[10:-10] for x in (X, X + drift))
    np.testing.assert_allclose(drifting / drifting.max(), plain / plain.max(), rtol=1e-6)


def test_moving_average_band_holds_what_is_usual():
    band = MovingAverage(window=9).fit(X).band(X)
    inside = (band.lower[:, 0] <= X) & (band.upper[:, 0] >= X)
    assert 0.93 < inside.mean() < 0.97
    np.testing.assert_allclose(band.expected[:, 0], moving_mean(X, 9))


@pytest.mark.parametrize("window", [2, 7, 50])
def test_moving_rms_is_the_formula(window):
    z = (X - X.mean()) / X.std()
    first = np.arange(len(z)) - window // 2
    expected = [np.sqrt((z[max(0, i) : i + window] ** 2).mean()) for i in first]
    np.testing.assert_allclose(MovingRMS(window=window).fit(X).score(X), expected, rtol=1e-9)


def test_moving_rms_ranks_like_all_principal_components_of_the_windows():
    from sklearn.decomposition import PCA

    x = np.sin(np.arange(2000) / 7) + 0.3 * np.random.default_rng(1).normal(size=2000)
    x[900:950] *= 2
    windows = sliding(x, 40)
    windows = (windows - windows.mean(axis=0)) / windows.std(axis=0)
    model = PCA().fit(windows)
    energy = (
        np.linalg.norm(windows[:, None, :] - model.components_[None], axis=2) / model.explained_variance_ratio_
    ).sum(axis=1)
    ours = MovingRMS(window=40).fit(x).score(x)[20:-19]
    assert spearmanr(ours, energy).statistic > 0.9


def test_moving_rms_is_exact_after_a_huge_value():
    x = X.copy()
    x[50] = 1e12
    later = MovingRMS(window=7).fit(X).score(x)[60:]
    np.testing.assert_allclose(later, MovingRMS(window=7).fit(X).score(X)[60:], rtol=1e-6)


def _saliency_of_one_block(z):
    """The paper's formulas, one after the other."""
    spectrum = np.fft.fft(z - z.mean())
    log = np.log(np.abs(spectrum))
    log[0] = log[1]
    smooth = np.array([np.mean([log[k - 1], log[k], log[(k + 1) % len(log)]]) for k in range(len(log))])
    bare = spectrum / np.abs(spectrum)
    return np.abs(np.fft.ifft(np.exp(log - smooth) * bare))


def test_spectral_residual_is_the_papers():
    from offbeat.detectors.statistical.spectral_residual import _map

    block = np.random.default_rng(3).normal(size=256)
    expected = _saliency_of_one_block(block - block.mean() + 1e-9)
    assert spearmanr(_map(block[None])[0], expected).statistic > 0.99


def test_spectral_residual_sees_a_spike_anywhere_and_in_any_length():
    for n in (300, 333, 2048, 7001):
        for where in (2, n // 3, n - 3):
            x = np.sin(np.arange(n) / 9) + 0.01 * np.random.default_rng(n).normal(size=n)
            x[where] += 6
            found = int(SpectralResidual().fit(x).score(x).argmax())
            assert abs(found - where) <= 1, f"{n} points, spike at {where}, found at {found}"
