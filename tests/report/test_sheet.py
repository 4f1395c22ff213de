"""Times become places on an axis, exactly, and absent rows become gaps."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from offbeat.core.scores import Band
from offbeat.core.series import Series
from offbeat.core.status import Status
from offbeat.report.sheet import DAY, Axis, Sheet, gaps
from offbeat.report.view import View

START = np.datetime64("2013-03-09T05:00", "ns")


def dated(n: int, step: str = "1h", zone: str | None = None) -> Series:
    time = START + np.arange(n) * pd.Timedelta(step).to_timedelta64()
    return Series(np.zeros((n, 1)), time, zone=zone)


def test_shifts_are_those_of_the_zone() -> None:
    axis = Axis(dated(48, zone="America/New_York"))
    rows, shifts = axis.shifts.T
    assert shifts.tolist() == [-5 * 3_600_000, -4 * 3_600_000]
    change = datetime(2013, 3, 10, 3, tzinfo=ZoneInfo("America/New_York"))
    assert axis.origin + axis.x[rows[1]] == change.timestamp() * 1000


def test_a_series_without_zone_has_no_shift() -> None:
    assert Axis(dated(48)).shifts.tolist() == [[0, 0]]


@pytest.mark.parametrize(
    ("step", "zone", "digits"),
    [
        ("1D", None, 60_000.0),
        ("1D", "America/New_York", DAY),
        ("1s", None, 1000.0),
        ("1ms", None, 1.0),
        ("1us", None, 0.0),
    ],
)
def test_digits_are_as_many_as_the_times_need(step: str, zone: str | None, digits: float) -> None:
    # the first is at 05:00 UTC, which is midnight in New York
    start = Axis(dated(1, step, zone)).series.label(0)
    assert start.hour == (0 if zone else 5)
    series = dated(1, step, zone) if step == "1D" else dated(50, step, zone)
    assert Axis(series).digits == digits


def test_nanoseconds_keep_their_distance() -> None:
    axis = Axis(dated(4, "250ns"))
    assert axis.x.tolist() == pytest.approx([0, 0.00025, 0.0005, 0.00075], rel=1e-12)


@pytest.mark.parametrize(
    "time", [np.array([3, 2, 1]), np.array([1.0, np.nan, 2.0]), np.array(["NaT", "2020-01-01", "2020-01-02"], "M8[ns]")]
)
def test_times_without_an_order_give_way_to_rows(time: np.ndarray) -> None:
    axis = Axis(Series(np.zeros((3, 1)), time))
    assert not axis.in_order
    assert not axis.dated
    assert axis.x.tolist() == [0, 1, 2]
    assert axis.origin == 0


def test_absent_rows_become_one_missing_row_in_every_line() -> None:
    keep = np.r_[0:30, 40:60]
    series = Series(np.arange(60.0)[keep, None], keep.astype(np.float64))
    severity = np.ones(50)
    band = Band(*(np.full((50, 1), value) for value in (0.0, -1.0, 1.0)))
    view = View(series, severity, band=band, status=np.zeros(50, dtype=np.uint8))
    axis = Axis(series)
    sheet = Sheet.of(view, axis)
    assert gaps(axis).tolist() == [30]
    assert sheet.x[29:32].tolist() == [29, 30, 40]
    assert sheet.status is not None
    assert sheet.status[30] == Status.MISSING
    for line in (*sheet.lines(0).values(), sheet.severity):
        assert np.flatnonzero(np.isnan(line)).tolist() == [30]
    assert list(sheet.lines(0)) == ["values", "expected", "lower", "upper"]


@pytest.mark.parametrize("what", ["irregular", "business days", "months", "regular"])
def test_uneven_times_are_not_torn_apart(what: str) -> None:
    time = {
        "irregular": np.random.default_rng(0).exponential(1.0, 200).cumsum(),
        "business days": pd.bdate_range("2020-01-01", periods=200).to_numpy().astype("M8[ns]"),
        "months": pd.date_range("2020-01-01", periods=200, freq="MS").to_numpy().astype("M8[ns]"),
        "regular": np.arange(200),
    }[what]
    assert len(gaps(Axis(Series(np.zeros((200, 1)), time)))) == 0


def test_leading_channels_are_those_of_the_events(make_view) -> None:
    view = make_view(channels=tuple("abcdef"))
    assert view.leading(1) == [5]
    assert view.leading(3) == [0, 1, 5]
    assert view.leading(9) == [0, 1, 2, 3, 4, 5]
