from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.errors import InputError, ParameterError
from offbeat.preprocess.balance import class_weights, downsample, stratified_bootstrap

LABELS = st.lists(st.booleans(), min_size=2, max_size=80).filter(lambda x: any(x) and not all(x))


@settings(deadline=None, max_examples=50)
@given(LABELS, st.integers(0, 5))
def test_a_stratified_draw_has_as_many_of_each_kind_in_time_order(labels, seed):
    marks = np.array(labels)
    rows = stratified_bootstrap(marks, seed)
    assert len(rows) == len(marks)
    assert marks[rows].sum() == marks.sum()
    assert (np.diff(rows) >= 0).all()


def test_a_draw_repeats_rows_and_leaves_some_out_and_follows_the_seed():
    marks = np.arange(400) % 4 == 0
    rows = stratified_bootstrap(marks, 1)
    assert 0.55 < len(np.unique(rows)) / 400 < 0.72  # 1 - 1/e is 0.63
    assert (rows == stratified_bootstrap(marks, 1)).all()
    assert (rows != stratified_bootstrap(marks, 2)).any()


@settings(deadline=None, max_examples=50)
@given(LABELS, st.sampled_from([1.0, 1.5, 3.0]), st.integers(0, 5))
def test_downsampling_keeps_every_rare_row_once(labels, ratio, seed):
    marks = np.array(labels)
    rows = downsample(marks, ratio, seed)
    rare = marks if marks.sum() <= (~marks).sum() else ~marks
    assert (np.diff(rows) > 0).all()
    assert set(np.flatnonzero(rare)) <= set(rows)
    few = rare.sum()
    assert len(rows) - few == min(len(marks) - few, round(ratio * few))


def test_downsampling_picks_from_the_whole_length_by_the_seed():
    marks = np.zeros(1000, dtype=int)
    marks[:50] = 1
    rows = downsample(marks, seed=3)
    common = rows[rows >= 50]
    assert common.min() < 200
    assert common.max() > 800
    assert (rows == downsample(marks, seed=3)).all()
    assert (rows != downsample(marks, seed=4)).any()


@settings(deadline=None, max_examples=50)
@given(LABELS)
def test_weights_are_equal_in_all_for_both_kinds(labels):
    marks = np.array(labels)
    weights = class_weights(marks)
    assert weights.mean() == pytest.approx(1)
    assert weights[marks].sum() == pytest.approx(weights[~marks].sum())
    assert len(set(weights[marks])) == len(set(weights[~marks])) == 1


@pytest.mark.parametrize("balance", [stratified_bootstrap, downsample, class_weights])
def test_labels_that_are_none_are_refused(balance):
    with pytest.raises(InputError, match="all 3 rows are normal"):
        balance([0, 0, 0])
    with pytest.raises(InputError, match="all 2 rows are anomalous"):
        balance([1, 1])
    for bad in ([0, 2], [[0, 1]], [0.5, 1.0], [np.nan, 1.0], ["a", "b"]):
        with pytest.raises(InputError, match="must be 0 or 1"):
            balance(bad)
    with pytest.raises(InputError):
        balance([])


def test_a_ratio_below_one_is_refused():
    for ratio in (0.5, float("nan")):
        with pytest.raises(ParameterError, match="ratio"):
            downsample([0, 1], ratio=ratio)
