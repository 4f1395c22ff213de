"""The parts that tuning is made of: ranges, goals, parts, the search itself, parameter files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import offbeat as ob
from offbeat.core.errors import InputError, ParameterError, UnknownNameError
from offbeat.core.params import Param, param
from offbeat.core.registry import detector_class, detector_entries
from offbeat.core.series import Series
from offbeat.data.anomalies import KINDS
from offbeat.data.synth import inject, sine
from offbeat.metrics.catalogue import measures
from offbeat.trials import paramfile
from offbeat.trials.metric import metric_named
from offbeat.trials.planted import COPIES, plantable, tune_parts
from offbeat.trials.search import search
from offbeat.trials.space import LONGEST, Range, space


def every_range() -> list[tuple[str, int]]:
    return [(name, n) for name in detector_entries() for n in (30, 500, 100_000)]


@pytest.mark.parametrize(("name", "n"), every_range())
def test_every_detector_has_a_space_that_holds_its_default_and_suggests_what_is_allowed(name: str, n: int) -> None:
    kind = detector_class(name)
    ranges = space(kind, n, {}, {})
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    start = {key: value for part in ranges for key, value in part.start().items()}
    study.enqueue_trial(start, user_attrs={"defaults": True})
    asked = study.ask()
    assert {part.name: part.suggest(asked) for part in ranges} == {part.name: part.default for part in ranges}
    assert kind(**{part.name: part.default for part in ranges}) == kind()
    tried = []
    for _ in range(20):
        asked = study.ask()
        tried.append({part.name: part.suggest(asked) for part in ranges})
        kind(**tried[-1])  # raises where a value is out of bounds
    for part in ranges:
        assert part.name != "seed"
        assert len({trial[part.name] for trial in tried}) > 1


def test_open_ends_are_chosen_by_the_stated_rules() -> None:
    found = {part.name: part for part in space(detector_class("knn"), 4000, {}, {})}
    assert (found["window"].low, found["window"].high, found["window"].log) == (2, 400, True)
    assert (found["k"].low, found["k"].high) == (1, 8)
    assert (found["bank"].low, found["bank"].high) == (4096, 65536)
    assert set(found["normalise"].choices) == {"mean", "soft", "none"}
    assert space(detector_class("moving_rms"), 10**6, {}, {})[0].high == LONGEST
    assert space(detector_class("mad"), 4000, {}, {}) == ()


def test_none_is_tried_again_only_beside_other_parameters() -> None:
    assert not space(detector_class("moving_rms"), 4000, {}, {})[0].offers_none
    assert space(detector_class("knn"), 4000, {}, {})[0].offers_none


def test_a_given_range_is_kept_and_checked() -> None:
    kind = detector_class("knn")
    assert (found := space(kind, 400, {}, {"window": (16, 256)})[0]).low == 16
    assert found.high == 256
    for given_range, held, words in (
        ({"window": (256, 16)}, {}, "smaller end first"),
        ({"window": (1, 16)}, {}, "at least 2"),
        ({"window": (None, 16)}, {}, "two numbers"),
        ({"k": (1, 9)}, {}, "1 to 8"),
        ({"normalise": (1, 9)}, {}, "only numbers"),
        ({"window": (4, 9)}, {"window": 5}, "held"),
    ):
        with pytest.raises(ParameterError, match=words):
            space(kind, 400, held, given_range)
    with pytest.raises(UnknownNameError, match="did you mean window"):
        space(kind, 400, {}, {"windo": (4, 9)})


def test_what_has_neither_bounds_nor_words_is_left_out() -> None:
    from dataclasses import dataclass

    @dataclass
    class Odd:
        shift: float = param(0.0, "anything")
        gain: float = param(-2.0, "anything but 0")
        word: str = param("a", "any word")
        both: bool = param(True, "yes or no")

    found = {part.name: part for part in space(Odd, 100, {}, {})}
    assert sorted(found) == ["both", "gain"]
    assert (found["gain"].low, found["gain"].high, found["gain"].log) == (-8.0, -0.5, False)
    assert found["both"].choices == (True, False)


@given(
    low=st.none() | st.floats(0, 5),
    width=st.none() | st.floats(1, 50),
    default=st.floats(5, 6),
    log=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_numbers_stay_within_declared_bounds(low: float | None, width: float | None, default: float, log: bool) -> None:
    from offbeat.trials.space import _range

    declared = Param("x", "float", default, "", low, None if width is None else default + width, log=log)
    found = _range(declared, 1000, None, has_company=False)
    assert found is not None
    assert found.low <= default <= found.high
    assert declared.allows(found.low)
    assert declared.allows(found.high)
    assert found.low > 0 or not found.log


def test_every_measure_of_detection_is_a_goal() -> None:
    rng = np.random.default_rng(0)
    truth = np.zeros(300, dtype=bool)
    truth[100:120] = True
    scores = rng.random(300)
    scores[:5] = np.nan
    for measure in measures().values():
        if measure.takes == "expected" or "point_adjusted" in measure.name:
            continue
        judged = scores if measure.takes == "scores" else np.nan_to_num(scores) > 0.9
        for name, value in measure.columns(truth, judged, **({"nan": "lowest"} if judged is scores else {})).items():
            assert metric_named(name).value(truth, judged, None) == value or np.isnan(value), name


def test_precision_without_an_alarm_is_the_worst_value() -> None:
    truth = np.array([False, True, True, False])
    assert metric_named("event_wise_precision").value(truth, np.zeros(4, dtype=bool), None) == 0.0


def test_the_step_reaches_measures_of_time() -> None:
    truth = np.zeros(48, dtype=bool)
    truth[5] = True
    alarms = np.zeros(48, dtype=bool)
    alarms[20] = True
    assert metric_named("false_alarms_per_day").value(truth, alarms, 3600.0) == pytest.approx(0.5)


def test_plantable_kinds_are_checked() -> None:
    assert "correlation" not in plantable("all", 1)
    assert set(plantable("all", 2)) == set(KINDS)
    assert plantable(["spike", "spike"], 1) == ["spike"]
    with pytest.raises(ParameterError, match="correlation can't be planted in one channel"):
        plantable("spike,correlation", 1)
    with pytest.raises(UnknownNameError, match="did you mean 'spike'"):
        plantable("spik", 1)
    with pytest.raises(ParameterError, match="no kind"):
        plantable([], 1)


def test_planting_changes_measured_rows_alone_and_one_kind_at_a_time() -> None:
    series = sine(1500, period=30)
    found = tune_parts([series], "expanding:3", 5, ["spike", "level_shift"], 0)
    assert len(found.measured) == 3
    assert len(found.unseen) == 1
    for part in (*found.measured, *found.unseen):
        stop = part.measured.start
        np.testing.assert_array_equal(part.known.values, series.values[: len(part.known)])
        assert len(part.known) == stop - (5 if part is not found.unseen[0] else stop - len(part.known))
        spike, level_shift = part.objectives
        for objective in (spike, level_shift):
            np.testing.assert_array_equal(objective.series.values[:stop], series.values[:stop])
            moved = (objective.series.values != series.values[: len(objective.series)])[:, 0]
            np.testing.assert_array_equal(np.flatnonzero(moved), stop + np.flatnonzero(objective.truth))
            assert objective.counted.all()
        assert spike.truth.sum() == COPIES
        assert level_shift.truth.sum() == COPIES * 8


def test_real_labels_do_not_count_where_anomalies_are_planted() -> None:
    series = inject(sine(1500, period=30), "level_shift", at=700, length=50)
    part = next(
        c for c in tune_parts([series], "expanding:3", 0, "spike", 0).measured if 700 in range(1500)[c.measured]
    )
    objective = part.objectives[0]
    real = series.labels[part.measured]
    np.testing.assert_array_equal(objective.counted, ~real)
    assert not (objective.truth & real).any()


def test_the_planted_kinds_are_those_that_the_detector_sees() -> None:
    assert ob.tune(sine(1500), "moving_rms", trials=1).facts["planted"] == ["level_shift", "variance"]
    assert ob.tune(sine(1500), "moving_rms", trials=1, planted="dip").facts["planted"] == ["dip"]
    assert "on planted anomalies" in ob.tune(sine(1500), "mad", planted="all").summary


def test_the_measure_is_the_mean_over_kinds() -> None:
    both = ob.tune(sine(1500), "moving_rms", trials=1, planted="level_shift")
    assert both.value > ob.tune(sine(1500), "moving_rms", trials=1, planted="shape").value


def test_the_digest_tells_other_data_and_other_labels() -> None:
    series = inject(sine(1500, period=30), "level_shift", at=700, length=50)
    other = inject(sine(1500, period=30), "level_shift", at=710, length=50)
    digests = {
        tune_parts([series], "expanding:3", 0, None, 0).digest,
        tune_parts([other], "expanding:3", 0, None, 0).digest,
        tune_parts([series], "expanding:4", 0, None, 0).digest,
        tune_parts([series], "expanding:3", 0, "spike", 0).digest,
        tune_parts([series], "expanding:3", 0, "spike", 1).digest,
    }
    assert len(digests) == 5


def test_a_part_without_room_says_so() -> None:
    with pytest.raises(InputError, match="no room for an anomaly"):
        tune_parts([sine(20)], "expanding:3", 0, "level_shift", 0)
    with pytest.raises(InputError, match=r"nothing to tune on.*left out"):
        tune_parts([sine(20), sine(19)], "expanding:3", 0, "level_shift", 0)
    assert len(tune_parts([sine(150)], "expanding:3", 0, "level_shift", 0).measured) == 3


LINE = (Range("x", 1.0, 0.0, 10.0),)


def line(params: Mapping[str, float]) -> Iterator[float]:
    """Three parts of the value x."""
    for _ in range(3):
        yield params["x"]


def test_hopeless_trials_are_stopped_early_and_the_defaults_never() -> None:
    parts: list[float] = []

    def watched(params: Mapping[str, float]) -> Iterator[float]:
        for value in line(params):
            parts.append(value)
            yield value

    with search(LINE, 0, None, {}, maximise=False) as found:
        for _ in range(20):
            found.step(watched, 3)
        states = [trial.state for trial in found.trials]
        assert states[0] == "done"
        assert states.count("pruned") >= 3
        for trial in found.trials:
            assert parts.count(trial.params["x"]) == (1 if trial.state == "pruned" else 3)
            assert (trial.value is None) == (trial.state == "pruned")
        assert found.best is not None
        assert found.best.value == min(t.value for t in found.trials if t.value is not None)
        assert found.best.value < 1


def test_no_trial_of_one_part_is_stopped_early() -> None:
    with search(LINE, 0, None, {}, maximise=True) as found:
        for _ in range(12):
            found.step(lambda params: iter([params["x"]]), 1)
        assert {trial.state for trial in found.trials} == {"done"}


def test_what_was_tried_is_not_tried_again() -> None:
    calls: list[int] = []

    def rate(params: Mapping[str, int]) -> Iterator[float]:
        calls.append(params["x"])
        yield float(params["x"])

    with search((Range("x", 1, 1, 3, is_whole=True),), 0, None, {}, maximise=True) as found:
        for _ in range(10):
            found.step(rate, 1)
        assert len(found.trials) == 10
        assert [trial.value for trial in found.trials] == [trial.params["x"] for trial in found.trials]
    assert len(calls) == len(set(calls)) <= 3


def test_a_value_that_is_no_number_is_a_failure() -> None:
    with search(LINE, 0, None, {}, maximise=True) as found:
        trial = found.step(lambda _: iter([float("nan")]), 1)
        assert (trial.state, trial.reason) == ("failed", "its value is not a number")
        assert found.best is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no parameter file"),
        ("[1]", "no parameter file; `offbeat tune"),
        ("{}", "no parameter file"),
        ('{"offbeat_parameters": 2, "detector": "knn", "params": {}}', "has format 2.*upgrade"),
        ('{"offbeat_parameters": 1, "detector": "knn"}', "no parameter file"),
        ('{"offbeat_parameters": 1, "detector": 3, "params": {}}', "no parameter file"),
        ('{"offbeat_parameters": 1, "detector": "kn", "params": {}}', "no detector 'kn'; did you mean 'knn'"),
        ('{"offbeat_parameters": 1, "detector": "knn", "params": {"k": 99}}', "k=99 is not allowed"),
        ('{"offbeat_parameters": 1, "detector": "knn", "params": {"q": 1}}', "has no parameter 'q'"),
        ("\x00\x01", "no parameter file"),
    ],
)
def test_a_bad_parameter_file_is_refused_in_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "params.json"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        paramfile.load_params(path)


def test_a_missing_parameter_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        paramfile.load_params(tmp_path / "none.json")
    with pytest.raises(InputError, match="can't read"):
        paramfile.load_params(tmp_path)


def test_a_parameter_file_comes_back_as_it_went(tmp_path: Path) -> None:
    params = {"window": None, "k": 4, "normalise": "soft"}
    paramfile.save(tmp_path / "p.json", "knn", params, {"value": 0.5})
    assert paramfile.load_params(tmp_path / "p.json") == ("knn", params)
    assert json.loads((tmp_path / "p.json").read_text())["tuned"] == {"value": 0.5}


def test_a_series_of_one_class_of_labels_is_no_case() -> None:
    ones = Series(np.zeros((100, 1)), labels=np.ones(100, dtype=bool))
    with pytest.raises(InputError, match="nothing to tune on"):
        tune_parts([ones], "expanding:3", 0, None, 0)
