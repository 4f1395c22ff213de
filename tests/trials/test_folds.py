from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.errors import InputError, ParameterError
from offbeat.trials.folds import folds

HOWS = st.sampled_from(["70/15/15", "50/25/25", "expanding:1", "expanding:4", "rolling", "rolling:3"])


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 400), HOWS, st.integers(0, 12))
def test_parts_follow_one_another_with_the_gap_between_them(n, how, gap):
    try:
        found = folds(n, how, gap)
    except InputError as error:
        assert "give more data" in str(error)  # noqa: PT017
        return
    for fold in found:
        assert 0 <= fold.train.start < fold.train.stop
        assert fold.train.stop + gap == fold.validation.start < fold.validation.stop
        assert fold.validation.stop + gap == fold.test.start < fold.test.stop <= n
    tested = [row for fold in found for row in range(fold.test.start, fold.test.stop)]
    assert tested == list(range(found[0].test.start, n)), "test rows overlap or have holes"


def test_expanding_learns_from_all_before_and_rolling_from_as_many():
    assert [f.train for f in folds(200, "expanding:3")] == [slice(0, s) for s in (80, 110, 140)]
    assert {f.train.stop - f.train.start for f in folds(200, "rolling:3", gap=4)} == {76}
    assert folds(200, "rolling:3", gap=4)[2].train.stop == 136


def test_shares_are_of_their_sum():
    fold = folds(100, "2/1/1")[0]
    assert (fold.train.stop, fold.validation.stop, fold.test.stop) == (50, 75, 100)


@pytest.mark.parametrize("how", ["70/30", "kfold:5", "expanding:0", "0/50/50", "", "70/0/30", "rolling:-1"])
def test_a_split_that_is_none_is_refused(how):
    with pytest.raises(ParameterError, match="split="):
        folds(100, how)


def test_too_few_rows_are_refused_in_words():
    with pytest.raises(InputError, match="part would be empty"):
        folds(40, gap=10)
    with pytest.raises(InputError, match="2 rows"):
        folds(2)
    with pytest.raises(ParameterError, match="gap=-1"):
        folds(100, gap=-1)
