"""Thinning must lose no extreme, bridge no gap, and invent nothing."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from offbeat.report.thin import columns, thin

VALUES = st.floats(-1e9, 1e9) | st.just(float("nan"))
LINES = hnp.arrays(np.float64, st.integers(1, 200), elements=VALUES)


@settings(deadline=None, max_examples=150)
@given(LINES, st.integers(1, 40))
def test_each_stretch_keeps_its_ends_extremes_and_gaps(line: np.ndarray, count: int) -> None:
    starts = columns(np.arange(len(line), dtype=np.float64), count)
    rows = thin(line, starts)
    assert (np.diff(rows) > 0).all()
    for first, end in zip(starts, np.append(starts[1:], len(line)), strict=True):
        kept = line[rows[(rows >= first) & (rows < end)]]
        whole = line[first:end]
        assert len(kept) <= 5
        np.testing.assert_equal(kept[[0, -1]], whole[[0, -1]])
        assert np.isnan(kept).any() == np.isnan(whole).any()
        if not np.isnan(whole).all():
            assert np.nanmin(kept) == np.nanmin(whole)
            assert np.nanmax(kept) == np.nanmax(whole)


@settings(deadline=None, max_examples=50)
@given(LINES, LINES, st.integers(1, 20))
def test_several_lines_keep_what_each_would(a: np.ndarray, b: np.ndarray, count: int) -> None:
    n = min(len(a), len(b))
    starts = columns(np.arange(n, dtype=np.float64), count)
    both = thin(np.column_stack([a[:n], b[:n]]), starts)
    np.testing.assert_array_equal(both, np.union1d(thin(a[:n], starts), thin(b[:n], starts)))


@settings(deadline=None, max_examples=100)
@given(hnp.arrays(np.float64, st.integers(1, 100), elements=st.floats(-1e6, 1e6)), st.integers(1, 30))
def test_columns_begin_at_zero_ascend_and_are_not_more_than_asked(x: np.ndarray, count: int) -> None:
    starts = columns(np.sort(x), count)
    assert starts[0] == 0
    assert len(starts) <= count
    assert (np.diff(starts) > 0).all()
    assert starts[-1] < len(x)


def test_columns_follow_the_time_and_not_the_rows() -> None:
    x = np.concatenate([np.linspace(0, 1, 1000), [9.0, 10.0]])
    assert columns(x, 10).tolist() == [0, 999, 1000]


def test_nothing_stays_nothing() -> None:
    empty = np.zeros(0)
    assert len(thin(empty, columns(empty, 5))) == 0


def test_a_gap_shorter_than_a_stretch_is_kept_between_its_neighbours() -> None:
    line = np.zeros(1000)
    line[503:507] = np.nan
    kept = line[thin(line, np.array([0, 500]))]
    gap = np.flatnonzero(np.isnan(kept))
    assert len(gap) == 1
    assert 0 < gap[0] < len(kept) - 1
