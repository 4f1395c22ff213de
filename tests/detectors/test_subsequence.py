"""What is special to the detectors that compare subsequences; what all detectors share is in the contract suite."""

from __future__ import annotations

import numpy as np
import pytest

from offbeat.core.series import Floats
from offbeat.detectors.subsequence import knn
from offbeat.detectors.subsequence.knn import BLOCKS, KNN
from offbeat.detectors.subsequence.matrix_profile import MatrixProfile


def wave(n: int = 3000, seed: int = 0) -> Floats:
    return np.sin(np.arange(n) / 5) + 0.05 * np.random.default_rng(seed).standard_normal(n)


def windows(x: Floats, width: int) -> Floats:
    return np.lib.stride_tricks.sliding_window_view(x, width)


def profile(x: Floats, other: Floats, width: int, apart: int) -> Floats:
    """The matrix profile, all pairs written out."""
    a, b = (windows(part, width) for part in (x, other))
    za, zb = (
        np.divide(
            w - w.mean(axis=1, keepdims=True),
            w.std(axis=1, keepdims=True),
            where=np.ptp(w, axis=1, keepdims=True) > 0,
            out=np.zeros(w.shape),
        )
        for w in (a, b)
    )
    distance = np.sqrt(((za[:, None, :] - zb[None, :, :]) ** 2).sum(axis=2))
    rows, columns = np.ogrid[: len(za), : len(zb)]
    return np.where(abs(rows - columns) < apart, np.inf, distance).min(axis=1)


@pytest.mark.parametrize("normalise", ["mean", "soft", "none"])
def test_knn_is_the_root_mean_square_distance_in_robust_deviations(normalise: str) -> None:
    x = wave(300)
    new = wave(80, seed=1)
    fitted = KNN(window=10, k=1, normalise=normalise).fit(x)
    middle = np.median(x)
    scale = 1.4826 * np.median(abs(x - middle))
    a, b = (windows((part - middle) / scale, 10) for part in (new, x))
    if normalise != "none":
        a, b = (w - w.mean(axis=1, keepdims=True) for w in (a, b))
    if normalise == "soft":
        usual = np.median(b.std(axis=1))
        a, b = (w / (w.std(axis=1, keepdims=True) + usual / 2) for w in (a, b))
    expected = np.sqrt(((a[:, None] - b[None]) ** 2).mean(axis=2).min(axis=1))
    np.testing.assert_allclose(fitted._score(new[:, None])[:, 0], expected, rtol=1e-4, atol=1e-4)


def test_knn_does_not_compare_a_window_with_itself_or_what_it_overlaps() -> None:
    x = wave()
    own = KNN(window=20).fit_score(x).scores
    assert own.min() > 0.01
    longer = KNN(window=20).fit_score(np.concatenate([x, wave(50, seed=5)]), train=len(x)).scores
    np.testing.assert_allclose(longer[:2900], own[:2900], rtol=1e-4)
    shifted = KNN(window=20, k=1).fit(x).score(x[100:])
    assert shifted.max() < 2e-3


def test_knn_does_not_let_one_twin_hide_another() -> None:
    x = wave(4000)
    blip = np.hanning(20)
    for at in (700, 3339):  # 84 periods apart
        x[at : at + 20] += blip
    kept = KNN(window=24, k=3).fit_score(x).scores
    hidden = KNN(window=24, k=1).fit_score(x).scores
    away = np.ones(len(x), dtype=bool)
    away[650:770] = away[3289:3409] = False
    for at in (700, 3339):  # 84 periods apart
        assert kept[at : at + 20].max() > 2 * kept[away].max()
        assert hidden[at : at + 20].max() < 1.5 * hidden[away].max()


def test_knn_keeps_no_more_windows_than_the_bank_holds() -> None:
    fitted = KNN(window=16, bank=800).fit(wave(20_000))
    blocks, length, channels = fitted.blocks_.shape
    assert (blocks, channels) == (BLOCKS, 1)
    assert blocks * (length - 16 + 1) == 800
    assert fitted.starts_[0] == 0
    assert fitted.starts_[-1] + length == 20_000
    whole = KNN(window=16).fit(wave(3000))
    assert whole.starts_[-1] + whole.blocks_.shape[1] == 3000
    assert (np.diff(whole.starts_) <= whole.blocks_.shape[1] - 15).all()


def test_knn_makes_the_bank_smaller_rather_than_the_wait_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knn, "PAIRS", 20_000 * 4000)
    for n, bank in ((10_000, 8000), (19_999, 4000), (200_000, 2048)):
        fitted = KNN(window=2).fit(wave(n))
        assert abs(fitted.blocks_.shape[0] * (fitted.blocks_.shape[1] - 1) - bank) < BLOCKS
    channels = np.column_stack([wave(10_000)] * 4)
    assert abs(KNN(window=2).fit(channels).blocks_.shape[1] - 1 - 2048 // BLOCKS) < 2
    assert KNN(window=2, bank=100).fit(wave(200_000)).blocks_.shape == (BLOCKS, 100 // BLOCKS + 1, 1)


def test_knn_on_long_windows_is_knn_on_averages() -> None:
    x = wave(4000)
    means = x.reshape(-1, 4).mean(axis=1)
    coarse = KNN(window=40, detail=10).fit(x)
    fine = KNN(window=10, detail=10).fit(means)
    a = coarse._score_trained(x[:, None])[:, 0] * coarse.scale_.width
    b = fine._score_trained(means[:, None])[:, 0] * fine.scale_.width
    np.testing.assert_allclose(a, np.repeat(b, 4)[: 4000 - 40 + 1], rtol=1e-3)


def test_knn_averages_long_windows_down_and_finds_the_same() -> None:
    x = np.sin(np.arange(20_000) / 50) + 0.05 * np.random.default_rng(0).standard_normal(20_000)
    x[12_000:12_100] *= 0.3
    coarse, fine = (KNN(window=314, detail=detail).fit(x) for detail in (32, 1000))
    assert (coarse.step_, fine.step_) == (9, 1)
    peaks = [int(detector.score(x).argmax()) for detector in (coarse, fine)]
    assert all(11_900 < peak < 12_200 for peak in peaks)


@pytest.mark.parametrize("kind", [KNN, MatrixProfile])
def test_channels_are_scored_each_for_itself(kind: type[KNN | MatrixProfile]) -> None:
    x = np.column_stack([wave(seed=1), 1000 * wave(seed=2)])
    together = kind(window=20).fit(x)._score(x)
    for channel in range(2):
        alone = x[:, channel : channel + 1]
        np.testing.assert_allclose(together[:, channel], kind(window=20).fit(alone)._score(alone)[:, 0], rtol=1e-9)


@pytest.mark.parametrize("kind", [KNN, MatrixProfile])
def test_a_large_offset_costs_few_digits(kind: type[KNN | MatrixProfile]) -> None:
    x = wave()
    np.testing.assert_allclose(
        kind(window=20).fit_score(x + 1e9).scores, kind(window=20).fit_score(x).scores, rtol=1e-4
    )


@pytest.mark.parametrize("kind", [KNN, MatrixProfile])
@pytest.mark.parametrize("huge", [1e9, 1e300])
def test_one_absurd_value_does_not_spoil_the_rest(kind: type[KNN | MatrixProfile], huge: float) -> None:
    x = wave()
    usual = kind(window=20).fit_score(x).scores
    x[1500] = huge
    scores = kind(window=20).fit_score(x).scores
    away = abs(np.arange(len(x)) - 1500) > 200
    assert np.median(abs(scores - usual)[away]) < 0.01 * np.median(usual)
    assert scores[away].max() < 1.3 * usual.max()


@pytest.mark.parametrize("kind", [KNN, MatrixProfile])
@pytest.mark.parametrize("n", range(3, 12))
def test_short_series_are_judged_wherever_two_windows_fit(kind: type[KNN | MatrixProfile], n: int) -> None:
    x = np.random.default_rng(n).standard_normal(n)
    scores = kind(window=3).fit_score(x).scores
    assert np.isfinite(scores).all() == (n > 3)


@pytest.mark.parametrize("width", [3, 8, 25])
def test_matrix_profile_equals_all_pairs_written_out(width: int) -> None:
    rng = np.random.default_rng(width)
    x = np.cumsum(rng.standard_normal(250))
    x[40:80], x[150:185] = x[40], x[150]
    new = np.cumsum(rng.standard_normal(120))
    fitted = MatrixProfile(window=width).fit(x)
    own = profile(x, x, width, -(-width // 4) + 1)
    np.testing.assert_allclose(fitted._score_trained(x[:, None])[:, 0], own, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(fitted._score(new[:, None])[:, 0], profile(new, x, width, 0), rtol=1e-5, atol=1e-5)


def test_matrix_profile_takes_constant_windows_as_alike_and_unlike_all_others() -> None:
    x = wave(600)
    flat = x.copy()
    flat[300:340] = 0.123
    lonely = MatrixProfile(window=16).fit(x)._score(flat[:, None])[:, 0]
    np.testing.assert_allclose(lonely[300:325], 4.0)
    paired = MatrixProfile(window=16).fit(flat)._score(flat[:, None])[:, 0]
    np.testing.assert_array_equal(paired[300:325], 0.0)
