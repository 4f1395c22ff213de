"""Methods on rows of numbers against scikit-learn's and PyOD's, and what is special to each."""

from __future__ import annotations

import numpy as np
import pytest
from pyod.models import cblof, kde, knn, lof, mcd, ocsvm
from scipy.stats import spearmanr
from sklearn.cluster import DBSCAN
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import LocalOutlierFactor

from offbeat.core.detector import Detector
from offbeat.core.registry import detector
from offbeat.core.series import Floats
from offbeat.detectors.outlier._neighbours import Bank
from offbeat.detectors.outlier.robust_pca import low_rank_part

TWO_STATES = np.random.default_rng(0).normal(size=(400, 3)) + 6.0 * (np.arange(400) % 2)[:, None]
OTHERS = np.random.default_rng(1).normal(0.0, 3.0, (200, 3)) + 3.0


def rows_of(fitted: Detector, x: Floats) -> Floats:
    """Return the points as a detector on points sees them."""
    return fitted.scale_.apply(x)


def agreement(fitted: Detector, theirs: Floats, x: Floats, *, trained: bool = False) -> float:
    return float(spearmanr(fitted.score(x, trained=trained), theirs).statistic)


@pytest.mark.parametrize("k", [5, 20])
def test_lof_is_that_of_scikit_learn(k):
    ours = detector("lof", window=1, k=k).fit(TWO_STATES)
    train = rows_of(ours, TWO_STATES)
    inside = LocalOutlierFactor(k).fit(train).negative_outlier_factor_
    outside = LocalOutlierFactor(k, novelty=True).fit(train).score_samples(rows_of(ours, OTHERS))
    assert agreement(ours, -inside, TWO_STATES, trained=True) > 0.99
    assert agreement(ours, -outside, OTHERS) > 0.99
    if k == 20:
        assert agreement(ours, lof.LOF(20).fit(train).decision_scores_, TWO_STATES, trained=True) > 0.99


def test_kth_neighbour_is_that_of_pyod():
    ours = detector("kth_neighbour", window=1, k=5).fit(TWO_STATES)
    theirs = knn.KNN(n_neighbors=5, method="largest").fit(rows_of(ours, TWO_STATES))
    np.testing.assert_allclose(ours.score(TWO_STATES, trained=True) * np.sqrt(3), theirs.decision_scores_)
    assert agreement(ours, theirs.decision_function(rows_of(ours, OTHERS)), OTHERS) > 0.9999


def test_kde_is_that_of_pyod():
    ours = detector("kde", window=1).fit(TWO_STATES)
    theirs = kde.KDE(bandwidth=ours.bandwidth_).fit(rows_of(ours, TWO_STATES))
    assert agreement(ours, theirs.decision_function(rows_of(ours, OTHERS)), OTHERS) > 0.9999


def test_one_class_svm_is_that_of_pyod_and_nystroem_is_near_it():
    ours = detector("one_class_svm", window=1).fit(TWO_STATES)
    theirs = ocsvm.OCSVM(nu=0.1, gamma=ours.gamma_).fit(rows_of(ours, TWO_STATES))
    assert agreement(ours, theirs.decision_function(rows_of(ours, OTHERS)), OTHERS) > 0.9999
    near = detector("one_class_svm", window=1, approximation="nystroem").fit(TWO_STATES)
    assert agreement(near, ours.score(OTHERS), OTHERS) > 0.8


def test_mcd_is_that_of_pyod():
    one = TWO_STATES[::2] @ np.array([[1.0, 0.8, 0.0], [0.0, 0.6, 0.0], [0.0, 0.0, 1.0]])
    ours = detector("mcd", window=1).fit(one)
    theirs = mcd.MCD(random_state=0).fit(rows_of(ours, one))
    assert agreement(ours, theirs.decision_function(rows_of(ours, OTHERS)), OTHERS) > 0.99


def test_gaussian_mixture_is_that_of_scikit_learn():
    ours = detector("gaussian_mixture", window=1, parts=2).fit(TWO_STATES)
    theirs = GaussianMixture(2, random_state=0).fit(rows_of(ours, TWO_STATES))
    assert agreement(ours, -theirs.score_samples(rows_of(ours, OTHERS)), OTHERS) > 0.99


class Given:
    """Clusters that are given: what PyOD asks of the method that finds them."""

    n_clusters = 2

    def __init__(self, centres: Floats | None = None):
        self.cluster_centers_ = centres

    def get_params(self, deep=True):
        return {"centres": self.cluster_centers_}

    def fit(self, X, y=None):
        self.labels_ = self.predict(X)
        return self

    def predict(self, X):
        return ((X[:, None] - self.cluster_centers_) ** 2).sum(axis=2).argmin(axis=1)


@pytest.mark.slow  # pyod compiles for seconds
def test_cblof_is_that_of_pyod_for_the_same_clusters():
    ours = detector("cblof", window=1, clusters=2).fit(TWO_STATES)
    assert len(ours.large_) == 2
    outliers = np.array([[40.0, 40.0, 40.0]])
    centres = np.vstack([ours.large_, outliers])
    with_small = np.vstack([rows_of(ours, TWO_STATES), outliers])
    theirs = cblof.CBLOF(n_clusters=3, clustering_estimator=Given(centres)).fit(with_small)
    assert agreement(ours, theirs.decision_function(rows_of(ours, OTHERS)), OTHERS) > 0.9999


@pytest.mark.parametrize(
    ("sizes", "large"), [([50, 40, 10], 2), ([90, 10], 1), ([100], 1), ([40, 30, 25, 4, 1], 3), ([46, 45, 4, 3, 2], 2)]
)
def test_large_clusters_hold_alpha_and_end_at_a_sharp_fall(sizes, large):
    assert detector("cblof")._large(np.array(sizes)) == large


def test_cores_are_those_of_dbscan():
    ours = detector("dbscan", window=1).fit(TWO_STATES)
    rows = rows_of(ours, TWO_STATES)
    theirs = DBSCAN(eps=ours.radius_ * np.sqrt(3) * (1 + 1e-9), min_samples=6).fit(rows)
    np.testing.assert_array_equal(ours.bank_.places, theirs.core_sample_indices_)
    noise = theirs.labels_ == -1
    scores = ours.score(TWO_STATES)
    assert noise.any()
    assert (scores[noise] > 1).all()
    assert (scores[~noise] <= 1 + 1e-9).all()


def test_hdbscan_measures_each_cluster_by_its_own_density():
    rng = np.random.default_rng(0)
    tight, wide = rng.normal(0.0, 0.1, (200, 2)), rng.normal(20.0, 2.0, (200, 2))
    ours = detector("hdbscan", window=1).fit(np.vstack([tight, wide]))
    assert len(ours.spreads_) == 2
    near_tight, near_wide = ours.score(np.array([[1.0, 1.0], [26.0, 26.0]]))
    assert near_tight > 2 * ours.score(wide).mean()
    distance_ratio = np.hypot(1, 1) / np.hypot(6, 6)
    assert near_tight / near_wide > 2 * distance_ratio


def test_low_rank_part_is_found_under_gross_errors():
    rng = np.random.default_rng(0)
    low = rng.normal(size=(200, 3)) @ rng.normal(size=(3, 100))
    spoiled = low + np.where(rng.random(low.shape) < 0.05, rng.normal(0.0, 100.0, low.shape), 0.0)
    assert np.abs(low_rank_part(spoiled) - low).max() < 0.05
    assert np.abs(low_rank_part(spoiled.T).T - low).max() < 0.05
    assert (low_rank_part(np.zeros((5, 3))) == 0).all()


def test_a_gross_error_does_not_turn_the_subspace():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(500, 1)) @ np.ones((1, 4)) + 0.05 * rng.normal(size=(500, 4))
    x[::25, 0] += 50
    ours = detector("robust_pca", window=1).fit(x)
    clean = ours.score(np.ones((1, 4)) * np.arange(-2, 3)[:, None])
    assert clean.max() < 0.3 < ours.score(np.array([[1.0, -1.0, 1.0, -1.0]]))[0]


@pytest.mark.parametrize("name", ["kth_neighbour", "lof", "dbscan", "kde", "hdbscan"])
def test_a_window_is_not_its_own_neighbour(name):
    """The same fault scores as high in its own training data as in new data, or nearly."""
    x = np.sin(np.arange(2000) / 5) + 0.05 * np.random.default_rng(0).normal(size=2000)
    faulty = x.copy()
    faulty[1000:1060] = 0.0
    own = detector(name, window=32).fit_score(faulty).scores
    new = detector(name, window=32).fit(x).score(faulty)
    assert 990 <= own.argmax() < 1070
    assert own.max() > 0.5 * new.max()


def test_twins_do_not_hide_each_other():
    x = np.sin(np.arange(3000) / 5) + 0.05 * np.random.default_rng(0).normal(size=3000)
    for first in (1000, 2005):
        x[first : first + 40] = np.linspace(-2, 2, 40)
    scores = detector("kth_neighbour", window=32).fit_score(x).scores
    assert min(scores[1000:1040].max(), scores[2005:2045].max()) > 1.5 * np.quantile(scores, 0.9)


def test_the_bank_gives_one_neighbour_a_stretch():
    bank = Bank.of(np.arange(10.0)[:, None], np.arange(10), width=3)
    distances, which = bank.nearest(np.array([[4.1]]), None, 3)
    assert which.tolist() == [[4, 6, 2]]
    np.testing.assert_allclose(distances, [[0.1, 1.9, 2.1]], rtol=1e-6)
    assert bank.nearest(np.array([[4.0]]), np.array([4]), 2)[1].tolist() == [[1, 7]]
    assert bank.nearest(np.array([[4.0]]), None, 6)[1][0, 4:].tolist() == [-1, -1]


@pytest.mark.parametrize("name", ["kth_neighbour", "lof", "dbscan", "kde", "hdbscan"])
def test_the_threads_do_not_decide(name, monkeypatch):
    x = np.random.default_rng(0).normal(size=700)
    scores = detector(name, window=5).fit(x).score(x)
    monkeypatch.setattr("offbeat.kernels.threads.cores", lambda: 1)
    np.testing.assert_array_equal(detector(name, window=5).fit(x).score(x), scores)


def test_a_window_loses_its_level_in_part():
    x = np.sin(np.arange(1000) / 5)
    shifted = x + 2.0
    blind = detector("kth_neighbour", window=32, keep_mean=0.0).fit(x)
    np.testing.assert_allclose(blind.score(shifted), blind.score(x + 1.0), atol=1e-6)
    half, whole = (detector("kth_neighbour", window=32, keep_mean=kept).fit(x).score(shifted) for kept in (0.5, 1.0))
    assert blind.score(shifted).mean() < half.mean() < whole.mean()


@pytest.mark.parametrize("name", ["mcd", "gaussian_mixture", "robust_pca", "cblof", "one_class_svm"])
def test_more_channels_than_rows(name):
    x = np.random.default_rng(0).normal(size=(8, 20))
    assert np.isfinite(detector(name, window=1).fit_score(x).scores).all()
