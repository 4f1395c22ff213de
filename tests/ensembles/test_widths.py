"""The windows through which the default detector looks, and what it takes for usual."""

from __future__ import annotations

import numpy as np
import pytest

from offbeat.core.series import Floats
from offbeat.ensembles._fusion import MemberCalibration
from offbeat.ensembles._recipe import RECIPE
from offbeat.ensembles._widths import first_width, second_width
from offbeat.ensembles.auto import MEMBERS, Auto
from offbeat.preprocess.period import default_window


def beats(n: int = 6000, every: int = 180, seed: int = 0) -> Floats:
    """A narrow pulse that comes now earlier, now later, on a floor that wanders."""
    rng = np.random.default_rng(seed)
    x = 0.02 * np.cumsum(rng.normal(size=n)) + 0.05 * rng.normal(size=n)
    at = 40.0
    while at < n:
        x += np.exp(-0.5 * ((np.arange(n) - at) / 2) ** 2)
        at += every + 8 * rng.normal()
    return np.asarray(x[:, None], dtype=np.float64)


@pytest.mark.parametrize("seed", range(3))
def test_beats_that_come_unevenly_are_found_in_the_activity(seed: int) -> None:
    x = beats(seed=seed)
    assert default_window(x) == 64, "the values show no period"
    assert 165 <= first_width(x) <= 195


def test_a_period_of_the_values_is_taken_before_that_of_their_activity() -> None:
    x = np.sin(np.arange(4000.0) * 2 * np.pi / 50)[:, None]
    assert first_width(x) == 50
    noise = np.random.default_rng(0).normal(size=(4000, 1))
    assert first_width(noise) == 64


def test_the_second_width_is_another_or_none() -> None:
    t = np.arange(4000.0)
    quick = (np.sin(t * 2 * np.pi / 200) + np.sin(t * 2 * np.pi / 20))[:, None]
    assert second_width(quick, 64) == 200
    assert second_width(quick, 190) is None
    assert second_width(np.ones((4000, 2)), 64) == 128
    assert second_width(np.ones((30, 1)), 7) is None, "a quarter of 30 points is no window"
    for n in (4, 5, 9, 200):
        width = second_width(np.random.default_rng(n).normal(size=(n, 1)), 2)
        assert width is None or 8 <= width <= n // 4


def test_the_second_width_has_members_of_its_own_at_the_best_effort() -> None:
    x = np.random.default_rng(0).normal(size=4000)
    x += np.sin(np.arange(4000) * 2 * np.pi / 20) + (np.arange(4000) % 200 < 100)
    best, fast = Auto(effort="best").fit(x), Auto(effort="fast").fit(x)
    assert "second values" in best.members(x, trained=True)
    assert "second values" not in fast.members(x, trained=True)
    many = Auto(effort="best").fit(np.column_stack([x, x[::-1]]))
    assert "second statistics" in many.members(np.column_stack([x, x[::-1]]))


def test_a_fault_that_lasts_does_not_make_itself_usual() -> None:
    rng = np.random.default_rng(0)
    scores = np.abs(rng.normal(size=(6000, 1)))
    clean = MemberCalibration.of(scores, MEMBERS["statistics"], alone=True).channels.excess[0]
    scores[3100:3900] += 50
    assert MemberCalibration.of(scores, MEMBERS["statistics"], alone=True).channels.excess[0] < 1.2 * clean
    few = np.abs(rng.normal(size=(RECIPE.stretches - 1, 1)))
    assert np.isfinite(MemberCalibration.of(few, MEMBERS["statistics"], alone=True).channels.excess).all()
    still = MemberCalibration.of(np.zeros((100, 1)), MEMBERS["statistics"], alone=True)
    assert np.isfinite(still.apply(np.ones((5, 1)))[0]).all()
