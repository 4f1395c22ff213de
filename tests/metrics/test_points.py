"""Points against scikit-learn, and the oracles."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.errors import InputError, ParameterError
from offbeat.metrics import (
    MisleadingMeasureWarning,
    accuracy,
    balanced_accuracy,
    confusion,
    f1,
    f_beta,
    mcc,
    oracle,
    oracle_affiliation_f1,
    oracle_composite_f1,
    oracle_f1,
    oracle_point_adjusted_f1,
    oracle_point_f1,
    oracle_range_f1,
    point_wise,
    pr_auc,
    precision,
    precision_at_k,
    range_based,
    recall,
    roc_auc,
)


@st.composite
def judged(draw):
    n = draw(st.integers(2, 30))
    labels = draw(st.lists(st.booleans(), min_size=n, max_size=n).filter(lambda x: 0 < sum(x) < len(x)))
    scores = draw(st.lists(st.integers(-4, 4), min_size=n, max_size=n))
    return np.array(labels, dtype=int), np.array(scores, dtype=float)


@given(judged())
@settings(max_examples=60, deadline=None)
def test_points_agree_with_scikit_learn(case):
    labels, scores = case
    alarms = scores > 0
    c = confusion(labels, alarms)
    assert [[c.tn, c.fp], [c.fn, c.tp]] == sk.confusion_matrix(labels, alarms, labels=[0, 1]).tolist()
    assert accuracy(labels, alarms) == pytest.approx(sk.accuracy_score(labels, alarms), abs=1e-12)
    assert balanced_accuracy(labels, alarms) == pytest.approx(sk.balanced_accuracy_score(labels, alarms), abs=1e-12)
    assert mcc(labels, alarms) == pytest.approx(sk.matthews_corrcoef(labels, alarms), abs=1e-12)
    assert recall(labels, alarms) == pytest.approx(sk.recall_score(labels, alarms), abs=1e-12)
    assert f1(labels, alarms) == pytest.approx(sk.f1_score(labels, alarms, zero_division=0), abs=1e-12)
    assert f_beta(labels, alarms, 0.5) == pytest.approx(sk.fbeta_score(labels, alarms, beta=0.5, zero_division=0))
    expected = sk.precision_score(labels, alarms, zero_division=np.nan)
    assert precision(labels, alarms) == pytest.approx(expected, abs=1e-12, nan_ok=True)


@given(judged())
@settings(max_examples=60, deadline=None)
def test_areas_agree_with_scikit_learn(case):
    labels, scores = case
    assert roc_auc(labels, scores) == pytest.approx(sk.roc_auc_score(labels, scores), abs=1e-12)
    assert pr_auc(labels, scores) == pytest.approx(sk.average_precision_score(labels, scores), abs=1e-12)


@given(judged())
@settings(max_examples=60, deadline=None)
def test_the_best_f1_is_the_best_and_its_threshold_reaches_it(case):
    labels, scores = case
    found = oracle_point_f1(labels, scores)
    every = [f1(labels, scores > level) for level in [-np.inf, *scores]]
    assert found.best == pytest.approx(max(every), abs=1e-12)
    assert f1(labels, scores > found.threshold) == pytest.approx(found.best, abs=1e-12)
    assert oracle_f1(labels, scores) == found.best


@given(judged(), st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_precision_at_k_is_the_mean_over_all_ways_to_break_ties(case, k):
    labels, scores = case
    if k > len(labels):
        with pytest.raises(ParameterError, match=f"k={k}"):
            precision_at_k(labels, scores, k)
        return
    cut = np.sort(scores)[::-1][k - 1]
    sure, tied = scores > cut, scores == cut
    expected = (labels[sure].sum() + (k - sure.sum()) * labels[tied].mean()) / k
    assert precision_at_k(labels, scores, k) == pytest.approx(expected, abs=1e-12)


def test_k_is_the_number_of_anomalies_unless_given():
    assert precision_at_k([0, 1, 1, 0], [0.1, 0.9, 0.2, 0.3]) == 0.5


def test_constant_scores_are_worth_what_chance_is():
    labels = [0, 0, 0, 1]
    assert roc_auc(labels, np.ones(4)) == 0.5
    assert pr_auc(labels, np.ones(4)) == 0.25
    assert precision_at_k(labels, np.ones(4)) == 0.25
    assert oracle_f1(labels, np.ones(4)) == 0.4
    assert oracle_point_f1(labels, np.ones(4)).threshold == -np.inf


@pytest.mark.parametrize("measure", [roc_auc, pr_auc, precision_at_k, oracle_f1])
def test_one_class_is_refused(measure):
    with pytest.raises(InputError, match="no anomaly"):
        measure([0, 0], [1.0, 2.0])
    with pytest.raises(InputError, match="all 2 labels are anomalous"):
        measure([1, 1], [1.0, 2.0])
    with pytest.raises(InputError, match="NaN"):
        measure([0, 1], [1.0, np.nan])


@pytest.mark.parametrize("measure", [balanced_accuracy, mcc])
def test_measures_of_both_classes_refuse_one(measure):
    with pytest.raises(InputError, match="all 2 labels are anomalous"):
        measure([1, 1], [0, 1])
    with pytest.raises(InputError, match="no anomaly"):
        measure([0, 0], [0, 1])


def test_beta_must_be_above_zero():
    with pytest.raises(ParameterError, match="beta=0"):
        f_beta([0, 1], [0, 1], beta=0)
    assert point_wise([0, 1, 1], [1, 1, 0]).f(2.0) == f_beta([0, 1, 1], [1, 1, 0])


def test_no_points_are_no_labels():
    with pytest.raises(InputError, match="at least 1"):
        accuracy([], [])


def test_the_oracle_tries_levels_from_the_lowest_score_to_the_highest():
    labels = np.array([0, 0, 0, 1, 1, 0, 0])
    scores = np.array([0.0, 0.1, 0.2, 0.9, 0.8, 0.3, 1.0])
    tried = [range_based(labels, scores > level).f1 for level in np.linspace(0, 1, 11)]
    found = oracle(range_based, labels, scores, thresholds=11)
    assert found.best == max(tried)
    assert range_based(labels, scores > found.threshold).f1 == found.best
    assert oracle_range_f1(labels, scores, 11) == found.best


def test_oracles_pass_over_infinities_and_thresholds_without_alarm():
    labels = [0, 0, 1, 1, 0]
    scores = [0.1, np.nan, np.inf, 0.9, -np.inf]
    assert oracle_composite_f1(labels, scores, nan="lowest") == 1.0
    assert oracle_affiliation_f1(labels, scores, nan="lowest") == 1.0
    with pytest.warns(MisleadingMeasureWarning):
        assert oracle_point_adjusted_f1(labels, scores, nan="lowest") == 1.0
    with pytest.raises(ParameterError, match="thresholds=0"):
        oracle_range_f1(labels, scores, thresholds=0, nan="lowest")


def test_an_oracle_without_any_alarm_says_so():
    assert np.isnan(oracle(precision, [0, 1], [1.0, 1.0]).best)
