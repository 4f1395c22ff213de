"""Counters: the default detector sees what they do from row to row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import offbeat as ob
from offbeat.ensembles._counters import as_steps, counters
from offbeat.ensembles.auto import Auto


def count(n: int = 3000, seed: int = 0) -> np.ndarray:
    """Return a count of what comes by a rate that swings."""
    rate = 5 + 4 * np.sin(np.arange(n) / 4)
    return np.cumsum(np.random.default_rng(seed).poisson(rate)).astype(float)


def test_what_counts_is_told_from_what_does_not() -> None:
    rng = np.random.default_rng(0)
    x = np.column_stack([count(), -count(), rng.normal(size=3000), np.full(3000, 4.0), np.arange(3000) > 1500])
    assert counters(x).tolist() == [True, True, False, False, False]
    x[100:120] = np.nan
    assert counters(x).tolist() == [True, True, False, False, False]
    assert counters(np.array([[1.0, np.nan]])).tolist() == [False, False]
    reset = count()
    reset[2000:] -= reset[2000]
    assert not counters(reset[:, None]).any(), "what falls even once may be anything"


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 60), st.integers(1, 60))
def test_the_steps_of_a_beginning_are_the_beginning_of_the_steps(n: int, known: int) -> None:
    x = np.random.default_rng(n).normal(size=(n, 2)).cumsum(axis=0)
    counting = np.array([True, False])
    steps = as_steps(x, counting)
    assert np.array_equal(steps[:, 1], x[:, 1])
    np.testing.assert_allclose(steps[1:, 0].cumsum(), x[1:, 0] - x[0, 0], atol=1e-9)
    if 2 <= known <= n:
        assert np.array_equal(as_steps(x[:known], counting), steps[:known])


@pytest.mark.parametrize("train", [None, 1500])
def test_the_end_of_a_counter_is_no_event_and_its_pause_is_one(train: int | None) -> None:
    x = count()
    x[2000:2030] = x[2000]
    x[2030:] -= x[2030] - x[2000]
    result = ob.detect(x, train=train)
    worst = result.found[0]
    assert worst.rows[0] in range(1985, 2005)
    assert worst.rows[1] in range(2020, 2045)
    assert not any(event.rows[1] > 2980 or event.rows[0] < 20 for event in result.found)


def test_a_counter_that_starts_anew_after_training_is_found() -> None:
    x = count()
    x[2000:] -= x[2000]
    auto = Auto().fit(x[:1000])
    assert abs(int(np.nanargmax(auto.score(x))) - 2000) < 60
    assert abs(int(np.nanargmax(auto.score(x[1000:]))) - 1000) < 60
    np.testing.assert_allclose(np.sum(list(auto.members(x, trained=True).values()), axis=0), 1.0)


def test_a_counter_without_noise_is_nothing_but_usual() -> None:
    assert not ob.detect(3 * np.arange(2000.0)).found
