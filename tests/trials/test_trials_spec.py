from __future__ import annotations

import numpy as np
import pytest

import offbeat as ob
from offbeat.core.errors import ParameterError, UnknownNameError
from offbeat.core.registry import detector_class
from offbeat.core.series import Series
from offbeat.core.spec import specs
from offbeat.trials.fitted import fit, scalers


def test_commas_before_parameters_do_not_begin_a_new_name():
    found = specs("zscore, knn:window=64,k=1,scaler=robust ,mad", scalers())
    assert [one.name for one in found] == ["zscore", "knn:window=64,k=1,scaler=robust", "mad"]
    assert found[1].params["window"] == 64
    assert found[1].params["k"] == 1
    assert found[1].scaler == "robust"
    assert found[0].scaler is None


def test_names_and_detectors_mix_and_detectors_are_named_by_what_was_changed():
    found = specs(["zscore,mad", ob.detector("knn", k=2), ob.detector("ar")])
    assert [one.name for one in found] == ["zscore", "mad", "knn:k=2", "ar"]


def test_all_is_every_detector_that_asks_for_nothing():
    found = [one.name for one in specs("all", scalers())]
    assert found == [name for name in ob.catalogue().index if not detector_class(name).required]
    assert "knn" in found
    assert "chronos" not in found


def test_a_seed_is_set_only_where_there_is_one_that_the_user_left_open():
    free, fixed, none = specs("isolation_forest,isolation_forest:seed=7,zscore", scalers())
    assert free.stochastic
    assert free.new(3).get_params()["seed"] == 3
    assert not fixed.stochastic
    assert fixed.new(3).get_params()["seed"] == 7
    assert not none.stochastic
    assert not specs(ob.detector("isolation_forest", seed=7))[0].stochastic


def test_a_model_is_copied_and_never_fitted_itself():
    model = ob.detector("zscore")
    fit(specs(model)[0], Series(np.arange(50.0)[:, None]), 0)
    assert not model.is_fitted


def test_the_scale_is_learned_with_the_detector_and_applied_to_all():
    train = Series(np.arange(100.0)[:, None])
    fitted = fit(specs("zscore:scaler=minmax", scalers())[0], train, 0)
    assert fitted.scaled(Series(np.array([[198.0]]))).values == pytest.approx(2.0)
    assert fitted.model.score(np.array([2.0])) == pytest.approx(fitted.score(Series(np.array([[198.0]]))))


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        ("", ParameterError, "at least one"),
        ("zscore,zscore", ParameterError, "twice"),
        ("zscor", UnknownNameError, "zscore"),
        ("knn:windw=3", UnknownNameError, "window"),
        ("knn:64", ParameterError, "NAME=VALUE"),
        ("knn:k=0", ParameterError, "k=0"),
        ("knn:k=few", ParameterError, "k=few"),
        ("knn:scaler=minmx", UnknownNameError, "minmax"),
    ],
)
def test_what_is_not_there_is_refused(words, error, said):
    with pytest.raises(error, match=said):
        specs(words, scalers())
