"""The status of a channel and of a row: never a silent ok, and the worst that is true."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from offbeat.core.status import Status, channel_status, words, worst

CODES = hnp.arrays(np.uint8, st.tuples(st.integers(0, 8), st.integers(1, 4)), elements=st.integers(0, 7))


@settings(deadline=None, max_examples=60)
@given(CODES)
def test_a_row_is_scored_if_a_channel_is_and_ok_only_if_all_are(channels: np.ndarray) -> None:
    row = worst(channels)
    scored = channels <= Status.FROZEN
    assert np.array_equal(row <= Status.FROZEN, scored.any(axis=1))
    assert np.array_equal(row == Status.OK, (channels == Status.OK).all(axis=1))
    assert np.all(row[scored.any(axis=1) & ~scored.all(axis=1)] >= Status.PARTIAL)
    assert np.array_equal(worst(channels[:, ::-1]), row)
    assert np.all(row <= channels.max(axis=1))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.booleans())
def test_a_channel_without_value_or_score_is_never_ok(seed: int, joint: bool) -> None:
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((20, 3)) < 0.3, np.nan, 1.0)
    raw = np.where(rng.random((20, 1 if joint else 3)) < 0.3, np.nan, 1.0)
    base = rng.integers(0, 8, 20).astype(np.uint8)
    status = channel_status(values, raw, base, rng.random((20, 3)) < 0.2)
    assert np.all(status[np.isnan(values)] >= Status.MISSING)
    assert np.all(status[np.broadcast_to(np.isnan(raw), values.shape)] > Status.FROZEN)
    assert np.all(status >= base[:, None])


def test_a_slow_channel_is_missing_and_its_rows_are_partial() -> None:
    values = np.ones((12, 2))
    values[np.arange(12) % 6 > 0, 1] = np.nan
    raw = np.where(np.isnan(values), np.nan, 0.5)
    status = channel_status(values, raw, np.zeros(12, dtype=np.uint8), np.zeros((12, 2), dtype=bool))
    assert words(status[:3, 1]).tolist() == ["ok", "missing", "missing"]
    assert words(worst(status)[:3]).tolist() == ["ok", "partial", "partial"]
    assert (status[:, 1] == Status.MISSING).sum() == 10


def test_a_row_without_any_score_says_the_worst_reason() -> None:
    status = np.array([[Status.SHORT, Status.MISSING], [Status.WARMUP, Status.WARMUP]], dtype=np.uint8)
    assert words(worst(status)).tolist() == ["missing", "warmup"]
