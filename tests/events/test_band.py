"""The usual range does not bend towards a step, and is the same whatever comes later."""

from __future__ import annotations

import numpy as np
import pytest

from offbeat.core import modelfile
from offbeat.core.series import Series
from offbeat.events.band import usual, usual_here
from offbeat.preprocess.seasonal_model import SeasonalModel


def course(n: int, period: int, seed: int) -> np.ndarray:
    return 6 * np.sin(2 * np.pi * np.arange(n) / period) + np.random.default_rng(seed).normal(size=n)


def outside(x: np.ndarray, alarms: list[tuple[int, int]]) -> np.ndarray:
    band = usual_here(Series(x[:, None]), alarms)
    return (x < band.lower[:, 0]) | (x > band.upper[:, 0])


@pytest.mark.parametrize("seed", range(4))
def test_the_range_keeps_to_the_level_before_a_step_and_takes_the_new_one_after_the_alarms(seed: int) -> None:
    x = course(1440, 24, seed)
    x[700:] += 9
    marks = outside(x, [(690, 730)])
    assert marks[700:730].all()
    assert marks[600:700].mean() < 0.1
    assert marks[730:830].mean() < 0.1


def test_a_level_that_comes_back_stays_the_usual_one() -> None:
    x = course(3000, 50, 0)
    x[1000:1300] -= 12
    marks = outside(x, [(980, 1030), (1290, 1310)])
    assert marks[1000:1300].all()
    assert marks[:1000].mean() < 0.05
    assert marks[1300:].mean() < 0.05


def test_about_two_in_a_hundred_rows_lie_outside() -> None:
    assert 0.003 < np.mean([outside(course(3000, 48, seed), []).mean() for seed in range(4)]) < 0.035


def test_alarms_do_not_widen_the_range() -> None:
    x = course(2000, 40, 1)
    bad = x.copy()
    bad[900:960] += 40
    calm, hit = (usual_here(Series(one[:, None]), [(900, 960)]) for one in (x, bad))
    np.testing.assert_allclose(calm.upper, hit.upper, atol=0.5)


def test_the_range_of_a_row_depends_on_no_later_row() -> None:
    x = course(3000, 24, 2)[:, None]
    model = SeasonalModel.fit(x[:1500])
    whole = usual(model, Series(x[1500:]), start=1500)
    for n in (1, 7, 300, 1200):
        part = usual(model, Series(x[1500 : 1500 + n]), start=1500)
        np.testing.assert_array_equal(part.expected, whole.expected[:n])
        np.testing.assert_array_equal(part.upper, whole.upper[:n])


def test_a_model_finds_its_phase_where_it_is_not_told() -> None:
    x = course(3000, 24, 3)[:, None]
    model = SeasonalModel.fit(x[:1500])
    late = Series(x[1507:2500])
    expected = usual(model, late, start=1507).expected
    np.testing.assert_allclose(usual(model, late).expected, expected, atol=1.0)


def test_rows_of_alarms_do_not_move_the_trend() -> None:
    x = course(2000, 24, 4)
    model = SeasonalModel.fit(x[:1000, None])
    x[1200:1600] += 10
    band = usual(model, Series(x[1000:, None]), start=1000, alarms=[(200, 600)])
    assert (x[1200:1600] > band.upper[200:600, 0]).all()


def test_a_model_can_be_saved(tmp_path: object) -> None:
    path = tmp_path / "range.model"  # type: ignore[operator]
    x = course(600, 24, 5)[:, None]
    model = SeasonalModel.fit(x)
    modelfile.save(model, path)
    again = usual(modelfile.load(path), Series(x[:100]), start=600)
    np.testing.assert_array_equal(again.upper, usual(model, Series(x[:100]), start=600).upper)
