"""What is special to the detectors of lagged windows and of descriptions; what all share is in the contract suite."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal
from scipy.stats import spearmanr
from sklearn import decomposition
from threadpoolctl import threadpool_limits

from offbeat.core.detector import Detector
from offbeat.core.errors import InputError
from offbeat.core.series import Floats
from offbeat.detectors._windows import squares
from offbeat.detectors.subsequence._lags import PRODUCTS, in_batches, moments
from offbeat.detectors.subsequence.kmeans import KMeans, first_centroids, lloyd
from offbeat.detectors.subsequence.mahalanobis import SHRINK, Mahalanobis
from offbeat.detectors.subsequence.pca import PCA
from offbeat.detectors.subsequence.random_convolution import RandomConvolution
from offbeat.detectors.subsequence.window_spectrum import FAINT, WindowSpectrum
from offbeat.detectors.subsequence.window_statistics import WindowStatistics

ALL = (PCA, Mahalanobis, KMeans, WindowStatistics, WindowSpectrum, RandomConvolution)
LAGS = (PCA, Mahalanobis, KMeans)
DESCRIBED = (WindowStatistics, WindowSpectrum, RandomConvolution)


def wave(n: int = 3000, seed: int = 0) -> Floats:
    return np.sin(np.arange(n) / 5) + 0.1 * np.random.default_rng(seed).standard_normal(n)


def windows(x: Floats, width: int) -> Floats:
    return np.lib.stride_tricks.sliding_window_view(x, width)


def standard(x: Floats) -> Floats:
    middle = np.median(x)
    return (x - middle) / (1.4826 * np.median(abs(x - middle)))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), n=st.integers(1, 60), width=st.integers(1, 20))
def test_moments_are_those_of_all_windows(seed: int, n: int, width: int) -> None:
    x = np.random.default_rng(seed).normal(size=n)
    width = min(width, n)
    mean, covariance = moments(x, width)
    np.testing.assert_allclose(mean, windows(x, width).mean(axis=0), atol=1e-12)
    centred = windows(x, width) - windows(x, width).mean(axis=0)
    np.testing.assert_allclose(covariance, centred.T @ centred / len(centred), atol=1e-11)


def test_moments_of_a_series_of_several_stretches() -> None:
    x = wave(20_000)
    mean, covariance = moments(x, 9)
    np.testing.assert_allclose(mean, windows(x, 9).mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(covariance, np.cov(windows(x, 9).T, bias=True), atol=1e-12)


@pytest.mark.parametrize("columns", [1, PRODUCTS // 200, PRODUCTS])
@pytest.mark.parametrize(("n", "width"), [(7, 7), (8, 7), (1000, 7), (999, 1), (350, 50)])
def test_every_window_is_handed_over_once(n: int, width: int, columns: int) -> None:
    x = np.random.default_rng(n).normal(size=n)
    calls = []

    def score_rows(rows: Floats) -> Floats:
        calls.append(len(rows))
        return squares(rows)

    np.testing.assert_allclose(in_batches(x, width, columns, score_rows), squares(windows(x, width)), rtol=1e-12)
    assert sum(calls) == n - width + 1
    assert max(calls) == 1 or max(calls) * width * columns <= PRODUCTS


def test_pca_ranks_as_scikit_learns_reconstruction_error() -> None:
    x = wave()
    x[1500:1520] += 1
    rows = windows(standard(x), 24)
    fitted = PCA(window=24, share=0.9).fit(x)
    reference = decomposition.PCA(n_components=fitted.learned_[0][1].shape[1]).fit(rows)
    assert reference.explained_variance_ratio_.sum() >= 0.9
    assert reference.explained_variance_ratio_[:-1].sum() < 0.9
    error = np.sqrt(((rows - reference.inverse_transform(reference.transform(rows))) ** 2).mean(axis=1))
    np.testing.assert_allclose(fitted._score(x[:, None])[:, 0], error, rtol=1e-6)
    assert spearmanr(fitted._score(x[:, None])[:, 0], error).statistic > 0.999


def test_pca_always_leaves_something_to_err_in() -> None:
    fitted = PCA(window=6, share=1.0).fit(wave())
    assert fitted.learned_[0][1].shape == (6, 5)


def test_pca_is_not_bent_by_what_it_should_find() -> None:
    x = wave()
    x[1500] = 1e6
    fitted = PCA(window=24).fit(x)
    alone = np.zeros(3000)
    alone[700] = 5
    scores = fitted.score(wave(seed=1) + alone)
    assert abs(int(scores.argmax()) - 700) < 24


def test_mahalanobis_is_the_distance_by_the_shrunken_covariance() -> None:
    x = wave()
    rows = windows(standard(x), 12)
    away = rows - rows.mean(axis=0)
    covariance = np.cov(rows.T, bias=True)
    covariance += SHRINK * np.trace(covariance) / 12 * np.eye(12)
    expected = np.sqrt(np.einsum("ij,ij->i", away @ np.linalg.inv(covariance), away) / 12)
    scores = Mahalanobis(window=12).fit(x)._score(x[:, None])[:, 0]
    np.testing.assert_allclose(scores, expected, rtol=1e-6)


def test_mahalanobis_takes_half_a_period_or_the_window_asked_for() -> None:
    x = np.sin(2 * np.pi * np.arange(2000) / 50) + 0.1 * np.random.default_rng(0).standard_normal(2000)
    assert PCA().fit(x).window_ == 50
    assert Mahalanobis().fit(x).window_ == 25
    assert Mahalanobis(window=30).fit(x).window_ == 30


@pytest.mark.parametrize("kind", LAGS)
def test_long_windows_are_those_of_averages(kind: type[Detector]) -> None:
    x = wave(4000)
    means = x.reshape(-1, 4).mean(axis=1)
    # the averages' own scale is another, which only changes where training values are cut off and the least sizes
    coarse, fine = kind(window=40, detail=10).fit(x), kind(window=10, detail=10).fit(means)
    a, b = coarse._score(x[:, None])[:, 0], fine._score(means[:, None])[:, 0]
    assert coarse.get_params()["detail"] == 10
    assert spearmanr(a, np.repeat(b, 4)[: 4000 - 40 + 1]).statistic > 0.99


def test_kmeans_is_the_distance_to_the_nearest_centroid() -> None:
    x = wave()
    fitted = KMeans(window=16, normalise="none", clusters=5).fit(x)
    centroids = fitted.learned_[0][1].T
    assert 1 < len(centroids) <= 5
    rows = windows(standard(x), 16)
    expected = np.sqrt(((rows[:, None] - centroids[None]) ** 2).mean(axis=2).min(axis=1))
    np.testing.assert_allclose(fitted._score(x[:, None])[:, 0], expected, rtol=1e-6, atol=1e-6)


def test_kmeans_centroids_are_the_means_of_their_windows() -> None:
    rng = np.random.default_rng(0)
    truth = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    rows = np.concatenate(
        [centre + rng.normal(size=(size, 2)) for centre, size in zip(truth, (50, 30, 5), strict=True)]
    )
    centroids, sizes = lloyd(rows, first_centroids(rows, 3, rng))
    order = np.lexsort((centroids[:, 1], centroids[:, 0].round()))
    assert sorted(sizes) == [5, 30, 50]
    for centroid in centroids[order]:
        near = rows[np.linalg.norm(rows - centroid, axis=1) < 5]
        np.testing.assert_allclose(centroid, near.mean(axis=0))


def test_kmeans_draws_no_more_centroids_than_there_are_different_rows() -> None:
    rows = np.repeat(np.eye(3), 10, axis=0)
    chosen = first_centroids(rows, 20, np.random.default_rng(0))
    assert sorted(map(tuple, chosen)) == sorted(map(tuple, np.eye(3)))
    assert len(first_centroids(np.zeros((5, 2)), 3, np.random.default_rng(0))) == 1


def test_kmeans_keeps_a_centroid_that_has_lost_its_rows() -> None:
    rows = np.array([[0.0], [1.0]])
    centroids, sizes = lloyd(rows, np.array([[0.5], [100.0]]))
    np.testing.assert_array_equal(centroids, [[0.5], [100.0]])
    np.testing.assert_array_equal(sizes, [2, 0])


def test_kmeans_does_not_learn_a_fault_as_a_way_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    x = wave()
    x[1500:1532] = 3.0 * np.sign(np.sin(np.arange(32)))
    away = abs(np.arange(3000) - 1516) > 100
    kept = KMeans(window=32).fit_score(x).scores
    monkeypatch.setattr("offbeat.detectors.subsequence.kmeans.LEAST", 0.0)
    hidden = KMeans(window=32).fit_score(x).scores
    assert kept[1516] > 5 * kept[away].max()
    assert kept[1516] > 1.5 * hidden[1516]


def test_window_statistics_are_those_of_each_window() -> None:
    x = wave(400)
    for width in (2, 3, 8, 33):
        fitted = WindowStatistics(window=width).fit(x)
        rows = windows(x, width)
        steps = np.diff(rows, axis=1)
        slow = np.column_stack([rows.mean(1), rows.std(1), rows.max(1), rows.min(1)])
        slow = np.column_stack([slow, abs(steps).mean(1), abs(steps).max(1), steps.std(1)])
        assert fitted.stride_ == max(1, width // 16)
        np.testing.assert_allclose(fitted._describe(x, 0), slow[:: fitted.stride_], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", DESCRIBED)
def test_what_describes_a_window_does_not_depend_on_where_it_is_cut_out(
    kind: type[WindowStatistics | RandomConvolution], monkeypatch: pytest.MonkeyPatch
) -> None:
    x = wave(2000)
    whole = kind(window=40).fit_score(x).scores
    monkeypatch.setattr("offbeat.detectors.subsequence._features.SLICE", 17)
    np.testing.assert_allclose(kind(window=40).fit_score(x).scores, whole, rtol=1e-9)


@pytest.mark.parametrize("kind", DESCRIBED)
def test_windows_are_not_compared_with_themselves_or_what_they_overlap(
    kind: type[WindowStatistics | RandomConvolution],
) -> None:
    x = wave(500)
    assert kind(window=20, k=1).fit_score(x).scores.min() > 0.01
    shifted = kind(window=20, k=1).fit(x)._score(x[1:, None])
    assert (shifted < 1e-9).mean() > 0.99


@pytest.mark.parametrize("kind", DESCRIBED)
def test_one_twin_does_not_hide_another(kind: type[WindowStatistics | RandomConvolution]) -> None:
    x = wave(4000)
    near = np.zeros(4000, dtype=bool)
    for at in (700, 3339):  # 84 periods apart
        x[at : at + 20] += np.random.default_rng(1).standard_normal(20)
        near[at - 40 : at + 60] = True
    kept = kind(window=24, k=3).fit_score(x).scores
    for at in (700, 3339):
        assert kept[at : at + 20].max() > 1.3 * kept[~near].max()


def test_the_bank_holds_no_more_than_it_may_and_reaches_from_end_to_end() -> None:
    fitted = WindowStatistics(window=16, bank=100).fit(wave())
    assert fitted.banks_.shape == (1, 8, 7, 12)
    assert fitted.places_[0, 0] == 0
    assert fitted.places_[-1, -1] == 3000 - 16
    few = WindowStatistics(window=16).fit(wave(18))
    assert few.banks_.shape == (1, 3, 7, 1)
    assert np.isfinite(few.score(wave(18))).all()


def test_random_convolutions_cancel_a_level_and_stay_inside_the_window() -> None:
    for width in (2, 3, 7, 13, 14, 100):
        fitted = RandomConvolution(window=width).fit(wave(400))
        np.testing.assert_allclose(fitted.weights_.sum(axis=1), 0, atol=1e-12)
        np.testing.assert_allclose((fitted.weights_**2).sum(axis=1), 1)
        assert (fitted.weights_.shape[1] - 1) * fitted.dilations_.max() < width
    assert len(set(fitted.dilations_)) > 4
    other = RandomConvolution(window=100, seed=1).fit(wave(400))
    assert (other.weights_ != fitted.weights_).all()


@pytest.mark.parametrize("kind", DESCRIBED)
def test_one_point_is_too_few_to_describe(kind: type[Detector]) -> None:
    with pytest.raises(InputError, match="1 point; give at least 2"):
        kind().fit([1.0])


@pytest.mark.parametrize("kind", ALL)
def test_channels_are_scored_each_for_itself(kind: type[Detector]) -> None:
    x = np.column_stack([wave(seed=1), 1000 * wave(seed=2)])
    together = kind(window=20).fit(x)._score(x)
    for channel in range(2):
        alone = x[:, channel : channel + 1]
        np.testing.assert_allclose(
            together[:, channel],
            kind(window=20).fit(alone)._score(alone)[:, 0],
            rtol=1e-6,
        )


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("huge", [1e9, 1e300])
def test_one_absurd_value_does_not_spoil_the_rest(kind: type[Detector], huge: float) -> None:
    x = wave()
    usual = kind(window=20).fit_score(x).scores
    x[1500] = huge
    scores = kind(window=20).fit_score(x).scores
    away = abs(np.arange(len(x)) - 1500) > 60
    assert abs(int(scores.argmax()) - 1500) < 21
    assert spearmanr(scores[away], usual[away]).statistic > 0.5
    assert scores[away].max() < 1.5 * usual.max()


@pytest.mark.parametrize("kind", ALL)
def test_the_number_of_threads_does_not_change_a_bit(kind: type[Detector], monkeypatch: pytest.MonkeyPatch) -> None:
    x = wave(20_000)
    results = []
    for cores in (1, 2, 3):
        monkeypatch.setattr("offbeat.kernels.threads.cores", lambda cores=cores: cores)
        with threadpool_limits(cores):
            results.append(kind(window=48).fit_score(x).scores.tobytes())
    assert len(set(results)) == 1


@pytest.mark.parametrize(("width", "bands"), [(2, 16), (3, 1), (32, 5), (33, 16), (100, 16)])
def test_a_spectrum_is_the_periodogram_in_bands(width: int, bands: int) -> None:
    x = wave(400)
    made = WindowSpectrum(window=width, bands=bands).fit(x)
    numbers = made._describe(x, 0)
    taper = np.hanning(width + 2)[1:-1]
    _, power = signal.periodogram(
        windows(x, width)[:: made.stride_], window=taper, detrend="constant", return_onesided=False
    )
    positive = power[:, 1 : width // 2 + 1]
    assert 1 <= numbers.shape[1] <= min(bands, width // 2)
    np.testing.assert_allclose((np.exp(numbers) - FAINT).sum(axis=1), positive.sum(axis=1), atol=1e-9)


def test_a_spectrum_sees_a_rhythm_wherever_its_cycle_begins() -> None:
    t = np.arange(3000)
    x = np.sin(t / 5) + 0.05 * np.random.default_rng(0).standard_normal(3000)
    x[1500:1600] = np.sin(t[1500:1600] / 2.5)
    x[2000:] = np.sin(t[2000:] / 5 + 2) + 0.05 * np.random.default_rng(1).standard_normal(1000)
    scores = WindowSpectrum(window=62).fit(x[:1000]).score(x)
    assert scores[1530:1570].min() > 3 * np.nanmax(scores[2100:])
