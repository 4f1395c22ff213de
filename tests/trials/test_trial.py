from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

import offbeat as ob
from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.spec import DetectorSpec, specs
from offbeat.data.synth import inject_many, sine
from offbeat.trials.figures import count, measure
from offbeat.trials.fitted import fit, scalers
from offbeat.trials.folds import folds
from offbeat.trials.foldtrial import FoldTrial
from offbeat.trials.trial import run as run_trial

SERIES = inject_many(sine(n=1000), "spike:6", after=300, seed=1)


@dataclass
class Broken(Detector):
    error: object = param(None, "what is raised")

    def _fit(self, x): ...

    def _score(self, x):
        raise self.error


@dataclass
class Deaf(Detector):
    def _fit(self, x): ...

    def _score(self, x):
        return np.full(len(x), np.nan)


def job(words="zscore", series=SERIES, threshold="percentile:99", how="50/25/25", seed=0):
    return FoldTrial(specs(words, scalers())[0], series, folds(len(series), how)[0], 0, seed, ob.threshold(threshold))


def test_a_row_says_who_where_how_good_and_at_what_cost():
    run = run_trial(job())
    assert run.row["detector"] == "zscore"
    assert run.row["train_points"] == 500
    assert run.row["test_points"] == len(run.scores) == 250
    assert run.row["anomalies"] == ob.metrics.false_alarms_per_day(np.zeros(250), SERIES.labels[750:], step=86400) * 250
    assert run.row["pr_auc"] == ob.metrics.pr_auc(SERIES.labels[750:], run.scores)
    alarms = run.scores > run.row["threshold_value"]
    assert run.row["f1"] == ob.metrics.f1(SERIES.labels[750:], alarms)
    assert run.row["seconds"] > 0
    assert run.row["parameters"] > 0
    assert not run.failed


def test_every_measure_of_detection_has_a_column_or_a_reason():
    run = run_trial(job())
    for one in ob.metrics.measures().values():
        if one.takes != "expected":
            there = any(name == one.name or name.startswith(one.name + "_") for name in run.row)
            assert there or one.name in run.row["empty"], one.name


def test_scores_know_nothing_of_what_comes_after_and_the_threshold_nothing_of_the_test_rows():
    later = SERIES.values.copy()
    later[750:] += 50.0
    for words in ("zscore", "moving_rms", "knn:window=16"):
        one, two = run_trial(job(words)), run_trial(job(words, replace(SERIES, values=later)))
        assert one.row["threshold_value"] == two.row["threshold_value"], words


def test_the_threshold_is_chosen_on_validation_labels_not_on_test_labels():
    flipped = SERIES.labels.copy()
    flipped[750:] = ~flipped[750:]
    one, two = (
        run_trial(job(threshold="best_f1", series=replace(SERIES, labels=labels)))
        for labels in (SERIES.labels, flipped)
    )
    assert one.row["threshold_value"] == two.row["threshold_value"]
    assert one.row["f1"] != two.row["f1"]


def test_a_threshold_that_can_not_be_chosen_leaves_the_measures_of_scores():
    quiet = SERIES.labels.copy()
    quiet[500:750] = False
    run = run_trial(job(threshold="best_f1", series=replace(SERIES, labels=quiet)))
    assert not run.failed
    assert "pr_auc" in run.row
    assert "f1" not in run.row
    assert "no threshold from the validation rows" in run.row["empty"]


def test_no_anomaly_in_the_test_rows_leaves_measures_empty_with_the_reason():
    quiet = SERIES.labels.copy()
    quiet[750:] = False
    run = run_trial(job(series=replace(SERIES, labels=quiet)))
    assert "vus_pr" not in run.row
    assert "no anomaly in 250 labels" in run.row["empty"]
    assert run.row["anomalies"] == 0
    assert run.row["accuracy"] > 0.9


@pytest.mark.parametrize(
    ("error", "said"),
    [(ValueError("bad luck"), "ValueError: bad luck"), (MemoryError(), "MemoryError"), (ob.OffbeatError("no"), "no")],
)
def test_what_a_detector_raises_is_a_row(error, said):
    made = replace(job(), spec=replace(DetectorSpec.of(Broken(error)), name="broken"))
    run = run_trial(made)
    assert run.failed
    assert said in run.row["error"]
    assert run.row["detector"] == "broken"


def test_a_detector_that_judges_nothing_has_no_measure_of_scores_and_says_why():
    run = run_trial(replace(job(), spec=replace(DetectorSpec.of(Deaf()), name="deaf")))
    assert not run.failed
    assert "vus_pr" not in run.row
    assert "all 250 scores are NaN" in run.row["empty"]
    assert run.row["alarms"] == 0


def test_scaling_is_learned_from_the_training_rows_alone():
    later = SERIES.values.copy()
    later[500:] *= 100
    one = job("zscore:scaler=minmax", replace(SERIES, values=later))
    assert fit(one.spec, one.series[one.fold.train], 0).scaler.spread_ == pytest.approx(np.ptp(SERIES.values[:500]))


def test_without_labels_stability_and_power_take_the_place_of_measures():
    bare = replace(SERIES, labels=None)
    run = run_trial(job("zscore", bare))
    assert 0.7 < run.row["stability_halves"] <= 1
    assert "stability_seed" not in run.row
    assert "f1" not in run.row
    assert np.isnan(run.row["anomalies"])
    by_size = {one.probe.size: one.found for one in run.power if one.probe.kind == "spike"}
    assert by_size[8.0] > by_size[1.0]


def test_a_detector_by_chance_is_asked_again_with_another_seed():
    bare = replace(SERIES, labels=None)[:300]
    few, many = (run_trial(job(f"isolation_forest:trees={t},window=4", bare)).row["stability_seed"] for t in (2, 60))
    assert few < many < 1


def test_dates_give_delays_in_seconds_and_false_alarms_a_day():
    labels = np.arange(100) == 50
    alarms = (np.arange(100) == 51) | (np.arange(100) == 10)
    wide = (np.arange(100) >= 50) & (np.arange(100) < 54)
    dated, _ = measure(wide, wide * 1.0, alarms, 60.0)
    assert dated["detection_delay_mean"] == 60.0
    assert dated["false_alarms_per_day"] == pytest.approx(1440 / 100)
    bare, reasons = measure(labels, labels * 1.0, labels, None)
    assert "false_alarms_per_day" not in bare
    assert reasons == ["false_alarms_per_day: the series has no dates"]


def test_numbers_learned_are_counted_through_members_and_without_parameters():
    x = np.sin(np.arange(300) / 5)
    small, large = (ob.detector("isolation_forest", window=4, trees=t).fit(x) for t in (5, 50))
    assert count(large) > 5 * count(small)
    auto = ob.detector("auto").fit(x)
    assert count(auto) >= sum(count(member) for member in auto.members_.values()) > 0
    assert count({"a": np.zeros(3), "b": [np.zeros(2), "word"]}) == 5
