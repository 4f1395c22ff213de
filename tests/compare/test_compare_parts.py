from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import offbeat as ob
from offbeat.compare import page
from offbeat.compare.verdict import Gap, gap
from offbeat.core.spec import specs
from offbeat.data.synth import inject_many, sine
from offbeat.metrics import Difference
from offbeat.trials.fitted import fit
from offbeat.trials.folds import folds
from offbeat.trials.power import Power, Probe
from offbeat.trials.unlabelled import rank_correlation, smallest_found, stability, top_overlap, total

LABELLED = inject_many(sine(n=1200), "spike:24", seed=1)


def test_the_better_is_ahead_also_where_lower_is_better():
    dated = replace(LABELLED, time=np.datetime64("2024-01-01", "ns") + np.arange(1200) * np.timedelta64(3600, "s"))
    found = ob.compare(
        dated, "zscore,moving_rms", metric="false_alarms_per_day", split="50/25/25", threshold="percentile:80"
    )
    best, other = found.detectors
    ahead = gap(found.runs, found.metric, found.truth, best, other)
    assert ahead.difference.value > 0
    assert ahead.difference.low <= ahead.difference.value <= ahead.difference.high
    back = gap(found.runs, found.metric, found.truth, other, best)
    assert back.difference.value == pytest.approx(-ahead.difference.value)
    means = found.means["false_alarms_per_day"]
    assert ahead.difference.value == pytest.approx(means[other] - means[best])


def test_the_best_of_many_needs_a_smaller_p_than_the_better_of_two():
    ahead = Gap(Difference(0.1, 0.01, 0.2, 0.02), "the 9 labelled events")
    assert ahead.sentence(2).startswith("that is more than chance (p = 0.02; between 0.01 and 0.2 when")
    assert ahead.sentence(4).startswith("that may be chance (p = 0.06 for the best of 4;")
    assert "can't be ruled out" in Gap(Difference(0.1, np.nan, 0.2, 0.02), "").sentence(2)


def test_stability_is_between_the_first_and_the_second_half():
    rng = np.random.default_rng(0)
    series = replace(sine(n=400), values=np.concatenate([rng.normal(size=100), rng.normal(3.0, 1.0, 300)])[:, None])
    (spec,), fold = specs("zscore"), folds(400, "50/25/25")[0]
    scores = [
        fit(spec, series[half], 0).score_after(series, half.start, fold.test)
        for half in (slice(0, 100), slice(100, 200))
    ]
    found = stability(spec, series, fold, 0, scores[0])
    assert found == {"stability_halves": rank_correlation(*scores)}
    assert found["stability_halves"] < 0.9


def test_a_half_that_is_too_short_has_no_stability():
    (spec,), fold = specs("knn:window=80"), folds(200, "50/25/25")[0]
    assert np.isnan(stability(spec, sine(n=200), fold, 0, np.zeros(50))["stability_halves"])


def test_overlap_counts_in_both_directions():
    a, b = np.zeros(1000), np.zeros(1000)
    a[[100, 300, 500, 700, 900]] = 1
    b[300] = 1
    assert top_overlap(a, b) == top_overlap(b, a) == pytest.approx((1 / 5 + 1) / 2)
    assert np.isnan(top_overlap(a, np.full(1000, np.nan)))


def test_the_smallest_that_is_found_often_is_named_and_places_add_up():
    one = [Power(Probe("spike", size, 1), 5 * size, found, 10) for size, found in ((1.0, 2), (2.0, 8), (4.0, 10))]
    assert [p.probe.size for p in smallest_found(one)] == [2.0]
    both = total([*one, *[replace(p, percent=9.0) for p in one]])
    assert [(p.found, p.places) for p in both] == [(4, 20), (16, 20), (20, 20)]
    assert all(np.isnan(p.percent) for p in both)
    assert smallest_found([replace(one[0], places=0, found=0)]) == []


def test_curves_agree_with_the_areas_of_the_measures():
    rng = np.random.default_rng(1)
    labels = rng.random(2000) < 0.2
    scores = rng.normal(size=2000) + labels
    tpr, precision = page._curve(labels, scores)
    assert np.trapezoid(tpr, page.GRID) == pytest.approx(ob.metrics.roc_auc(labels, scores), abs=2e-3)
    assert precision.mean() == pytest.approx(ob.metrics.pr_auc(labels, scores), abs=2e-2)
    assert precision[-1] == pytest.approx(labels.mean(), abs=0.02)


def test_pictures_get_the_events_of_every_fold_where_they_are_and_each_kind_of_points(monkeypatch):
    seen = {}
    monkeypatch.setattr(page, "found_by", lambda series, alarms: seen.update(series=series, alarms=alarms))
    monkeypatch.setattr(page, "distributions", lambda groups, words: seen.update(groups=groups, words=words))
    found = ob.compare(LABELLED, "zscore", split="expanding:2", threshold="percentile:95", metric="pr_auc")
    list(page._events(found))
    begun = found.truth.folds["sine"][0].test.start
    alarms = np.zeros(1200, dtype=bool)
    for first, last in seen["alarms"]["zscore"] + begun:
        alarms[first:last] = True
    for run, fold in zip(found.runs, found.truth.folds["sine"], strict=True):
        assert alarms[fold.test][run.scores > run.row["threshold_value"]].all()
        assert not alarms[fold.test][: run.events[0, 0]].any()
    assert (seen["series"].values == LABELLED.values[begun:]).all()
    list(page._severities(found))
    normal, anomalous = seen["groups"]["zscore"]
    assert len(anomalous) == LABELLED.labels[begun:].sum()
    assert np.nanmedian(anomalous) > 1 > np.nanmedian(normal)
