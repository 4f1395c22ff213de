"""Series with other channels, steps and times are in one table of events and one of scores."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import offbeat as ob
from offbeat.cli import main
from offbeat.core.scores import score_columns
from offbeat.core.series import Panel, Series
from offbeat.report import write_table


def wave(seed: int, n: int, step: str | None, **more: object) -> Series:
    """Return a series with a spike in the middle; `step` None has no times."""
    x = np.sin(np.arange(n) / 4) + 0.1 * np.random.default_rng(seed).normal(size=n)
    x[n // 2] += 7
    time = None if step is None else pd.date_range("2024-01-01", periods=n, freq=step).to_numpy()
    return Series(x[:, None], time, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def result() -> ob.Detections:
    two = np.column_stack([wave(1, 500, None).values, np.zeros(500)])
    panel = Panel(
        {
            "rows": wave(0, 300, None),
            "hours": wave(1, 400, "h", channels=("flow",)),
            "days": wave(2, 350, "D", channels=("score",), zone="Europe/Berlin"),
            "two": Series(two, channels=("flow", "status")),
        }
    )
    found = ob.detect(panel, "zscore", threshold="top_k:1")
    assert isinstance(found, ob.Detections)
    return found


MIDDLES = {
    "rows": 150,
    "hours": pd.Timestamp("2024-01-09 08:00"),
    "days": pd.Timestamp("2024-06-24", tz="UTC").tz_convert("Europe/Berlin"),
    "two": 250,
}


def test_one_table_of_events_with_each_series_own_times(result: ob.Detections) -> None:
    assert dict(zip(result.events["series"], result.events["start"], strict=True)) == MIDDLES
    assert dict(zip(result.events["series"], result.events["channels"], strict=True)) == {
        "rows": "value", "hours": "flow", "days": "score", "two": "flow",
    }  # fmt: skip


def test_each_event_is_printed_with_the_name_of_its_series(result: ob.Detections) -> None:
    heads, rows = result.table()
    assert heads[1] == "series"
    assert {row[1]: row[2] for row in rows} == {
        "rows": "150", "hours": "9 Jan 2024 08:00", "days": "24 Jun 2024", "two": "250",
    }  # fmt: skip


def test_the_scores_stand_behind_the_columns_of_all_under_one_name(result: ob.Detections) -> None:
    frame = result.to_frame()
    assert list(frame.columns) == [
        "value", "flow", "score", "status", "offbeat_score", "severity", "offbeat_status", "alarm",
    ]  # fmt: skip
    for name, one in result.items():
        mine = frame.loc[name]
        assert np.array_equal(mine["offbeat_score"], one.scores, equal_nan=True)
        assert mine["offbeat_status"].tolist() == one.status.tolist()
        missing = {column for column in frame.columns[:4] if mine[column].isna().all()}
        assert missing == {"value", "flow", "score", "status"} - set(one.data.channels)
    assert frame["alarm"].dtype == bool


def test_names_that_are_taken_twice_over_stay_the_user_s() -> None:
    assert score_columns(["score", "offbeat_score"])[0] == "offbeat_offbeat_score"
    x = np.zeros(50)
    out = ob.detect(pd.DataFrame({"score": x, "offbeat_score": x + 1}), "zscore", threshold=99).to_frame()
    assert out["offbeat_score"].tolist() == [1.0] * 50


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_both_tables_are_written_whatever_the_times_are(result: ob.Detections, tmp_path: Path, ending: str) -> None:
    reader = {"csv": pd.read_csv, "json": pd.read_json, "parquet": pd.read_parquet}[ending]
    for name, frame, index in (("events", result.events, False), ("scores", result.to_frame(), True)):
        write_table(frame, tmp_path / f"{name}.{ending}", index=index)
        back = reader(tmp_path / f"{name}.{ending}")
        assert len(back) == len(frame)
        assert list(frame.columns) == [column for column in back.columns if column in frame.columns]


def test_times_of_one_kind_stay_times_in_parquet(tmp_path: Path) -> None:
    panel = Panel({"a": wave(0, 300, "h"), "b": wave(1, 300, "D")})
    result = ob.detect(panel, "zscore", threshold="top_k:1")
    write_table(result.events, tmp_path / "events.parquet")
    assert pd.read_parquet(tmp_path / "events.parquet")["start"].dtype.kind == "M"
    zoned = Panel({"a": wave(0, 300, "h"), "b": wave(1, 300, "h", zone="Europe/Berlin")})
    write_table(ob.detect(zoned, "zscore", threshold="top_k:1").events, tmp_path / "mixed.parquet")
    starts = pd.read_parquet(tmp_path / "mixed.parquet").set_index("series")["start"]
    assert starts.to_dict() == {"a": "2024-01-07 06:00:00", "b": "2024-01-07 07:00:00+01:00"}


@pytest.mark.parametrize("rest", [300, 3])
def test_the_command_names_the_series_of_an_event_though_it_is_the_only_one(
    tmp_path: Path, rest: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    pump, fan = wave(0, 300, "h"), wave(1, 400, "D")
    pd.DataFrame({"time": pump.time, "flow": pump.values[:, 0]}).to_csv("pump.csv", index=False)
    pd.DataFrame({"day": fan.time, "heat": fan.values[:, 0]})[:rest].to_csv("fan.csv", index=False)
    monkeypatch.setattr(sys, "argv", ["offbeat", "detect", ".", "-d", "zscore", "--threshold", "top_k:1"])
    with pytest.raises(SystemExit):
        main()
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["#", "series", "start"] in [line[:3] for line in lines]
    named = {line[1] for line in lines if line and line[0].isdigit() and line[1] in ("pump", "fan")}
    assert named == ({"pump", "fan"} if rest > 3 else {"pump"})
