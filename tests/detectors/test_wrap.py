from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import IsolationForest
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity, LocalOutlierFactor
from sklearn.svm import OneClassSVM

import offbeat as ob
from offbeat.core.errors import InputError, ModelFileError, ParameterError
from offbeat.core.registry import detector_entries
from offbeat.testing import check_detector, gaps, purity
from offbeat.testing.material import base, found, planted

MODELS = (
    LocalOutlierFactor(novelty=True),
    OneClassSVM(nu=0.05),
    IsolationForest(n_estimators=30, random_state=0),
    KernelDensity(),
    GaussianMixture(random_state=0),
)


class Series:
    """A model that is given whole series, as aeon's are; `sign` says which way its scores go, 0 makes them useless."""

    def __init__(self, sign: float, single: bool = True, labels: bool = False) -> None:
        self.sign, self.single, self.labels = sign, single, labels

    def get_tags(self):
        return {"capability:multivariate": not self.single}

    def fit(self, X, y=None, axis=1):
        assert axis == 0
        assert X.shape[1] == 1 or not self.single
        self.middle_, self.width_ = np.median(X, axis=0), X.std(axis=0)
        return self

    def predict(self, X, axis=1):
        assert axis == 0
        far = (np.abs(X - self.middle_) / self.width_).max(axis=1)
        return far > 3 if self.labels else self.sign * far


class Last:
    """A model that forecasts, as statsforecast's do: the last value, less what it has learned to be the usual step."""

    def fit(self, y, X=None):
        self.step_ = np.mean(np.diff(y))
        return self

    def forward(self, y, h, X=None, fitted=False):
        assert y.ndim == 1
        return {"mean": y[-1:] + self.step_, "fitted": np.append(np.nan, y[:-1] + self.step_)}


class Anew(Last):
    """The same for models that can only learn from what they forecast."""

    forward = None

    def forecast(self, y, h, X=None, X_future=None, level=None, fitted=False):
        return Last.forward(self.fit(y), y, h)


class OneByOne:
    """A model with river's methods."""

    def __init__(self) -> None:
        self.count, self.mean, self.square = 0, 0.0, 0.0

    def learn_one(self, x):
        assert isinstance(x, dict)
        for value in x.values():
            self.count += 1
            step = value - self.mean
            self.mean += step / self.count
            self.square += step * (value - self.mean)

    def score_one(self, x):
        sd = (self.square / max(self.count, 1)) ** 0.5 or 1.0
        return max(abs(value - self.mean) / sd for value in x.values())


class Turned:
    """A model of somebody's own; `sign` says which way its scores go, 0 makes them useless."""

    def __init__(self, sign: float) -> None:
        self.sign = sign
        self.rows: list[int] = []

    def fit(self, rows):
        self.middle_, self.shape_ = rows.mean(axis=0), rows.shape
        return self

    def decision_function(self, rows):
        self.rows.append(len(rows))
        return self.sign * np.abs(rows - self.middle_).max(axis=1)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("window", [1, 8])
def test_a_spike_scores_high_whichever_way_the_model_counts(model, window):
    x, at = planted("spike")
    wrapped = ob.wrap(model, window=window)
    assert found(wrapped.fit(base(seed=1)).score(x), at, window)
    assert not hasattr(model, "n_features_in_"), "the model itself has learned"


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_polarity_is_found_by_experiment(sign):
    x, at = planted("spike")
    scores = ob.wrap(Turned(sign)).fit(x).score(x)
    assert scores.argmax() == at.start
    np.testing.assert_allclose(scores, np.abs(x[:, 0] - x.mean()))


def test_a_model_that_can_not_tell_is_refused():
    with pytest.raises(InputError, match="Turned does not tell points 20 standard deviations away"):
        ob.wrap(Turned(0.0)).fit(base())


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (
            object(),
            "object can't be wrapped: a model needs fit, and decision_function or score_samples, or predict with",
        ),
        (LocalOutlierFactor(), "make it with novelty=True"),
        (IsolationForest, "the class IsolationForest can't be wrapped"),
        (None, "NoneType can't be wrapped"),
    ],
)
def test_what_is_no_model_is_refused(model, words):
    with pytest.raises(ParameterError, match=words):
        ob.wrap(model)
    with pytest.raises(ParameterError, match="window=0"):
        ob.wrap(IsolationForest(), window=0)


def test_a_failing_model_is_named():
    class Fails(Turned):
        def fit(self, rows):
            raise ZeroDivisionError("no luck")

    with pytest.raises(InputError, match="Fails can't learn from 256 rows of 1: no luck"):
        ob.wrap(Fails(1.0)).fit(base())


def test_windows_are_scored_in_batches_and_learned_sparsely(monkeypatch):
    from offbeat.detectors import _wrap

    x, at = planted("spike")
    whole = ob.wrap(Turned(1.0), window=10).fit(x).score(x)
    monkeypatch.setattr(_wrap, "BATCH", 1000)
    batched = ob.wrap(Turned(1.0), window=10).fit(x)
    np.testing.assert_array_equal(batched.score(x), whole)
    assert max(batched.fitted_.rows) == 100
    monkeypatch.setattr(_wrap, "LEARNED", 4000)
    sparse = ob.wrap(Turned(1.0), window=10).fit(x)
    assert sparse.fitted_.shape_[0] * 10 <= 4000
    assert found(sparse.score(x), at, 10)


def test_channels_and_gaps():
    one, at = planted("spike")
    x = np.column_stack([base(seed=3), one])
    x[50] = np.nan
    judged = ob.wrap(LocalOutlierFactor(novelty=True), window=4).fit_score(x)
    assert found(judged.scores, at, 4)
    assert np.isnan(judged.scores[50])


@pytest.mark.parametrize(
    "check",
    [
        gaps.check_same_length,
        gaps.check_one_missing,
        gaps.check_long_gap,
        gaps.check_tiny,
        gaps.check_bad_data,
        purity.check_pure,
        purity.check_refit,
        purity.check_fit_score,
        purity.check_input_untouched,
    ],
)
def test_a_wrapped_model_keeps_the_contract(check):
    check(lambda: ob.wrap(GaussianMixture(random_state=0), window=5))


def test_cloned_but_not_saved(tmp_path):
    wrapped = ob.wrap(OneClassSVM(nu=0.2), window=3)
    copy = clone(wrapped)
    assert copy.model is not wrapped.model
    assert copy.model.nu == 0.2
    assert copy.window == 3
    wrapped.fit(base())
    with pytest.raises(ModelFileError, match="OneClassSVM belongs to another library"):
        wrapped.save(tmp_path / "model")
    assert not list(tmp_path.iterdir())


def test_it_is_no_entry_of_the_catalogue():
    assert not [name for name in detector_entries() if "wrap" in name]


@pytest.mark.parametrize("model", [Series(1.0), Series(-1.0), Series(1.0, single=False), Series(1.0, labels=True)])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_model_of_whole_series(model, channels):
    x, at = planted("spike")
    data = np.column_stack([x, base(seed=3)])[:, :channels]
    wrapped = ob.wrap(model).fit(data)
    judged = wrapped.score_result(data)
    assert judged.scores.argmax() == at.start
    assert len(judged.scores) == len(x)
    assert not hasattr(model, "middle_"), "the model itself has learned"
    if channels == 2 and model.single:
        assert judged.shares is not None
        assert judged.shares[at.start].argmax() == 0, "another channel is blamed"


def test_a_model_of_whole_series_that_can_not_tell_is_refused():
    with pytest.raises(InputError, match="Series does not tell stretches 20 standard deviations away"):
        ob.wrap(Series(0.0)).fit(base())


@pytest.mark.parametrize("model", [Last(), Anew()], ids=lambda m: type(m).__name__)
def test_a_model_that_forecasts_is_judged_by_its_error(model):
    x, at = planted("spike")
    wrapped = ob.wrap(model).fit(base(seed=1))
    scores = wrapped.score(x)
    assert np.nanargmax(scores) in (at.start, at.start + 1)
    assert np.isnan(scores[0])
    expected = np.abs(np.diff(x[:, 0]))
    np.testing.assert_allclose(scores[1:] / scores[1], expected / expected[0], rtol=0.2, atol=0.5)
    two = ob.wrap(model).fit(base(channels=2)).score_result(np.column_stack([base(seed=3), 1000 * x]))
    assert two.shares is not None
    assert two.shares[at.start].argmax() == 1


@pytest.mark.parametrize("model", [Series(1.0), Last()], ids=lambda m: type(m).__name__)
def test_a_model_of_whole_series_has_no_window(model):
    with pytest.raises(ParameterError, match=f"window=8 is not allowed for {type(model).__name__}"):
        ob.wrap(model, window=8)


@pytest.mark.parametrize("make", [lambda: ob.wrap(Series(1.0)), lambda: ob.wrap(Last())], ids=["series", "forecasts"])
@pytest.mark.parametrize(
    "check",
    [gaps.check_one_missing, gaps.check_bad_data, purity.check_pure, purity.check_refit, purity.check_fit_score],
)
def test_other_models_keep_the_contract(make, check):
    check(make)


@pytest.mark.parametrize("name", ["Naive", "AutoETS", "SeasonalNaive"])
@pytest.mark.filterwarnings("ignore")
def test_statsforecast(name):
    models = pytest.importorskip("statsforecast.models", reason="statsforecast is not installed")
    from offbeat.testing.material import PERIOD

    model = getattr(models, name)(**({"season_length": PERIOD} if name == "SeasonalNaive" else {}))
    x, at = planted("spike")
    wrapped = ob.wrap(model).fit(base(seed=1))
    assert found(wrapped.score(x), at, 5)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["AutoARIMA", "AutoTheta", "MSTL", "HistoricAverage"])
@pytest.mark.filterwarnings("ignore")
def test_more_of_statsforecast(name):
    models = pytest.importorskip("statsforecast.models", reason="statsforecast is not installed")
    from offbeat.testing.material import PERIOD

    model = getattr(models, name)(**({"season_length": PERIOD} if name == "MSTL" else {}))
    x, at = planted("spike")
    assert found(ob.wrap(model).fit(base(seed=1)).score(x), at, 5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("outlier_detection.IsolationForest", {"window_size": 8}),
        ("outlier_detection.STRAY", {}),
        ("distance_based.LOF", {"window_size": 8}),
        ("distance_based.KMeansAD", {"window_size": 8, "n_clusters": 5}),
        ("distribution_based.DWT_MLEAD", {}),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_aeon(name, options):
    pytest.importorskip("aeon", reason="aeon is not in the test extra; .ci/wrap installs it")
    from importlib import import_module

    module, kind = name.split(".")
    model = getattr(import_module(f"aeon.anomaly_detection.series.{module}"), kind)(**options)
    x, at = planted("spike")
    x[at.start : at.start + 8] += 3
    assert found(ob.wrap(model).fit(base(seed=1)).score(x), slice(at.start, at.start + 8), 16)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "window"), [("ecod.ECOD", 1), ("hbos.HBOS", 1), ("hbos.HBOS", 8), ("knn.KNN", 8)])
@pytest.mark.filterwarnings("ignore")
def test_pyod(name, window):
    from importlib import import_module

    module, kind = name.split(".")
    model = getattr(import_module(f"pyod.models.{module}"), kind)()
    x, at = planted("spike")
    assert found(ob.wrap(model, window=window).fit(x).score(x), at, window)


@pytest.mark.parametrize("window", [1, 8])
def test_a_model_that_learns_row_by_row(window):
    x, at = planted("spike")
    model = OneByOne()
    wrapped = ob.wrap(model, window=window).fit(base(seed=1))
    assert found(wrapped.score(x), at, window)
    assert model.count == 0, "the model itself has learned"
    assert wrapped.fitted_.count == (1200 - window + 1) * window, "scoring has taught the model something"


@pytest.mark.filterwarnings("ignore")
def test_river():
    anomaly = pytest.importorskip("river.anomaly", reason="river is not in the test extra")
    x, at = planted("spike")
    assert found(ob.wrap(anomaly.LocalOutlierFactor(n_neighbors=10)).fit(base(300, seed=1)).score(x), at, 1)


@pytest.mark.filterwarnings("ignore")
def test_the_whole_contract_runs_on_a_wrapped_model():
    """Each broken promise is the model's own fault: it keeps a list of what it scored, and knows one scale for all."""
    assert set(check_detector(ob.wrap(Turned(1.0), window=4), on_fail=None)) == {"constant_moves", "pure"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_whole_contract_runs_on_a_model_of_pyod():
    from pyod.models.hbos import HBOS

    broken = check_detector(ob.wrap(HBOS(), window=4), on_fail=None)
    assert set(broken) <= {"constant_moves", "sees_spike", "any_channel"}
