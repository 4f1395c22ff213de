from __future__ import annotations

import numpy as np
import pytest
from contract import gaps, purity
from contract.material import base, found, planted
from sklearn.base import clone
from sklearn.ensemble import IsolationForest
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity, LocalOutlierFactor
from sklearn.svm import OneClassSVM

import offbeat as ob
from offbeat.core.errors import InputError, ModelFileError, ParameterError
from offbeat.core.registry import detector_entries

MODELS = (
    LocalOutlierFactor(novelty=True),
    OneClassSVM(nu=0.05),
    IsolationForest(n_estimators=30, random_state=0),
    KernelDensity(),
    GaussianMixture(random_state=0),
)


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
        (object(), "object can't be wrapped: a model needs fit, and decision_function or score_samples"),
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
    judged = ob.wrap(LocalOutlierFactor(novelty=True), window=4).fit_judge(x)
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
        purity.check_fit_judge,
        purity.check_input_untouched,
    ],
)
def test_a_wrapped_model_keeps_the_contract(check):
    check(lambda: ob.wrap(KernelDensity(), window=5))


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


@pytest.mark.slow
@pytest.mark.parametrize(("name", "window"), [("ecod.ECOD", 1), ("hbos.HBOS", 1), ("hbos.HBOS", 8), ("knn.KNN", 8)])
@pytest.mark.filterwarnings("ignore")
def test_pyod(name, window):
    from importlib import import_module

    module, kind = name.split(".")
    model = getattr(import_module(f"pyod.models.{module}"), kind)()
    x, at = planted("spike")
    assert found(ob.wrap(model, window=window).fit(x).score(x), at, window)
