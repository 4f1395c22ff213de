"""`seasonal_mismatch` finds a day out of its place; `auto` asks it only where there is a week."""

import numpy as np
import pytest

import offbeat as ob


def hours(weeks, odd=None, seed=0, growth=0.0, channels=1):
    t = np.arange(168 * weeks)
    day = t // 24
    factor = np.where((day % 7 < 5) & (day != odd), 1.0, 0.3)
    rng = np.random.default_rng(seed)
    x = 100 * factor * np.sin(np.pi * (t % 24) / 24) ** 2 * (1 + growth * t / len(t))
    return x[:, None] + 5 * rng.normal(size=(len(t), channels))


def day_of(scores):
    return int(np.nanargmax(scores)) // 24


@pytest.mark.parametrize("weeks", [4, 6, 12])
@pytest.mark.parametrize("name", ["auto", "seasonal_mismatch"])
def test_weekday_like_a_sunday(name, weeks):
    for seed, odd in enumerate((2, 15, 7 * weeks - 5)):
        x = hours(weeks, odd, seed, growth=0.5)
        assert day_of(ob.detector(name).fit_score(x).scores) == odd


def test_new_rows_at_another_phase():
    model = ob.detector("seasonal_mismatch").fit(hours(8))
    x = hours(5, odd=17, seed=1)
    assert day_of(model.score(x)) == 17
    assert day_of(model.score(x[24 * 3 + 5 :])) in (13, 14)
    assert day_of(model.score(x[24 * 14 : 24 * 21])) == 3


def test_own_cycle_left_out():
    x = hours(5, odd=16)
    model = ob.detector("seasonal_mismatch").fit(x)
    assert np.array_equal(model.score(x, trained=True), ob.detector("seasonal_mismatch").fit_score(x).scores)
    assert day_of(model.score(x, trained=True)) == 16


def test_channels_without_a_cycle_score_nothing():
    x = np.column_stack([hours(8, odd=30), np.random.default_rng(0).normal(size=1344)])
    result = ob.detector("seasonal_mismatch").fit_score(x)
    assert day_of(result.scores) == 30
    assert not result.raw[:, 1].any()


def test_looks_no_further_ahead_than_declared():
    model = ob.detector("seasonal_mismatch").fit(hours(8))
    x = hours(4, seed=1)
    before = model.score(x)
    for cut in range(300, 400, 7):
        moved = x.copy()
        moved[cut:] += np.random.default_rng(cut).normal(size=(len(x) - cut, 1))
        changed = np.flatnonzero(np.abs(model.score(moved) - before) > 1e-6)
        assert changed[0] >= cut - model.lookahead


def test_auto_without_a_week_has_no_season():
    x = np.sin(2 * np.pi * np.arange(2000) / 24) + 0.1 * np.random.default_rng(0).normal(size=2000)
    assert "season" not in ob.detector("auto").fit(x).members_
    assert "season" in ob.detector("auto").fit(hours(8, channels=3)).members_
