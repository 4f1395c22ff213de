from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import numpy as np
import optuna
import pytest

import offbeat as ob
from offbeat.core.errors import (
    InputError,
    MissingExtraError,
    OutputError,
    ParameterError,
    UnknownNameError,
)
from offbeat.core.series import Panel, Series
from offbeat.data.synth import inject, sine
from offbeat.detectors.statistical.moving_rms import MovingRMS
from offbeat.detectors.statistical.zscore import ZScore
from offbeat.metrics import vus_pr
from offbeat.trials.folds import folds
from offbeat.tune.tune import tune


def marked(n: int = 1200, seed: int = 1) -> Series:
    """A sine with labelled anomalies in every part of it."""
    series = sine(n, period=40, noise=0.2, seed=seed)
    for first in range(40, n - 60, 100):
        series = inject(series, "variance", at=first + 20 * seed, length=20, seed=first)
        series = inject(series, "spike", at=first + 20 * seed + 30, seed=first)
    return series


@pytest.fixture
def series() -> Series:
    return marked()


def plain(found: ob.TuneResult) -> list[tuple[object, ...]]:
    return [(trial.params, trial.state, trial.value) for trial in found.trials]


def test_the_first_trial_is_the_defaults_measured_as_detect_judges(series: Series) -> None:
    found = tune(series, "moving_rms", trials=1)
    parts = folds(len(series), "expanding:3")
    scores = [
        ob.detect(series[: part.validation.stop], "moving_rms", train=part.train.stop).scores[part.validation]
        for part in parts
    ]
    truth = [series.labels[part.validation] for part in parts]
    expected = np.mean([vus_pr(t, s, nan="lowest") for t, s in zip(truth, scores, strict=True)])
    assert found.default == pytest.approx(expected, abs=1e-12)
    assert found.params == {"window": None}
    assert "nothing better" in found.summary


def test_the_best_is_never_worse_and_is_what_its_parameters_give(series: Series) -> None:
    found = tune(series, "moving_rms", trials=12)
    assert len(found.trials) == 12
    done = [trial.value for trial in found.trials if trial.state == "done"]
    assert found.value == max(done)
    assert found.value > found.default == found.trials[0].value
    again = tune(series, "moving_rms", trials=1, params=found.params)
    assert again.value == found.value
    assert found.changed == found.params
    assert f"window={found.params['window']}" in found.summary
    assert "12 trials" in found.summary


def test_a_measure_of_which_less_is_better_is_made_small(series: Series) -> None:
    found = tune(series, "zscore", "false_alarms_per_day", trials=8)
    done = [trial.value for trial in found.trials if trial.state == "done"]
    assert found.value == min(done)
    assert found.value <= found.default


def test_infinite_values_are_no_failure(series: Series) -> None:
    silent = dataclasses.replace(series, values=np.zeros_like(series.values))
    found = tune(silent, "zscore", "detection_delay_mean", trials=3)
    assert found.value == np.inf
    assert "infinite" in found.summary
    assert found.facts["value"] is None


def test_the_same_seed_tries_the_same(series: Series) -> None:
    first, second, other = (tune(series, "knn", trials=6, seed=seed) for seed in (3, 3, 4))
    assert plain(first) == plain(second)
    assert plain(first)[0] == plain(other)[0]
    assert plain(first) != plain(other)


def test_a_study_goes_on_as_if_it_had_never_stopped(series: Series, tmp_path: Path) -> None:
    whole = tune(series, "moving_rms", trials=13)
    tune(series, "moving_rms", trials=9, study=tmp_path / "a.db")
    resumed = tune(series, "moving_rms", trials=13, study=tmp_path / "a.db")
    assert plain(resumed) == plain(whole)
    assert resumed.facts["trials"] == 13
    assert "pruned" in {trial.state for trial in whole.trials}


@pytest.mark.slow
def test_a_study_that_has_enough_trials_makes_no_more(series: Series, tmp_path: Path) -> None:
    path = tmp_path / "a b?c%20#.db"
    first = tune(series, "zscore", trials=5, study=path)
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
    shares: list[float] = []
    again = tune(series, "zscore", trials=3, study=path, progress=shares.append)
    assert plain(again) == plain(first)
    assert shares == []


@pytest.mark.slow
def test_trials_of_a_killed_run_are_not_counted(series: Series, tmp_path: Path) -> None:
    tune(series, "zscore", trials=3, study=tmp_path / "a.db")
    storage = optuna.storages.RDBStorage(f"sqlite:///{tmp_path / 'a.db'}")
    optuna.load_study(study_name="offbeat", storage=storage, sampler=optuna.samplers.RandomSampler(0)).ask()
    storage.remove_session()
    storage.engine.dispose()
    assert plain(tune(series, "zscore", trials=5, study=tmp_path / "a.db")) == plain(tune(series, "zscore", trials=5))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("study") / "a.db"
    tune(marked(), "zscore", trials=2, study=path)
    return path


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"detector": "moving_rms"}, "detector"),
        ({"metric": "roc_auc"}, "metric"),
        ({"seed": 1}, "seed"),
        ({"planted": "spike"}, "planted"),
        ({"ranges": {"window": (3, 9)}}, "ranges"),
        ({"data": marked(seed=2)}, "data"),
    ],
)
def test_a_study_of_something_else_is_refused(study: Path, change: dict[str, object], word: str) -> None:
    with pytest.raises(InputError, match=f"another {word}.*give it another file"):
        tune(**{"data": marked(), "detector": "zscore", "trials": 3, "study": study, **change})


def test_a_file_that_is_no_study_is_refused_and_left_alone(series: Series, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("time,value\n0,1\n")
    with pytest.raises(InputError, match="not the file of a study"):
        tune(series, "zscore", study=path)
    assert path.read_text() == "time,value\n0,1\n"
    with pytest.raises(InputError, match="not the file of a study"):
        tune(series, "zscore", study=tmp_path)
    with pytest.raises(OutputError, match="there is no folder"):
        tune(series, "zscore", study=tmp_path / "nowhere" / "a.db")
    path.write_bytes(b"SQLite format 3\0" + b"nonsense" * 20)
    with pytest.raises(InputError, match="can't be used as the file of a study"):
        tune(series, "zscore", study=path)


def test_an_interruption_keeps_the_best_so_far(series: Series, tmp_path: Path) -> None:
    def stop(share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    found = tune(series, "moving_rms", trials=10, study=tmp_path / "a.db", progress=stop)
    assert found.is_stopped
    assert len(found.trials) == 4
    assert "stopped after 4 trials; the best so far is kept" in found.notes
    assert found.unseen is None
    assert plain(tune(series, "moving_rms", trials=6, study=tmp_path / "a.db")) == plain(
        tune(series, "moving_rms", trials=6)
    )


def test_an_interruption_inside_a_trial_takes_it_back(
    series: Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tune(series, "moving_rms", trials=6)
    fit, calls = MovingRMS._fit, [0]

    def stopping(self: MovingRMS, x: np.ndarray) -> None:
        calls[0] += 1
        if calls[0] == 5:
            raise KeyboardInterrupt
        fit(self, x)

    monkeypatch.setattr(MovingRMS, "_fit", stopping)
    found = tune(series, "moving_rms", trials=6, study=tmp_path / "a.db")
    assert found.is_stopped
    assert plain(found) == plain(whole)[:1]
    assert plain(tune(series, "moving_rms", trials=6, study=tmp_path / "a.db")) == plain(whole)


def test_an_interruption_before_anything_is_known_goes_up(series: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(MovingRMS, "_fit", stop)
    with pytest.raises(KeyboardInterrupt):
        tune(series, "moving_rms")


def test_a_failing_trial_is_said_and_counted(series: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    fit = ZScore._fit

    def moody(self: ZScore, x: np.ndarray) -> None:
        if self.window is not None and self.window > 20:
            raise ZeroDivisionError("by nothing")
        fit(self, x)

    monkeypatch.setattr(ZScore, "_fit", moody)
    found = tune(series, "zscore", trials=10)
    failed = [i for i, trial in enumerate(found.trials) if trial.state == "failed"]
    assert failed
    assert len(found.trials) == 10
    window = found.trials[failed[0]].params["window"]
    assert f"trial {failed[0]} failed (window={window}): ZeroDivisionError: by nothing" in found.notes
    assert f"{len(failed)} failed" in found.summary
    assert found.to_frame()["reason"][failed[0]] == "ZeroDivisionError: by nothing"


def test_failing_defaults_do_not_hide_what_works(series: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    fit = ZScore._fit

    def moody(self: ZScore, x: np.ndarray) -> None:
        if self.window is None:
            raise InputError("no window")
        fit(self, x)

    monkeypatch.setattr(ZScore, "_fit", moody)
    found = tune(series, "zscore", trials=4)
    assert found.default is None
    assert "the defaults failed" in found.summary
    assert found.params["window"] is not None


def test_all_failing_is_an_error_with_the_first_reason(series: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(self: ZScore, _: np.ndarray) -> None:
        raise InputError(f"no luck with {self.window}")

    monkeypatch.setattr(ZScore, "_fit", never)
    with pytest.raises(InputError, match="all 3 trials failed; the first: no luck with None"):
        tune(series, "zscore", trials=3)


def test_what_has_no_parameters_is_measured_and_said(series: Series) -> None:
    found = tune(series, "mad")
    assert len(found.trials) == 1
    assert "nothing to tune" in found.summary
    assert found.value == found.default > 0


def test_the_last_part_is_not_seen_by_the_search(series: Series) -> None:
    last = folds(len(series), "expanding:3")[-1].test
    values = series.values.copy()
    values[last] = np.random.default_rng(0).normal(size=values[last].shape)
    first = tune(series, "moving_rms", trials=8)
    second = tune(dataclasses.replace(series, values=values), "moving_rms", trials=8)
    assert plain(first) == plain(second)
    assert first.unseen != second.unseen
    assert "which the search did not see" in first.summary


def test_the_figures_of_the_last_part_are_those_of_defaults_and_best(series: Series) -> None:
    found = tune(series, "moving_rms", trials=8)
    part = folds(len(series), "expanding:3")[-1]
    expected = []
    for params in ({}, found.params):
        detector = ob.detector("moving_rms", **params).fit(series[part.train])
        expected.append(vus_pr(series.labels[part.test], detector.score(series)[part.test], nan="lowest"))
    assert found.unseen == pytest.approx(tuple(expected), abs=1e-12)
    carried = expected[1] > expected[0]
    assert ("did not carry over" in found.summary) is not carried


def test_a_last_part_that_can_not_be_measured_is_said(series: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    part = folds(len(series), "expanding:3")[-1]
    labels = series.labels.copy()
    labels[part.test] = False
    found = tune(dataclasses.replace(series, labels=labels), "moving_rms", trials=1)
    assert found.unseen is None
    assert "could not be checked" in found.notes[-1]
    score = MovingRMS._score

    def choking(self: MovingRMS, x: np.ndarray) -> np.ndarray:
        if len(x) == len(series):
            raise ZeroDivisionError("by nothing")
        return score(self, x)

    monkeypatch.setattr(MovingRMS, "_score", choking)
    found = tune(series, "moving_rms", trials=1)
    assert found.unseen is None
    assert "could not be measured: by nothing" in found.notes[-1]


def test_several_series_count_alike_and_those_without_labels_are_named() -> None:
    one, two, bare = marked(seed=1), marked(seed=2), sine(1200)
    both = tune(Panel({"one": one, "two": two, "bare": bare}), "moving_rms", trials=1)
    alone = [tune(series, "moving_rms", trials=1).value for series in (one, two)]
    assert both.value == pytest.approx(np.mean(alone))  # each has three parts
    assert "bare was left out: it has no labels" in both.notes


def test_parts_without_anomalies_are_left_out_and_said(series: Series) -> None:
    part = folds(len(series), "expanding:3")[0].validation
    labels = series.labels.copy()
    labels[part] = False
    found = tune(dataclasses.replace(series, labels=labels), "moving_rms", trials=1)
    assert "1 of 3 validation parts" in found.notes[0]
    with pytest.raises(InputError, match=r"no part to measure on has labelled anomalies.*plant"):
        tune(dataclasses.replace(series, labels=np.zeros(len(series), dtype=bool)), "moving_rms")


def test_the_seed_reaches_the_detector(series: Series) -> None:
    found = tune(series, "isolation_forest", trials=1, params={"trees": 5, "window": 8}, seed=5)
    assert found.make().get_params()["seed"] == 5
    assert found.value != tune(series, "isolation_forest", trials=1, params={"trees": 5, "window": 8}, seed=6).value
    assert "seed" not in found.params


def test_held_parameters_stay(series: Series) -> None:
    found = tune(series, "knn", trials=4, params={"window": 30})
    assert found.params["window"] == 30
    assert all("window" not in trial.params for trial in found.trials)


def test_what_can_not_be_is_refused(series: Series) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'knn'"):
        tune(series, "kn")
    with pytest.raises(UnknownNameError, match="did you mean 'vus_pr'"):
        tune(series, "knn", "vus")
    with pytest.raises(UnknownNameError, match="no metric 'rmse'"):
        tune(series, "knn", "rmse")
    with pytest.raises(UnknownNameError, match="has no parameter 'windw'"):
        tune(series, "knn", params={"windw": 3})
    with pytest.raises(ParameterError, match="trials=0"):
        tune(series, "knn", trials=0)
    with pytest.raises(ParameterError, match="seed=-1"):
        tune(series, "knn", seed=-1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'trails'"):
        tune(series, "knn", trails=3)
    with pytest.raises(InputError):
        tune(series[:4], "knn")


def test_without_optuna_the_extra_is_named(series: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(MissingExtraError, match=r"the \[tune\] extra: pip install '(optuna|\.\[)"):
        tune(series, "zscore")


def test_optuna_says_nothing_and_keeps_its_loudness(series: Series, capfd: pytest.CaptureFixture[str]) -> None:
    loudness = optuna.logging.get_verbosity()
    tune(series, "zscore", trials=3)
    assert optuna.logging.get_verbosity() == loudness
    assert capfd.readouterr() == ("", "")


def test_progress_goes_from_the_first_to_the_last_trial(series: Series) -> None:
    shares: list[float] = []
    tune(series, "zscore", trials=4, progress=shares.append)
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_the_file_holds_the_facts_and_detect_takes_what_it_says(series: Series, tmp_path: Path) -> None:
    found = tune(series, "moving_rms", trials=5)
    found.save(tmp_path / "params.json")
    held = json.loads((tmp_path / "params.json").read_text())
    assert held["detector"] == "moving_rms"
    assert held["params"] == found.params
    facts = held["tuned"]
    assert (facts["metric"], facts["trials"], facts["seed"]) == ("vus_pr", 5, 0)
    assert (facts["default"], facts["value"]) == (found.default, found.value)
    assert facts["offbeat"] == ob.__version__
    by_hand = ob.detect(series, "moving_rms", params=held["params"])
    np.testing.assert_array_equal(ob.detect(series, found.make()).scores, by_hand.scores)
