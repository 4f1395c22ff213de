"""Ranges and events against their slow twins, and in cases that a person can check."""

from __future__ import annotations

import metrics_affiliation
import metrics_ranges as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.errors import InputError, ParameterError
from offbeat.metrics import (
    MisleadingMeasureWarning,
    affiliation,
    composite,
    detection_delay,
    event_wise,
    f1,
    false_alarms_per_day,
    nab,
    point_adjusted_f1,
    range_based,
    ucr_hit,
)


@st.composite
def flagged(draw, least=1, most=40):
    n = draw(st.integers(least, most))
    labels = draw(st.lists(st.booleans(), min_size=n, max_size=n).filter(any))
    alarms = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    return [int(x) for x in labels], [int(x) for x in alarms]


@given(flagged(), st.sampled_from(["flat", "front", "middle", "back"]), st.sampled_from([0.0, 0.2, 1.0]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_range_based_equals_its_slow_twin(case, bias, alpha, cardinality):
    found = range_based(*case, alpha=alpha, bias=bias, cardinality=cardinality)
    expected = naive.range_based(*case, alpha, bias, cardinality)
    assert (found.precision, found.recall) == pytest.approx(expected, abs=1e-12, nan_ok=True)


@given(flagged())
@settings(max_examples=150, deadline=None)
def test_affiliation_equals_its_slow_twin(case):
    found = affiliation(*case)
    precision, recall = metrics_affiliation.affiliation(*case)
    assert found.recall == pytest.approx(recall, abs=1e-12)
    assert found.precision == pytest.approx(np.nan if precision is None else precision, abs=1e-12, nan_ok=True)


@given(flagged())
@settings(max_examples=100, deadline=None)
def test_events_equal_their_slow_twins(case):
    labels, alarms = case
    found = event_wise(labels, alarms)
    assert (found.precision, found.recall) == pytest.approx(naive.event_wise(labels, alarms), nan_ok=True)
    assert composite(labels, alarms).recall == found.recall
    with pytest.warns(MisleadingMeasureWarning, match="random scores"):
        assert point_adjusted_f1(labels, alarms) == pytest.approx(f1(labels, naive.point_adjusted(labels, alarms)))


@given(flagged(), st.sampled_from([0.0, 0.15, 0.5]))
@settings(max_examples=150, deadline=None)
def test_nab_equals_its_slow_twin(case, probation):
    labels, alarms = case
    begin = int(probation * len(labels))
    expected = [naive.nab(labels, alarms, false, missed, begin) for false, missed in ((0.11, 1), (0.22, 1), (0.11, 2))]
    if expected[0] is None:
        with pytest.raises(InputError, match="smaller probation"):
            nab(labels, alarms, probation)
        return
    found = nab(labels, alarms, probation)
    assert (found.standard, found.low_fp, found.low_fn) == pytest.approx(expected, abs=1e-9)


@given(flagged())
@settings(max_examples=60, deadline=None)
def test_delay_equals_its_slow_twin(case):
    late = naive.delays(*case)
    found = detection_delay(*case, step=2.0)
    expected = (2 * np.mean(late), 2 * np.median(late), 2 * max(late)) if late else (np.nan,) * 3
    assert (found.mean, found.median, found.worst) == pytest.approx(expected, nan_ok=True)


def test_the_example_of_huet_a_far_alarm_is_worth_less_than_a_near_one():
    labels = np.zeros(100, dtype=int)
    labels[50:55] = 1
    worth = []
    for place in (52, 56, 60, 80, 99):
        alarm = np.zeros(100, dtype=int)
        alarm[place] = 1
        worth.append(affiliation(labels, alarm).precision)
    assert worth[0] == 1.0
    assert worth == sorted(worth, reverse=True)
    assert worth[-1] < 0.1


def test_front_bias_rewards_the_early_half():
    labels = [0, 1, 1, 1, 1, 0]
    early, late = [0, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 0]
    assert range_based(labels, early, alpha=0, bias="front").recall == pytest.approx(0.7)
    assert range_based(labels, late, alpha=0, bias="front").recall == pytest.approx(0.3)
    assert range_based(labels, late, alpha=0, bias="back").recall == pytest.approx(0.7)


def test_pieces_cost_what_cardinality_says():
    labels, pieces = [1] * 8, [1, 0, 1, 0, 1, 0, 1, 0]
    assert range_based(labels, pieces, alpha=0).recall == pytest.approx(0.125)
    assert range_based(labels, pieces, alpha=0, cardinality=False).recall == pytest.approx(0.5)


def test_random_alarms_win_the_point_adjusted_f1_and_no_other():
    rng = np.random.default_rng(0)
    labels = (np.arange(20_000) // 500 % 8 == 3).astype(int)
    alarms = (rng.random(20_000) < 0.02).astype(int)
    with pytest.warns(MisleadingMeasureWarning):
        assert point_adjusted_f1(labels, alarms) > 0.9
    assert f1(labels, alarms) < 0.1
    assert event_wise(labels, alarms).f1 < 0.3


def test_silence_is_said_as_such():
    labels, silence = [0, 1, 1, 0], [0, 0, 0, 0]
    for measure in (range_based, affiliation, composite, event_wise):
        found = measure(labels, silence)
        assert np.isnan(found.precision)
        assert (found.recall, found.f1) == (0.0, 0.0)
    assert nab(labels, silence).standard == 0.0
    assert false_alarms_per_day(labels, silence) == 0.0
    assert np.isnan(detection_delay(labels, silence).mean)


def test_false_alarms_are_counted_by_runs_and_need_no_anomaly():
    alarms = [1, 1, 0, 1, 0, 0, 1, 1]
    assert false_alarms_per_day([0] * 8, alarms, step=86_400 / 8) == 3.0
    assert false_alarms_per_day([0, 1] + [0] * 6, alarms, step=86_400 / 4) == 1.0


def test_ucr_hit_at_the_edge_of_the_slack_and_with_ties():
    labels = np.zeros(1000, dtype=int)
    labels[500:510] = 1
    for place, expected in ((400, 1.0), (399, 0.0), (609, 1.0), (610, 0.0), (505, 1.0)):
        scores = np.zeros(1000)
        scores[place] = 1
        assert ucr_hit(labels, scores) == expected
    scores = np.zeros(1000)
    scores[[505, 900]] = 1
    assert ucr_hit(labels, scores) == 0.5
    assert ucr_hit(labels, np.zeros(1000)) == pytest.approx(0.21)


def test_ucr_hit_takes_overlapping_slacks_and_any_of_several_ranges():
    labels = np.zeros(50, dtype=int)
    labels[[10, 14, 40]] = 1
    scores = np.zeros(50)
    scores[12] = 1
    assert ucr_hit(labels, scores, slack=5) == 1.0
    scores[:] = 0
    scores[30] = 1
    assert ucr_hit(labels, scores, slack=5) == 0.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: range_based([0, 1], [0, 1], alpha=2), "alpha=2"),
        (lambda: range_based([0, 1], [0, 1], bias="left"), "bias='left'"),
        (lambda: nab([0, 1], [0, 1], probation=1.0), "probation=1.0"),
        (lambda: detection_delay([0, 1], [0, 1], step=0), "step=0"),
        (lambda: false_alarms_per_day([0, 1], [0, 1], step=float("nan")), "step=nan"),
        (lambda: ucr_hit([0, 1], [0, 1], slack=-1), "slack=-1"),
    ],
)
def test_bad_options_are_named(call, message):
    with pytest.raises(ParameterError, match=message):
        call()


@pytest.mark.parametrize("measure", [range_based, affiliation, composite, event_wise, nab, detection_delay])
def test_without_a_labelled_point_there_is_nothing_to_find(measure):
    with pytest.raises(InputError, match="no anomaly in 3 labels"):
        measure([0, 0, 0], [0, 1, 0])
    with pytest.raises(InputError, match="3 labels and 2 predictions"):
        measure([0, 1, 0], [0, 1])
    with pytest.raises(InputError, match=r"predictions\[1\] is 0.5"):
        measure([0, 1, 0], [0, 0.5, 1])
