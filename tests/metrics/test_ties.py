"""Scores that differ by rounding alone are one score, and no others are."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.metrics import MisleadingMeasureWarning, critical_difference, measures, oracle_point_f1
from offbeat.metrics._ties import GRAIN, LONGEST, tied

SPACED = {"oracle_range_f1", "oracle_composite_f1", "oracle_affiliation_f1", "oracle_point_adjusted_f1"}
"""Their thresholds are evenly spaced values, so that a monotone transform changes them."""
SCORES = measures("scores")


def values(found, labels, scores):
    with warnings.catch_warnings(action="ignore", category=MisleadingMeasureWarning):
        return found.columns(labels, scores)


@st.composite
def cases(draw):
    """Labels, and whole scores with many exact ties."""
    n = draw(st.integers(4, 80))
    labels = [0, *draw(st.lists(st.booleans(), min_size=n - 2, max_size=n - 2)), 1]
    scores = draw(st.lists(st.integers(-8, 8), min_size=n, max_size=n))
    return np.array(labels, dtype=int), np.array(scores, dtype=float)


@pytest.mark.parametrize("name", sorted(set(SCORES) - SPACED))
@given(case=cases(), seed=st.integers(0, 2**31), scale=st.sampled_from([1.0, 0.1, 1e-9, 1e12]))
@settings(max_examples=10, deadline=None)
def test_rounding_moves_no_measure_of_ranks(name, case, seed, scale):
    labels, scores = case
    scores = scale * scores
    noise = 1e-15 * np.random.default_rng(seed).uniform(-1, 1, len(scores))
    exact = values(SCORES[name], labels, scores)
    # numbers about 0 that have one sign may be no noise: one of them stays 0
    noise[np.argmin(np.abs(scores))] = 0
    usual = np.sort(np.abs(scores))[len(scores) // 2]
    for moved in (scores * (1 + noise), scores + usual * noise):
        assert values(SCORES[name], labels, moved) == exact


@pytest.mark.parametrize("name", sorted(set(SCORES) - SPACED))
@given(case=cases())
@settings(max_examples=10, deadline=None)
def test_the_order_of_distant_scores_is_all_that_counts(name, case):
    labels, scores = case
    plain = values(SCORES[name], labels, scores)
    for other in (np.exp(scores), scores**3, 1e6 + 1e-3 * scores, 1e-300 * scores, np.sinh(scores)):
        assert values(SCORES[name], labels, other) == plain


@given(st.lists(st.floats(-1e9, 1e9, width=32), min_size=1, max_size=200))
@settings(max_examples=100, deadline=None)
def test_scores_in_single_precision_come_back_as_they_are_or_tied_in_order(scores):
    array = np.array(scores)
    found = tied(array)
    order = np.argsort(array, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    assert (found >= array).all()
    np.testing.assert_allclose(found, array, rtol=0, atol=LONGEST * GRAIN * np.abs(array).max())
    np.testing.assert_array_equal(tied(found), found)


def test_noise_about_zero_is_one_score_beside_scores_of_one():
    rng = np.random.default_rng(0)
    scores = np.append(1e-17 * rng.normal(size=950), 1 + 1e-16 * rng.integers(0, 9, 50))
    assert len(np.unique(tied(scores))) == 2


@pytest.mark.parametrize(
    "scores",
    [
        np.append(np.arange(1000.0), 1e300),
        np.append(np.arange(1000.0), [-1e300, 1e300]),
        np.geomspace(1e-300, 1e300, 1000),
        np.append(np.arange(1000.0), [-np.inf, np.inf, -np.inf]),
        5e-324 * np.arange(1000),
        np.array([-1.7e308, 1.7e308, 0.0]),
        1 + 1e-13 * np.arange(1000),
        1 + 1e-13 * np.sort(np.random.default_rng(0).random(1000)).cumsum(),
        np.array([-np.inf, np.inf]),
        np.array([1.0]),
    ],
    ids=["absurd", "both ends", "decades", "infinite", "subnormal", "overflow", "ramp", "uneven", "none", "one"],
)
def test_what_is_no_rounding_stays_apart(scores):
    np.testing.assert_array_equal(tied(scores), scores)


def test_a_short_ramp_is_one_score_and_a_long_one_is_none():
    short, long = (1 + 5e-13 * np.arange(steps) for steps in (10, 40))
    assert (tied(short) == short[-1]).all()
    np.testing.assert_array_equal(tied(long), long)


def test_alarms_above_the_threshold_are_those_that_were_counted():
    scores = np.array([0.1, 0.3, 0.1 + 0.2, 0.3, 0.7, 0.1 + 0.6])
    labels = [0, 0, 0, 0, 1, 1]
    best = oracle_point_f1(labels, scores)
    assert best.best == 1.0
    assert (scores > best.threshold).tolist() == [False, False, False, False, True, True]


def test_detectors_that_differ_by_rounding_share_a_rank():
    base = np.linspace(0.3, 0.7, 12)
    found = critical_difference(np.column_stack([base, base + 0.1 - 0.1, base + 0.2]), ["a", "b", "c"])
    assert found.ranks.tolist() == [1.0, 2.5, 2.5]
    assert found.p_values[1, 2] == 1.0
