"""A week is found in hours, minutes and days, and is not found where there is none."""

import numpy as np
import pytest

from offbeat.preprocess.nested import nested_cycle


def week(weeks, per_day, seed=0, weekend=0.4):
    t = np.arange(7 * weeks * per_day)
    day = np.sin(np.pi * (t % per_day) / per_day) ** 2
    rng = np.random.default_rng(seed)
    return (100 * day * np.where(t // per_day % 7 < 5, 1.0, weekend) + 5 * rng.normal(size=len(t)))[:, None]


@pytest.mark.parametrize("weeks", [4, 6, 8, 12])
@pytest.mark.parametrize("per_day", [24, 48, 96, 144])
def test_week(weeks, per_day):
    for seed in range(3):
        assert nested_cycle(week(weeks, per_day, seed)).long == 7 * per_day


def test_week_of_days():
    for seed in range(3):
        x = np.random.default_rng(seed).poisson(np.tile([50, 52, 55, 53, 60, 80, 20], 12)).astype(float)
        assert nested_cycle(x[:, None])[:2] == (1, 7)


def test_three_weeks_are_too_few():
    assert nested_cycle(week(3, 24)) is None


@pytest.mark.parametrize("kind", ["noise", "walk", "day", "day and walk", "constant"])
def test_none(kind):
    t = np.arange(3000)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        day = 5 * np.sin(2 * np.pi * t / 24)
        x = {
            "noise": rng.normal(size=3000),
            "walk": np.cumsum(rng.normal(size=3000)),
            "day": day + rng.normal(size=3000),
            "day and walk": day + np.cumsum(0.3 * rng.normal(size=3000)),
            "constant": np.ones(3000),
        }[kind]
        found = nested_cycle(x[:, None])
        # parts of a day may be found in a day, nothing longer
        assert found is None or (found.long == 24 and "day" in kind)


def test_channels():
    x = np.column_stack([week(8, 24), np.random.default_rng(0).normal(size=(1344, 2)), np.ones(1344)])
    found = nested_cycle(x)
    assert found[:2] == (24, 168)
    assert found.channels.tolist() == [True, False, False, False]


def test_unit():
    x = week(6, 48)
    assert nested_cycle(-3e4 * x + 7)[:2] == nested_cycle(x)[:2]
