"""One small instance of each figure that `benchmarks/alarms` measures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter

import offbeat as ob

DAY = 48


def noise(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=n)


def season(n: int, seed: int = 0) -> np.ndarray:
    return 6 * np.sin(2 * np.pi * np.arange(n) / DAY) + noise(n, seed)


def at(result: ob.Detection, first: int, last: int) -> list[ob.Event]:
    """Return the events that share a row with first to last, the strongest first."""
    return [event for event in result.found if event.rows[0] <= last and event.rows[1] >= first]


@pytest.fixture(scope="module")
def month() -> ob.Monitor:
    times = pd.date_range("2026-03-01", periods=30 * DAY, freq="30min")
    return ob.learn(pd.DataFrame({"vibration": season(30 * DAY)}, index=times), alarms="2/week")


def daily_file(day: int, fault: float) -> pd.DataFrame:
    times = pd.date_range("2026-03-31", periods=DAY, freq="30min") + pd.Timedelta(days=day)
    strokes = fault * (np.arange(DAY) % 2)
    return pd.DataFrame({"vibration": season(DAY, seed=100 + day) + strokes}, index=times)


def test_a_growing_fault_is_in_the_events_of_every_daily_file(month: ob.Monitor) -> None:
    assert all(month.detect(daily_file(day, fault=5 + day)).found for day in range(3, 8))


def test_good_daily_files_are_silent(month: ob.Monitor) -> None:
    """At most twice as many as a budget of 2 a week promises in eight days."""
    assert sum(bool(month.detect(daily_file(day, fault=0)).found) for day in range(8)) <= 4


@pytest.mark.parametrize("detector", ["auto", "knn", "isolation_forest", "zscore"])
def test_fresh_data_scored_alone_keeps_the_promise(detector: str) -> None:
    monitor = ob.learn(season(2000), detector, alarms="2/series")
    result = monitor.detect(season(4000)[2000:])
    assert len(result.found) <= 6
    assert np.nanmean(result.severity > 1) < 0.05


@pytest.mark.parametrize("n", [40, 90, 250, 700])
def test_a_spike_of_20_sd_in_few_rows(n: int) -> None:
    x = 100 + noise(n)
    assert sum(event.stands_out for event in ob.detect(x).found) <= 1
    x[n // 3] += 20
    assert at(ob.detect(x), n // 3 - 1, n // 3 + 1)


def test_a_drop_of_75_sd_in_600_rows() -> None:
    x = noise(600)
    x[250:290] -= 75
    assert at(ob.detect(x), 250, 289)


def test_seven_faults_do_not_hide_one_another() -> None:
    x = noise(4000)
    faults = [(200 + 560 * i, 200 + 560 * i + rows) for i, rows in enumerate((1, 5, 20, 1, 40, 1, 5))]
    for i, (first, end) in enumerate(faults):
        x[first:end] += (12 + i / 2) * (-1) ** i
    result = ob.detect(x)
    assert sum(bool(at(result, first, end - 1)) for first, end in faults) >= 6


@pytest.mark.parametrize("row", [1190, 1205, 1220])
def test_a_step_begins_where_it_does_and_goes_up(row: int) -> None:
    x = 20 + noise(2000)
    x[row:] += 8
    event = at(ob.detect(x), row - 12, row + 40)[0]
    assert abs(event.rows[0] - row) <= 3
    assert event.direction == "up"


@pytest.mark.parametrize(("far", "ratio"), [(10, 1), (25, 10), (100, 40)])
def test_the_smaller_of_two_spikes_is_shown_too(far: int, ratio: int) -> None:
    x = season(4000)
    x[1500] += 12
    x[1500 + far] += 12 * ratio
    result = ob.detect(x)
    assert at(result, 1500, 1500)
    assert at(result, 1500 + far, 1500 + far)


@pytest.mark.parametrize("step", [0.1, 0.5])
def test_a_coarse_sensor_held_at_a_common_value_is_frozen(step: float) -> None:
    wander = np.asarray(lfilter([1.0], [1.0, -0.95], noise(5000))) * (1 - 0.95**2) ** 0.5
    x = np.round((20 + wander) / step) * step
    x[2500:3100] = x[2500]
    result = ob.detect(x)
    assert "frozen" in {event.kind for event in at(result, 2500, 3099)}
    assert "frozen" in {finding.kind for finding in result.health}


def test_an_outage_is_an_event_of_its_kind() -> None:
    rng, t = np.random.default_rng(0), np.arange(4400)
    counts = rng.poisson(200 + 150 * np.sin(2 * np.pi * t / 24)).astype(float)
    counts[3000:3035] = 0
    assert at(ob.detect(counts), 3000, 3034)[0].kind == "outage"


def test_a_wednesday_like_a_sunday() -> None:
    rng, t = np.random.default_rng(0), np.arange(7 * 8 * 24)
    day = t // 24
    usual = 40 + 260 * np.exp(-0.5 * ((t % 24 - 13) / 3) ** 2)
    orders = rng.poisson(usual * np.where((day % 7 >= 5) | (day == 30), 0.25, 1.0)).astype(float)
    assert at(ob.detect(orders), 30 * 24, 31 * 24 - 1)


def test_a_glitch_of_a_gusty_sensor_is_the_first_event() -> None:
    """As the wind of 1,048 mph at Newark, 12 February 2013."""
    wind = np.maximum(10 + 5 * lfilter([0.4], [1.0, -0.9], noise(2874)), 0).round()
    wind[1000] = 1048
    event = ob.detect(wind).found[0]
    assert event.rows == (1000, 1000, 1000)
    assert (event.kind, event.direction) == ("spike", "up")
    assert "1,048" in event.reason


@pytest.mark.parametrize("seed", range(3))
def test_nothing_stands_out_in_clean_data(seed: int) -> None:
    found = ob.detect(season(2000, seed)).found
    assert not any(event.stands_out for event in found)
    assert len(found) <= 5


@pytest.mark.parametrize("detector", ["ar", "ewma", "zscore"])
@pytest.mark.parametrize("rows", [1, DAY])
def test_calls_of_a_row_and_of_a_day_answer_as_one_does(detector: str, rows: int, tmp_path: Path) -> None:
    known, end = 1000, 1000 + 2 * DAY
    x = season(end)
    x[1030] += 15
    ob.learn(x[:known], detector).save(tmp_path / "pump.monitor")
    monitor = ob.load(tmp_path / "pump.monitor")
    whole = monitor.detect(x[known:], past=x[:known])
    parts = [monitor.detect(x[i : i + rows], past=x[:i]) for i in range(known, end, rows)]
    assert np.array_equal(np.concatenate([part.severity for part in parts]), whole.severity, equal_nan=True)
    assert {event.id for part in parts for event in part.found} == {event.id for event in whole.found}
