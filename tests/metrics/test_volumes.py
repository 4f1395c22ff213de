"""The volumes against their slow twin, and what must hold of any area."""

from __future__ import annotations

import metrics_volumes as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.errors import InputError, ParameterError
from offbeat.metrics import r_auc_pr, r_auc_roc, roc_auc, volumes, vus_flagged, vus_pr, vus_roc


@st.composite
def judged(draw, least=2, most=40):
    n = draw(st.integers(least, most))
    labels = draw(st.lists(st.booleans(), min_size=n, max_size=n).filter(lambda x: 0 < sum(x) < len(x)))
    scores = draw(st.lists(st.integers(-6, 6), min_size=n, max_size=n))
    return np.array(labels, dtype=int), np.array(scores, dtype=float)


@given(judged(), st.integers(0, 15), st.integers(2, 12))
@settings(max_examples=60, deadline=None)
def test_the_volumes_equal_their_slow_twin(case, window, thresholds):
    found = volumes(*case, window, thresholds)
    expected = naive.volumes(*(x.tolist() for x in case), window, thresholds)
    assert (found.vus_roc, found.vus_pr, found.r_auc_roc, found.r_auc_pr) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("window", [0, 1, 13])
def test_the_volumes_equal_their_slow_twin_at_250_thresholds(window):
    rng = np.random.default_rng(window)
    labels = np.zeros(150, dtype=int)
    labels[[0, 1, 40, 52, 60, 61, 62, 100, 149]] = 1
    scores = rng.normal(size=150) + labels
    found = volumes(labels, scores, window)
    expected = naive.volumes(labels.tolist(), scores.tolist(), window)
    assert (found.vus_roc, found.vus_pr, found.r_auc_roc, found.r_auc_pr) == pytest.approx(expected, abs=1e-12)


@given(judged(), st.integers(0, 15))
@settings(max_examples=60, deadline=None)
def test_volumes_of_predictions_equal_their_slow_twin(case, window):
    labels, scores = case
    alarms = (scores >= 0).astype(int)
    found = vus_flagged(labels, alarms, window)
    if not alarms.any():
        assert np.isnan(found.precision)
        assert (found.recall, found.f1) == (0.0, 0.0)
        return
    expected = naive.flagged_volumes(labels.tolist(), alarms.tolist(), window)
    assert (found.precision, found.recall, found.f1) == pytest.approx(expected, abs=1e-12)


def test_the_four_names_are_the_four_parts():
    rng = np.random.default_rng(0)
    labels = (np.arange(400) // 25 == 7).astype(int)
    scores = rng.normal(size=400) + labels
    all_four = volumes(labels, scores, 30)
    assert vus_roc(labels, scores, 30) == all_four.vus_roc
    assert vus_pr(labels, scores, 30) == all_four.vus_pr
    assert r_auc_roc(labels, scores, 30) == all_four.r_auc_roc
    assert r_auc_pr(labels, scores, 30) == all_four.r_auc_pr


def test_without_buffer_one_range_and_all_thresholds_it_is_the_area_under_the_roc_curve():
    rng = np.random.default_rng(1)
    labels = np.zeros(200, dtype=int)
    labels[50:60] = 1
    scores = rng.normal(size=200)
    # one threshold a point, and a range that the first of them touches
    scores[55] = 9.0
    assert vus_roc(labels, scores, window=0, thresholds=200) == pytest.approx(roc_auc(labels, scores), abs=1e-12)


def test_a_near_miss_counts_within_the_buffer_only():
    labels, late = np.zeros(500, dtype=int), np.zeros(500)
    labels[200:220] = 1
    late[225:245] = 1.0
    assert vus_pr(labels, late, window=0) < 0.05
    assert vus_pr(labels, late, window=60) > 3 * vus_pr(labels, late, window=0)


def test_scores_equal_to_the_labels_are_perfect_at_any_width():
    labels = np.zeros(400, dtype=int)
    labels[100:130] = labels[300:310] = 1
    assert volumes(labels, labels.astype(float), window=40).vus_pr == pytest.approx(1.0, abs=1e-12)


def test_constant_scores_are_worth_flagging_everything():
    labels = (np.arange(100) < 10).astype(int)
    assert vus_pr(labels, np.ones(100), window=0) == pytest.approx(0.1, abs=1e-12)
    assert vus_roc(labels, np.ones(100), window=0) == pytest.approx(0.5, abs=1e-12)


@pytest.mark.parametrize(
    ("labels", "scores", "options", "error", "message"),
    [
        ([0, 0], [1.0, 2.0], {}, InputError, "no anomaly in 2 labels"),
        ([1, 1], [1.0, 2.0], {}, InputError, "all 2 labels are anomalous"),
        ([0, 1], [1.0], {}, InputError, "2 labels and 1 scores"),
        ([0, 2], [1.0, 2.0], {}, InputError, r"labels\[1\] is 2"),
        ([0, np.nan], [1.0, 2.0], {}, InputError, r"labels\[1\] is nan"),
        ([0, 1], [np.nan, 2.0], {}, InputError, "1 of 2 scores are NaN, the first at 0"),
        ([0, 1], ["a", "b"], {}, InputError, "scores must be numbers"),
        ([[0, 1]], [1.0, 2.0], {}, InputError, r"labels must have the shape \(n,\)"),
        ([0, 1], [1.0, 2.0], {"window": -1}, ParameterError, "window=-1"),
        ([0, 1], [1.0, 2.0], {"window": 2.5}, ParameterError, "window=2.5"),
        ([0, 1], [1.0, 2.0], {"thresholds": 1}, ParameterError, "thresholds=1"),
        ([0, 1], [1.0, 2.0], {"nan": "zero"}, ParameterError, "nan='zero' is no policy"),
        ([0, 1], [np.nan, np.nan], {"nan": "drop"}, InputError, "all 2 scores are NaN"),
        ([0, 1], [1.0, np.nan], {"nan": "drop"}, InputError, "no anomaly in 1 labels"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_words(labels, scores, options, error, message):
    with pytest.raises(error, match=message):
        vus_pr(labels, scores, **options)


def test_missing_scores_rank_last_or_are_left_out():
    labels = [0, 0, 1, 0, 1, 0]
    scores = [0.1, np.nan, 0.9, 0.3, np.nan, 0.2]
    lowest = [0.1, -9.0, 0.9, 0.3, -9.0, 0.2]
    assert vus_pr(labels, scores, 2, nan="lowest") == vus_pr(labels, lowest, 2)
    assert vus_pr(labels, scores, 2, nan="drop") == vus_pr([0, 1, 0, 0], [0.1, 0.9, 0.3, 0.2], 2)


def test_infinite_scores_rank_as_what_they_are():
    labels = [0, 1, 0, 0, 1]
    assert vus_pr(labels, [0.0, np.inf, -np.inf, 1.0, 2.0], 2) == vus_pr(labels, [0.0, 9.0, -9.0, 1.0, 2.0], 2)
