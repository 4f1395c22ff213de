from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.errors import InputError
from offbeat.core.series import Series
from offbeat.data.synth import sine
from offbeat.trials.power import APART, Power, Probe, _copies, power, probes

FLAT = Series(np.random.default_rng(0).normal(size=(1200, 1)))


def distance(series):
    return np.abs(series.values[:, 0])


def test_large_spikes_are_found_and_small_ones_are_not():
    planted = [Probe("spike", 20.0, 1), Probe("dip", 20.0, 1), Probe("spike", 0.01, 1)]
    found = power(distance, FLAT, 5.0, planted)
    assert [(one.found, one.places) for one in found] == [(10, 10), (10, 10), (0, 10)]


def test_size_and_sign_reach_the_series():
    below = [Probe("level_shift", -20.0, 30), Probe("level_shift", 20.0, 30)]
    found = power(lambda s: -s.values[:, 0], FLAT, 5.0, below)
    assert [one.found for one in found] == [10, 0]


def test_an_alarm_that_was_there_before_is_not_a_find():
    x = FLAT.values.copy()
    x[::2] = 50.0
    found = power(distance, Series(x), 5.0, [Probe("spike", 0.0, 1)])
    assert (found[0].found, found[0].places) == (0, 0)


def test_an_alarm_elsewhere_is_not_a_find():
    def far_off(series):
        changed = (series.values != FLAT.values).any()
        return np.where(np.arange(len(series)) % 200 == 0, 9.0 * changed, 0.0)

    found = power(far_off, FLAT, 5.0, [Probe("spike", 20.0, 1)], places=20)
    assert found[0].found < 5


def test_the_series_is_not_changed_and_the_same_seed_gives_the_same():
    before = FLAT.values.copy()
    seen = []

    def noted(series):
        seen.append(series.values)
        return distance(series)

    for seed in (1, 1, 2):
        power(noted, FLAT, 3.0, [Probe("spike", 2.0, 1)], seed=seed)
    assert (FLAT.values == before).all()
    assert (seen[1] == seen[3]).all()
    assert (seen[1] != seen[5]).any()


def test_not_judged_is_not_found():
    found = power(lambda s: np.full(len(s), np.nan), FLAT, 5.0, [Probe("spike", 20.0, 1)])
    assert (found[0].found, found[0].places) == (0, 10)


@settings(deadline=None, max_examples=60)
@given(st.integers(10, 900), st.integers(1, 40), st.integers(1, 15), st.integers(0, 9))
def test_places_are_inside_quiet_and_far_from_one_another(n, length, places, seed):
    length = min(length, n)
    quiet = np.random.default_rng(seed).random(n) > 0.002
    slack = max(3, length // 2)
    for firsts in _copies(length, quiet, places, slack, np.random.default_rng(seed)):
        assert firsts == sorted(firsts)
        assert all(0 <= first <= n - length and quiet[first : first + length].all() for first in firsts)
        assert (np.diff(firsts) >= APART * length).all()


def test_every_kind_that_is_planted_by_itself_is_there_and_can_be_said():
    planted = probes(30)
    assert {one.name for one in planted} == {"spike", "dip", "rise", "drop", "noise", "standstill"}
    found = power(distance, sine(n=400), 1.5, planted, places=3)
    assert len({one.words for one in found}) == len(planted)


def test_percent_is_said_of_positive_data_alone():
    up = Series(FLAT.values * 2 + 20)
    (one,) = power(distance, up, 1e9, [Probe("level_shift", -2.0, 30)])
    assert one.words == "a 20 % drop lasting 30 points is found in 0 of 10 places"
    (one,) = power(distance, FLAT, 1e9, [Probe("level_shift", -2.0, 30)])
    assert one.words == "a drop of 2 usual deviations lasting 30 points is found in 0 of 10 places"
    assert Power(Probe("spike", 1.0, 1), 8.0, 1, 1).words.startswith("an 8 % spike")


def test_too_few_points_are_refused():
    with pytest.raises(InputError, match="9 points"):
        power(distance, FLAT[:9], 5.0)
