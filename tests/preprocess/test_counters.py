"""Counters are recognised through resets, wraps and glitches, and the default detector sees their steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import offbeat as ob
from offbeat.preprocess.counters import Break, Counters


def count(n: int = 3000, seed: int = 0) -> np.ndarray:
    """Return a count of what comes by a rate that swings."""
    rate = 5 + 4 * np.sin(np.arange(n) / 4)
    return np.cumsum(np.random.default_rng(seed).poisson(rate)).astype(float)


def learned(x: np.ndarray) -> tuple[bool, list[tuple[int, int, str]]]:
    counters = Counters.fit(x[:, None])
    return counters.any, [(one.row, one.end, one.kind) for one in counters.breaks(x[:, None])]


def test_what_counts_is_told_from_what_does_not() -> None:
    rng = np.random.default_rng(0)
    x = np.column_stack([count(), -count(), rng.normal(size=3000), np.full(3000, 4.0), np.arange(3000) > 1500])
    assert Counters.fit(x).sign.tolist() == [1, -1, 0, 0, 0]
    x[100:120] = np.nan
    assert Counters.fit(x).sign.tolist() == [1, -1, 0, 0, 0]
    assert Counters.fit(np.array([[1.0, np.nan]])).sign.tolist() == [0, 0]
    assert Counters.fit(np.zeros((0, 2))).sign.tolist() == [0, 0]


@pytest.mark.parametrize("seed", range(40, 46))
def test_breaks_are_found_and_named(seed: int) -> None:
    x = count(seed=seed) + 1000
    reset, loss, high, low, two = (x.copy() for _ in range(5))
    reset[1234:] -= reset[1234]
    loss[1234:] -= 0.4 * loss[1234]
    high[1234] *= 10
    low[1234:1237] = 0
    two[500:] -= two[500]
    two[1234:1236] *= 10
    assert learned(reset) == (True, [(1234, 1235, "reset")])
    assert learned(loss) == (True, [(1234, 1235, "loss")])
    assert learned(high) == (True, [(1234, 1235, "glitch")])
    assert learned(low) == (True, [(1234, 1237, "glitch")])
    assert learned(two) == (True, [(500, 501, "reset"), (1234, 1236, "glitch")])


@pytest.mark.parametrize("modulus", [1000, 4096])
@pytest.mark.parametrize("seed", range(40, 44))
def test_a_wrap_is_no_break_in_the_steps(modulus: int, seed: int) -> None:
    x = count(seed=seed)
    wrapped = x % modulus
    counters = Counters.fit(wrapped[:, None])
    assert counters.modulus.tolist() == [modulus]
    assert {one.kind for one in counters.breaks(wrapped[:, None])} == {"wrap"}
    assert np.array_equal(counters.steps(wrapped[:, None])[1:, 0], np.diff(x))


@pytest.mark.parametrize("seed", range(40, 48))
def test_trends_walks_waves_and_tanks_are_no_counters(seed: int) -> None:
    rng, rows = np.random.default_rng(seed), np.arange(4000)
    tank = np.concatenate([np.linspace(90, rng.uniform(10, 30), k) for k in rng.integers(300, 1800, 20)])[:4000]
    battery = np.concatenate([100 - np.arange(k) / 5 for k in rng.integers(150, 400, 40)])[:4000]
    build_up = np.concatenate([np.linspace(0, rng.uniform(5, 9), k) for k in rng.integers(50, 300, 80)])[:4000]
    noise = rng.normal(size=4000)
    walks = [noise, noise.cumsum(), (noise + 1).cumsum(), rows / 2 + noise]
    waves = [rows % 200, rows % 20 + noise / 10, np.sin(rows / 30)]
    assert not Counters.fit(np.column_stack([*walks, *waves, tank, battery, build_up])).any


def test_the_steps_at_breaks() -> None:
    x = 3.0 * np.arange(400)
    x[200:] -= x[200]
    x[300] = 9999
    x[350] = np.nan
    steps = Counters.fit(x[:, None]).steps(x[:, None])[:, 0]
    assert steps[300] == 9999 - x[299]
    assert np.flatnonzero(np.isnan(steps)).tolist() == [350, 351]
    usual = np.delete(steps, [300, 301, 350, 351])
    assert np.all(usual == 3.0), "the reset at row 200 is no step"
    assert steps[301] == 6.0


def test_breaks_are_judged_by_what_was_learned() -> None:
    x = count()
    counters = Counters.fit(x[:1000, None])
    later = x[1000:] - x[1000]
    later[500:] -= later[500]
    assert [(one.row, one.kind) for one in counters.breaks(later[:, None])] == [(500, "reset")]
    rough = np.random.default_rng(0).normal(size=(50, 1))
    assert len(counters.breaks(rough)) <= 50
    assert np.isfinite(counters.steps(rough)).all()


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 60), st.integers(1, 60), st.booleans())
def test_the_steps_of_a_beginning_are_the_beginning_of_the_steps(n: int, known: int, resets: bool) -> None:
    x = np.random.default_rng(n).exponential(size=(n, 2)).cumsum(axis=0)
    counters = Counters.fit(count()[:, None])
    counters = Counters(np.array([1, 0]), *(np.repeat(part, 2) for part in (counters.typical, *_rest(counters))))
    if resets:
        x[n // 2 :, 0] -= x[n // 2, 0]
    steps = counters.steps(x)
    assert np.array_equal(steps[:, 1], x[:, 1])
    if 2 <= known <= n - 3:
        assert np.array_equal(counters.steps(x[:known])[:-3], steps[: max(0, known - 3)])


def _rest(counters: Counters) -> tuple[np.ndarray, np.ndarray]:
    return counters.reach, counters.modulus


def test_a_break_says_where() -> None:
    x = 3.0 * np.arange(100)
    x[60:] -= x[60]
    assert Counters.fit(x[:, None]).breaks(x[:, None]) == [Break(60, 61, 0, "reset", -177.0)]


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


def test_a_counter_without_noise_is_nothing_but_usual() -> None:
    assert not ob.detect(3 * np.arange(2000.0)).found
