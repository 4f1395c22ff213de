"""Health finds what was planted, and is quiet on data that are well."""

from __future__ import annotations

import numpy as np
import pytest

from offbeat.core.series import Series
from offbeat.data.clean import clean
from offbeat.data.frozen import run_mask, runs_of
from offbeat.data.health import health

HOUR = np.timedelta64(3600, "s").astype("timedelta64[ns]")
RNG = np.random.default_rng(3)


def noisy(n=1000):
    return np.sin(np.arange(n) / 20) + 0.1 * np.random.default_rng(n).normal(size=n)


def one(x, **parts):
    return Series(np.asarray(x, dtype=float)[:, None], channels=(parts.pop("name", "flow"),), **parts)


def frozen_mask(series):
    return run_mask(runs_of(series), series.values.shape).any(axis=1)


def kinds(series):
    return [finding.kind for finding in health(series)]


@pytest.mark.parametrize(
    "x",
    [
        noisy(),
        RNG.integers(0, 5, 2000),
        RNG.poisson(0.3, 5000),
        np.where(RNG.random(3000) < 0.01, RNG.normal(size=3000), 0.0),
        np.repeat(RNG.normal(size=200), 15),
        np.repeat([0.0, 1.0], 500),
        np.clip(RNG.normal(size=5000), 0, None),
        np.maximum(0, np.sin(np.arange(5000) / 200)) + 0.0,
        np.round(noisy(5000), 1),
        np.exp(RNG.normal(0, 3, 2000)),
        np.cumsum(RNG.normal(size=3000)),
        [1.0],
        [1.0, 2.0],
        [],
    ],
)
def test_quiet_on_good_data(x):
    assert kinds(one(x)) == []
    assert not frozen_mask(one(x)).any()


def test_a_frozen_stretch_is_found_where_it_is():
    x = noisy()
    x[400:460] = x[400]
    mask = frozen_mask(one(x))
    assert np.flatnonzero(mask).tolist() == list(range(400, 460))
    found = health(one(x))
    assert [(f.kind, f.start, f.end, f.n_points) for f in found] == [("frozen", 400, 459, 60)]
    assert f"flow is stuck at {x[400]:g} for 60 points" in found[0].text


def test_a_frozen_counter_is_found():
    x = RNG.poisson(500, 3000).astype(float)
    x[1000:1100] = 512
    assert kinds(one(x)) == ["frozen"]


def test_any_channel_freezes_the_row():
    x = np.column_stack([noisy(), np.full(1000, 7.0), noisy()])
    x[100:200, 2] = 0.5
    assert frozen_mask(Series(x)).sum() == 100
    assert kinds(Series(x)) == ["constant", "frozen"]


def test_many_frozen_stretches_are_summed_up():
    x = np.round(noisy(40_000), 2)
    for first in range(0, 20_000, 1000):
        x[first : first + 60] = first / 777 + 5
    found = [f for f in health(one(x)) if f.kind == "frozen"]
    assert len(found) == 11
    assert found[-1].text == "10 more frozen stretches of flow that are no longer, 600 points in all"
    assert sum(f.n_points for f in found) == 1200


def test_constant_channels():
    assert health(one(np.full(50, 2.5)))[0].text == "flow never changes: it is always 2.5"
    many = Series(np.ones((50, 12)))
    assert health(many)[0].text.startswith("12 channels never change: c0, c1")


@pytest.mark.parametrize("factor", [1000, 0.001, 100, 1e6])
def test_a_changed_unit(factor):
    x = 20 + noisy()
    x[600:700] *= factor
    (found,) = health(one(x))
    assert (found.kind, found.start, found.end) == ("unit", 600, 699)


def test_fahrenheit():
    x = 20 + noisy()
    x[700:] = 1.8 * x[700:] + 32
    (found,) = health(one(x, name="temperature"))
    assert (found.kind, found.start) == ("unit", 700)
    assert "Fahrenheit" in found.text


def test_a_level_shift_is_no_unit():
    x = 20 + noisy()
    x[600:] += 40
    assert kinds(one(x)) == []


def test_gaps_and_missing_channels():
    x = np.column_stack([noisy(), noisy(), noisy()])
    x[100:120] = np.nan
    x[200:900, 1] = np.nan
    x[:, 2] = np.nan
    texts = {f.kind: f.text for f in health(Series(x))}
    assert texts["gap"] == "no values in 20 points, from 100 to 119"
    assert {f.channel for f in health(Series(x)) if f.kind == "missing"} == {"c1", "c2"}


def test_many_gaps_are_summed_up():
    x = noisy(5000)
    x[::100] = np.nan
    assert len([f for f in health(one(x)) if f.kind == "gap"]) == 11


def test_a_channel_that_ends_early_is_late():
    x = np.column_stack([noisy(), noisy()])
    x[-12:, 1] = np.nan
    late = [f for f in health(Series(x)) if f.kind == "late"]
    assert [(f.channel, f.start, f.n_points) for f in late] == [("c1", 988, 12)]


def test_a_slower_channel_is_neither_missing_nor_late():
    x = np.column_stack([noisy(), noisy()])
    x[np.arange(1000) % 6 > 0, 1] = np.nan
    (found,) = health(Series(x[:-1]))
    assert (found.kind, found.text) == ("missing", "c1 has a value every 6 rows; it is scored there only")
    x[900:, 1] = np.nan
    assert [f.kind for f in health(Series(x))] == ["missing", "late"]


def test_late_last_rows():
    hours = np.append(np.arange(998), [1020, 1021])
    series = one(noisy(), time=np.datetime64("2020-01-01", "ns") + hours * HOUR)
    late = [f for f in clean(series).findings if f.kind == "late"]
    assert len(late) == 1
    assert late[0].text == "the last 2 rows came 23 h after the one before, 1 h being usual"


@pytest.mark.parametrize("minutes", [60, 5])
def test_clock_changes_of_a_year(minutes):
    pd = pytest.importorskip("pandas")
    real = pd.date_range("2021-01-01", "2022-01-01", freq=f"{minutes}min", tz="America/New_York")
    local = real.tz_localize(None).to_numpy().astype("datetime64[ns]")
    found = [f for f in clean(one(noisy(len(local)), time=local)).findings if f.kind == "clock"]
    assert ["forward" in f.text for f in found] == [True, False]
    assert [str(f.start)[:10] for f in found] == ["2021-03-14", "2021-11-07"]
    zoned = Series(noisy(len(local))[:, None], time=real.tz_convert("UTC").tz_localize(None).to_numpy(), zone="UTC")
    assert clean(zoned).findings == ()


def test_infinite_values_are_counted():
    x = noisy()
    x[[1, 2]] = np.inf
    assert health(one(x))[0].text == "2 values are infinite and taken as missing"
