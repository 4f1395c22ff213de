"""Intervals that cover, differences that are found, ranks that a published table has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import wilcoxon

from offbeat.core.errors import InputError, ParameterError
from offbeat.metrics import (
    bootstrap,
    bootstrap_events,
    critical_difference,
    f1,
    paired_bootstrap,
    paired_bootstrap_events,
    recall,
)


def test_the_interval_covers_the_true_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    covered = 0
    for seed in range(200):
        found = bootstrap(rng.normal(size=40), confidence=0.9, repeats=200, seed=seed)
        covered += found.low <= 0 <= found.high
    assert 0.80 <= covered / 200 <= 0.96


@given(st.permutations(list(range(8))))
@settings(max_examples=4, deadline=None)
def test_the_order_of_series_matters_to_nothing_but_the_draw(order):
    values = np.linspace(0, 1, 8) ** 2
    names = list("abc")
    table = np.column_stack([values, values[::-1], np.sqrt(values)])
    assert bootstrap(values[order], repeats=10).value == pytest.approx(bootstrap(values, repeats=10).value)
    one, two = critical_difference(table[order], names), critical_difference(table, names)
    assert one.names == two.names
    assert one.ranks == pytest.approx(two.ranks)
    assert one.p_values == pytest.approx(two.p_values)


def test_the_same_seed_gives_the_same_interval():
    values = np.random.default_rng(1).normal(size=12)
    assert bootstrap(values, seed=3) == bootstrap(values, seed=3)
    assert bootstrap(values, seed=3) != bootstrap(values, seed=4)


def test_any_statistic_can_be_asked_for():
    assert bootstrap([1.0, 2.0, 9.0], np.median).value == 2.0


def test_a_pair_shows_what_two_intervals_hide():
    rng = np.random.default_rng(2)
    hard = rng.random(40)
    better = hard + 0.02 + rng.normal(0, 0.01, 40)
    alone = bootstrap(hard), bootstrap(better)
    assert alone[1].low < alone[0].high
    found = paired_bootstrap(better, hard)
    assert found.low > 0
    assert found.p_value < 0.01
    assert paired_bootstrap(hard, better).value == -found.value


def test_the_same_detector_differs_from_itself_by_nothing():
    found = paired_bootstrap([0.2, 0.4], [0.2, 0.4])
    assert (found.value, found.p_value) == (0.0, 1.0)


def test_the_p_value_is_two_sided():
    noise = np.random.default_rng(3).normal(size=200)
    noise = (noise - noise.mean()) / noise.std()
    # two standard errors above nothing: one in twenty, on either side
    for sign in (1, -1):
        found = paired_bootstrap(noise + sign * 1.96 / np.sqrt(200), np.zeros(200), repeats=4000)
        assert found.p_value == pytest.approx(0.05, abs=0.015)


def series(events, found):
    truth = np.zeros(events * 50, dtype=bool)
    alarms = truth.copy()
    for i in range(events):
        truth[i * 50 + 20 : i * 50 + 25] = True
        alarms[i * 50 + 20 : i * 50 + 25] = i < found
    return truth, alarms


def test_the_interval_over_events_is_that_of_as_many_coins():
    found = bootstrap_events(recall, *series(40, 20), repeats=400)
    assert found.value == 0.5
    assert found.low == pytest.approx(0.5 - 1.96 * np.sqrt(0.25 / 40), abs=0.05)
    assert found.high == pytest.approx(0.5 + 1.96 * np.sqrt(0.25 / 40), abs=0.05)


def test_detectors_are_compared_on_the_same_events():
    truth, weak = series(20, 10)
    strong = series(20, 18)[1]
    found = paired_bootstrap_events(f1, truth, strong, weak)
    assert found.value == pytest.approx(f1(truth, strong) - f1(truth, weak))
    assert found.low > 0
    assert found.p_value < 0.02


def test_the_ranks_of_demsar_2006_table_6():
    # C4.5, with m, with cf, with m and cf: AUC on 14 data sets
    table = [
        [0.763, 0.768, 0.771, 0.798], [0.599, 0.591, 0.590, 0.569], [0.954, 0.971, 0.968, 0.967],
        [0.628, 0.661, 0.654, 0.657], [0.882, 0.888, 0.886, 0.898], [0.936, 0.931, 0.916, 0.931],
        [0.661, 0.668, 0.609, 0.685], [0.583, 0.583, 0.563, 0.625], [0.775, 0.838, 0.866, 0.875],
        [1.000, 1.000, 1.000, 1.000], [0.940, 0.962, 0.965, 0.962], [0.619, 0.666, 0.614, 0.669],
        [0.972, 0.981, 0.9751, 0.975], [0.957, 0.978, 0.946, 0.970],
    ]  # fmt: skip
    found = critical_difference(table, ["c45", "m", "cf", "m+cf"])
    assert dict(zip(found.names, found.ranks.round(3), strict=True)) == {
        "m+cf": 1.964, "m": 2.0, "cf": 2.893, "c45": 3.143,
    }  # fmt: skip
    assert found.critical_difference == pytest.approx(2.569 * np.sqrt(4 * 5 / (6 * 14)), abs=0.002)
    assert found.p_value < 0.05


def test_groups_hold_what_differs_not():
    rng = np.random.default_rng(5)
    base = rng.random(30)
    table = np.column_stack([base, base + rng.normal(0, 0.01, 30), base + 0.5])
    found = critical_difference(table, ["a", "b", "best"])
    assert found.groups[0] == ("best",)
    assert set(found.groups[1]) == {"a", "b"}
    assert critical_difference(-table, ["a", "b", "best"], higher_is_better=False).names == found.names


def test_pairs_are_adjusted_by_holm():
    rng = np.random.default_rng(6)
    table = rng.normal([0.9, 0.4, 0.0], size=(20, 3))
    found = critical_difference(table, ["a", "b", "c"])
    columns = [table[:, "abc".index(name)] for name in found.names]
    raw = {(i, j): wilcoxon(columns[i], columns[j]).pvalue for i, j in ((0, 1), (0, 2), (1, 2))}
    expected = 0.0
    for rank, (i, j) in enumerate(sorted(raw, key=raw.get)):
        expected = max(expected, min(1.0, (3 - rank) * raw[i, j]))
        assert found.p_values[i, j] == found.p_values[j, i] == pytest.approx(expected)
    assert len(set(raw.values())) == 3


def test_two_detectors_have_wilcoxon_alone_and_equal_ones_no_difference():
    two = critical_difference(np.column_stack([np.arange(8.0), np.arange(8.0) + 1 + np.arange(8) / 10]), ["a", "b"])
    assert two.p_value == two.p_values[0, 1] == pytest.approx(2 / 2**8)
    same = critical_difference(np.ones((5, 3)), ["a", "b", "c"])
    assert same.p_value == 1.0
    assert same.groups == (("a", "b", "c"),)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: bootstrap([0.5]), InputError, "1 series can't say"),
        (lambda: bootstrap([0.5, np.nan]), InputError, r"values\[1\] is NaN"),
        (lambda: bootstrap([0.5, 0.6], confidence=95), ParameterError, "confidence=95"),
        (lambda: bootstrap([0.5, 0.6], repeats=0), ParameterError, "repeats=0"),
        (lambda: paired_bootstrap([0.5, 0.6], [0.5]), InputError, "2 first and 1 second"),
        (lambda: bootstrap_events(recall, [0, 1, 0], [0, 1, 0]), InputError, "1 events can't say"),
        (lambda: bootstrap_events(recall, [0, 0, 0], [0, 1, 0]), InputError, "0 events can't say"),
        (lambda: bootstrap_events(recall, [0, 1, 0], [0, 1]), InputError, "3 labels and 2 values"),
        (lambda: critical_difference([[1, 2]], ["a", "b"]), InputError, r"shape \(1, 2\)"),
        (lambda: critical_difference(np.ones((3, 2)), ["a"]), InputError, "1 names for 2 columns"),
        (lambda: critical_difference([[1, 2], [np.nan, 3]], ["a", "b"]), InputError, "value of a on series 1 is NaN"),
        (lambda: critical_difference(np.ones((3, 2)), ["a", "b"], alpha=5), ParameterError, "alpha=5"),
    ],
)
def test_bad_input_is_refused_in_words(call, error, message):
    with pytest.raises(error, match=message):
        call()
