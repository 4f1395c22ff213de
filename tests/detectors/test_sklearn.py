"""Detectors inside scikit-learn: its own checks, its searches and pipelines, and what a detector itself says there."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks

import offbeat as ob
from offbeat.core.errors import InputError, OffbeatError, ParameterError
from offbeat.core.extras import installed
from offbeat.core.registry import detector_entries
from offbeat.detectors.subsequence.knn import KNN

VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
EVENTS = (250, 450, 650, 850)

THREE_CLASSES = {"check_fit_score_takes_y": "its labels are three classes; score takes 0/1 or +1/-1"}
AUTO = {
    **THREE_CLASSES,
    "check_outliers_train": "its blobs hold no outlier, and contamination='auto' finds none",
    "check_outliers_fit_predict": "its blobs hold no outlier, and contamination='auto' finds none",
}
WINDOWED = {
    **AUTO,
    "check_methods_subset_invariance": "rows are time: a row's score depends on its neighbours",
    "check_methods_sample_order_invariance": "rows are time: their order matters",
}
SHORT = {
    **AUTO,
    "check_methods_sample_order_invariance": "rows are time: their order matters",
    "check_fit2d_1sample": "its one row is refused, in other words than it looks for",
}
"""By check of scikit-learn, why it does not apply."""

ESTIMATORS = {
    "mad": (ob.detector("mad").as_sklearn(), AUTO),
    "mad, a share": (ob.detector("mad").as_sklearn(contamination=0.1), THREE_CLASSES),
    "isolation_forest": (ob.detector("isolation_forest").as_sklearn(), WINDOWED),
    "knn": (ob.detector("knn", window=4).as_sklearn(), SHORT),
}


@pytest.fixture(scope="module")
def labelled():
    rng = np.random.default_rng(0)
    x = np.sin(np.arange(1000) / 5)[:, None] + 0.1 * rng.normal(size=(1000, 1))
    y = np.zeros(1000, dtype=int)
    for first in EVENTS:
        x[first : first + 3] += 4
        y[first : first + 3] = 1
    return x, y


def _reasons(estimator):
    return next(why for made, why in ESTIMATORS.values() if made is estimator)


if VERSION >= (1, 6):

    @estimator_checks.parametrize_with_checks(
        [made for made, _ in ESTIMATORS.values()], expected_failed_checks=_reasons
    )
    @pytest.mark.filterwarnings("ignore")
    def test_checks_of_scikit_learn(estimator, check):
        np.random.seed(0)  # noqa: NPY002 - the order of its rows is drawn from there
        check(estimator)

else:

    @pytest.mark.skip(reason="scikit-learn before 1.6 has no expected_failed_checks")
    def test_checks_of_scikit_learn():
        pass


def test_search_cross_validation_and_pipeline(labelled):
    x, y = labelled
    splits = TimeSeriesSplit(4)
    search = GridSearchCV(
        ob.detector("knn").as_sklearn(), {"window": [8, 16], "k": [1]}, cv=splits, error_score="raise"
    )
    search.fit(x, y)
    assert search.best_params_["window"] in (8, 16)
    assert search.best_estimator_.detector_.window == search.best_params_["window"]
    estimator = ob.detector("knn", window=16).as_sklearn()
    scores = cross_val_score(estimator, x, y, cv=splits, error_score="raise")
    assert scores.shape == (4,)
    assert scores.min() > 0.2
    pipeline = make_pipeline(StandardScaler(), estimator).fit(x)
    assert pipeline.score(x, y) == pytest.approx(estimator.fit(x).score(x, y), abs=0.02)
    assert pipeline.decision_function(x).argmin() in np.flatnonzero(np.convolve(y, np.ones(31), "same"))


def test_signs_scores_and_labels(labelled):
    x, y = labelled
    detector = ob.detector("mad")
    estimator = detector.as_sklearn().fit(x)
    assert not detector.is_fitted
    expected = detector.fit(x).score(x)
    np.testing.assert_allclose(estimator.score_samples(x), -expected)
    np.testing.assert_allclose(estimator.decision_function(x), -expected - estimator.offset_)
    np.testing.assert_array_equal(estimator.predict(x) == -1, estimator.decision_function(x) < 0)
    assert estimator.score(x, y) == ob.metrics.pr_auc(y, expected)
    assert estimator.score(x, y) == estimator.score(x, np.where(y == 1, -1, 1))
    share = detector.as_sklearn(contamination=0.02).fit(x)
    assert (share.predict(x) == -1).mean() == pytest.approx(0.02, abs=0.002)


def test_rows_that_were_not_judged_are_normal(labelled):
    x = labelled[0].copy()
    x[100:130] = np.nan
    estimator = ob.detector("knn", window=8).as_sklearn().fit(x)
    assert (estimator.predict(x)[100:130] == 1).all()
    assert (estimator.score_samples(x)[100:130] == -estimator.least_).all()
    assert (estimator.fit_predict(x)[100:130] == 1).all()


def test_fit_predict_compares_no_row_with_itself(labelled):
    estimator = ob.detector("matrix_profile", window=16).as_sklearn(contamination=0.02)
    assert (estimator.fit_predict(labelled[0]) == -1).mean() == pytest.approx(0.02, abs=0.005)
    assert not (estimator.predict(labelled[0]) == -1).any()
    assert np.isfinite(estimator.score_samples(labelled[0])).all()


def test_parameters_belong_to_the_estimator():
    detector = ob.detector("knn", window=16)
    estimator = detector.as_sklearn(contamination=0.1)
    assert estimator.get_params()["window"] == 16
    estimator.set_params(window=32, contamination=0.2)
    assert (estimator.detector.window, estimator.contamination) == (32, 0.2)
    assert detector.window == 16, "the detector that was given has changed"
    assert clone(estimator).get_params()["window"] == 32
    with pytest.raises(OffbeatError, match="`knn` has no parameter 'windwo'; did you mean window"):
        estimator.set_params(windwo=3)


def test_what_can_not_be_scored_is_one_sentence(labelled):
    x, y = labelled
    estimator = ob.detector("mad").as_sklearn().fit(x)
    with pytest.raises(InputError, match="score needs labels"):
        estimator.score(x)
    with pytest.raises(InputError, match="y must be 0 or 1"):
        estimator.score(x, y + 1)
    with pytest.raises(ParameterError, match=r"contamination=0\.7 is not allowed"):
        ob.detector("mad").as_sklearn(contamination=0.7).fit(x)


@pytest.mark.parametrize("name", [name for name in detector_entries() if not name.startswith("_")])
def test_every_detector_can_be_cloned(name):
    kind = detector_entries()[name].load(ob.Detector)
    if not installed(kind.extra):
        pytest.skip(f"the [{kind.extra}] extra is not installed")
    made = kind(**kind.fast_params)
    copy = clone(made)
    assert copy is not made
    assert copy.get_params() == made.get_params()
    assert not copy.is_fitted


USES = {
    "GridSearchCV": lambda d, x, y: GridSearchCV(d, {"window": [8, 16]}).fit(x, y),
    "cross_val_score": cross_val_score,
    "pipeline.score": lambda d, x, y: make_pipeline(StandardScaler(), d).fit(x).score(x, y),
    "decision_function": lambda d, x, _: d.fit(x).decision_function(x),
    "score_samples": lambda d, x, _: d.fit(x).score_samples(x),
    "predict": lambda d, x, _: d.fit(x).predict(x),
    "fit_predict": lambda d, x, _: d.fit_predict(x),
    "decision_scores_": lambda d, x, _: d.fit(x).decision_scores_,
    "labels_": lambda d, x, _: d.fit(x).labels_,
}


@pytest.mark.parametrize("use", USES)
def test_a_detector_itself_names_the_estimator(use, labelled):
    """Decision 35: it works, or fails with one sentence that names `as_sklearn`."""
    if VERSION < (1, 6) and use[0] in "GcP":
        pytest.skip("scikit-learn before 1.6 does not ask for tags")
    with pytest.raises(AttributeError, match=r"^knn has no .*\.as_sklearn\(\)"):
        USES[use](ob.detector("knn", window=16), *labelled)
    assert not hasattr(KNN(), "decision_function")
