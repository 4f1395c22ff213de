"""Values held far longer than is usual are found; what a channel does anyway is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core import modelfile
from offbeat.core.series import Series
from offbeat.data.frozen import RunModel, equal_runs, run_mask, runs_of

FIRST = np.datetime64("2024-01-01", "ns")


def sensor(seed: int, n: int = 5000, resolution: float = 0.1, memory: float = 0.95) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, 0.3, n)
    x = np.zeros(n)
    for i in range(1, n):
        x[i] = memory * x[i - 1] + noise[i]
    return np.round((20 + x) / resolution) * resolution


def found(x, stamps=None):
    x = np.asarray(x, dtype=np.float64)
    return runs_of(Series(x[:, None], stamps))


def times(n: int, minutes: int = 60) -> np.ndarray:
    return FIRST + np.arange(n) * np.timedelta64(minutes * 60 * 10**9, "ns")


def daily_counts(seed: int, days: int) -> np.ndarray:
    hours = np.arange(24 * days)
    rate = 20 * np.maximum(0, np.sin(2 * np.pi * (hours - 6) / 24))
    return np.random.default_rng(seed).poisson(rate).astype(float)


@pytest.mark.parametrize(("resolution", "held"), [(0.001, 30), (0.1, 30), (0.5, 60), (1.0, 200)])
@pytest.mark.parametrize("seed", range(70, 74))
def test_a_sensor_held_at_a_common_value_is_found(resolution: float, held: int, seed: int) -> None:
    x = sensor(seed, resolution=resolution)
    assert not found(x)
    x[2500 : 2500 + held] = x[2500]
    (run,) = found(x)
    assert run.kind == "frozen"
    assert run.severity >= 1
    assert run.p_value < 0.01
    assert run.first <= 2500 < 2500 + held <= run.end


def test_a_sensor_stuck_at_the_end_is_found() -> None:
    x = sensor(1)
    x[-17:] = x[-17]
    (run,) = found(x)
    assert run.end == len(x)


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("days", [3, 9, 60])
def test_nights_at_zero_are_quiet(days: int, timed: bool) -> None:
    x = daily_counts(days, days)
    assert not found(x, times(len(x)) if timed else None)


def test_an_outage_over_a_night_is_found_by_the_time_of_the_day() -> None:
    x = daily_counts(5, 60)
    x[24 * 30 + 9 : 24 * 31 + 21] = 0
    (run,) = found(x, times(len(x)))
    assert run.kind == "outage"
    assert abs(run.first - (24 * 30 + 9)) <= 2
    assert abs(run.end - (24 * 31 + 21)) <= 3


@pytest.mark.parametrize("seed", range(4))
def test_states_and_rests_are_quiet(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lengths = rng.exponential(60, 400).astype(int) + 1
    valve = np.repeat(np.arange(400) % 2, lengths)[:5000].astype(float)
    assert not found(valve)
    assert not found(np.where(valve == 1, np.round(sensor(seed, len(valve)), 2), 0.0))
    assert not found(np.repeat(rng.integers(180, 240, 800) / 10, lengths[:1].repeat(800)))
    assert not found(np.repeat(rng.integers(0, 3, 12), rng.integers(100, 900, 12)))
    assert not found(rng.poisson(0.02, 5000))


def test_an_outage_is_at_zero_or_at_a_limit() -> None:
    rng = np.random.default_rng(3)
    clipped = np.clip(rng.normal(size=5000), -1, 1)
    for value, kind in ((0.0, "outage"), (1.0, "outage"), (-999.0, "outage"), (0.5, "frozen")):
        x = clipped.copy()
        x[1000:1100] = value
        assert [run.kind for run in found(x)] == [kind]


def test_a_drift_out_of_the_range_learned_is_no_outage() -> None:
    x = np.arange(2000.0) + sensor(4, 2000)
    model = RunModel.fit(x[:1000, None])
    x[1500:1560] = x[1500]
    assert [run.kind for run in model.find(x[1000:, None])] == ["frozen"]


def test_one_missing_row_does_not_end_a_run_and_two_do() -> None:
    x = sensor(2, resolution=0.001)
    x[1000:1040] = 20.0
    x[1020] = np.nan
    assert [(run.first, run.end) for run in found(x)] == [(1000, 1040)]
    x[1019] = np.nan
    assert [(run.first, run.end) for run in found(x)] == [(1000, 1019), (1021, 1040)]


@pytest.mark.parametrize("x", [np.full(100, 3.0), np.full(100, np.nan), np.zeros(1), np.zeros(0)])
def test_constant_and_empty_channels_have_none(x: np.ndarray) -> None:
    assert not found(x)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(13, 400), st.sampled_from([0.01, 0.1, 1.0]))
def test_a_longer_run_is_more_severe_and_less_probable(seed: int, held: int, resolution: float) -> None:
    x = sensor(seed % 20, 2000, resolution)
    model = RunModel.fit(x[:, None])
    runs = []
    for length in (held, 2 * held):
        later = sensor(seed % 20 + 50, 1000, resolution)
        later[100 : 100 + length] = x[700]
        runs.append([run for run in model.find(later[:, None]) if run.first <= 100 < run.end])
    if runs[0]:
        assert runs[1][0].severity > runs[0][0].severity >= 1
        assert runs[1][0].p_value <= runs[0][0].p_value


@settings(deadline=None, max_examples=25)
@given(st.integers(200, 900))
def test_what_is_learned_once_finds_the_same_however_the_data_is_cut(cut: int) -> None:
    model = RunModel.fit(sensor(1, 2000)[:, None])
    x = sensor(2, 1000)[:, None]
    x[100:150] = 20.0
    x[910:960] = 20.0
    whole = model.find(x)
    parts = model.find(x[:cut]) + model.find(x[cut:])
    assert [(run.severity, run.p_value) for run in parts] == [(run.severity, run.p_value) for run in whole]


@dataclass
class Holder:
    """Something that holds a model, as a monitor does."""

    runs: RunModel


def test_the_model_is_kept_in_a_file(tmp_path) -> None:
    stamps = times(24 * 60)
    x = np.column_stack([daily_counts(5, 60), sensor(3, 24 * 60)])
    model = RunModel.fit(x, stamps)
    modelfile.save(Holder(model), tmp_path / "runs")
    kept = modelfile.load(tmp_path / "runs", Holder).runs
    x[24 * 30 + 9 : 24 * 31 + 21] = 0
    assert len(model.find(x, stamps)) == 2
    assert kept.find(x, stamps) == model.find(x, stamps)
    assert run_mask(kept.find(x, stamps), x.shape).any(axis=0).all()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([0.0, 1.0, np.nan]), max_size=40))
def test_runs_cover_every_value_once(values: list[float]) -> None:
    x = np.array(values, dtype=np.float64)
    first, end, value = equal_runs(x)
    covered = np.zeros(len(x), dtype=int)
    for a, b, v in zip(first, end, value, strict=True):
        covered[a:b] += 1
        assert np.all((x[a:b] == v) | np.isnan(x[a:b]))
    assert np.all(covered[~np.isnan(x)] == 1)
    assert covered.max(initial=0) <= 1


@pytest.mark.parametrize("resolution", [0.001, 0.1])
def test_many_held_stretches_do_not_hide_one_another(resolution: float) -> None:
    x = sensor(61, resolution=resolution)
    for first in range(50, 4800, 240):
        x[first : first + 70] = x[first]
    assert len(found(x)) == 20
