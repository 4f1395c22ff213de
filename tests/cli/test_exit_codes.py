"""Exit codes: 0 done, 2 nothing could be scored, 3 an event, 4 some of several failed."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import offbeat as ob
from offbeat.cli import main
from offbeat.core.series import Panel, Series

Run = tuple[int, str, str]
HOURS = pd.date_range("2024-01-01", periods=600, freq="h")
MISSING = np.where((np.arange(600) // 20) % 3 == 0, np.sin(np.arange(600) / 4), np.nan)
"""No stretch of it is as long as 30 rows."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Run:
        monkeypatch.setattr(sys, "argv", ["offbeat", *words])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        err = "".join(line for line in err.splitlines(keepends=True) if not line.startswith("compiled the kernels"))
        return int(end.value.code or 0), out, err

    return call


def write(name: str, values: np.ndarray, **more: object) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    pd.DataFrame({"time": HOURS[: len(values)], "load": values, **more}).to_csv(name, index=False)


def wave(seed: int, spike: float = 0.0) -> np.ndarray:
    x = np.sin(np.arange(600) * 2 * np.pi / 24) + 0.1 * np.random.default_rng(seed).normal(size=600)
    x[400] += spike
    return x


@pytest.fixture
def folder(run: Any) -> Path:  # noqa: ARG001 - it has changed into a folder
    """Two good series, two that are too short for the same reason, and one whose rows are too few in a row."""
    write("logs/pump.csv", wave(0, 6))
    write("logs/fan.csv", wave(1, 5))
    write("logs/one.csv", wave(2)[:3])
    write("logs/two.csv", wave(3)[:5])
    write("logs/holes.csv", MISSING)
    return Path("logs")


KNN = ("-d", "knn:window=30")
MORE = "give more rows, or another detector"
REASONS = [
    "2 series (one, two): one has 3 rows; it takes at least 8 to tell what is usual",
    f"holes: too little data to tell: no row could be scored (400 missing, 200 short); {MORE}",
]


def test_some_failed_is_4_with_each_reason_once_last_of_all(run: Any, folder: Path) -> None:
    code, out, err = run("detect", str(folder), *KNN, "--report", "page.html")
    assert code == 4
    assert err.splitlines()[-2:] == REASONS
    assert "in 2 series, 3 failed" in out
    assert Path("page.html").exists()


def test_the_rest_is_written_whole_and_json_holds_the_reasons(run: Any, folder: Path) -> None:
    code, out, _ = run("detect", str(folder), *KNN, "--json", "--events", "events.csv", "--scores", "scores.csv")
    assert code == 4
    found = json.loads(out)
    assert set(found["failures"]) == {"one", "two", "holes"}
    assert found["failures"]["two"].startswith("two has 5 rows")
    events = pd.read_csv("events.csv")
    assert {"pump", "fan"} <= set(events["series"])
    assert len(events) == sum(len(one["events"]) for one in found["series"])
    scores = pd.read_csv("scores.csv").groupby("series")
    assert scores["score"].count().to_dict() == {"fan": 600, "holes": 0, "pump": 600}
    assert set(scores.get_group("holes")["status"]) == {"missing", "short"}


def test_allowed_failures_are_0_and_are_printed_all_the_same(run: Any, folder: Path) -> None:
    code, _, err = run("detect", str(folder), *KNN, "--allow-failures")
    assert (code, err.splitlines()[-2:]) == (0, REASONS)


def test_an_event_goes_before_a_failure(run: Any, folder: Path) -> None:
    code, _, err = run("detect", str(folder), *KNN, "--fail-on-event")
    assert (code, err.splitlines()[-2:]) == (3, REASONS)
    Path("logs/pump.csv").unlink()
    write("logs/fan.csv", np.zeros(600))
    assert run("detect", str(folder), *KNN, "--fail-on", "any")[0] == 4


@pytest.mark.parametrize("allowed", [(), ("--allow-failures",)])
def test_where_no_series_of_several_could_be_scored_it_is_2(run: Any, folder: Path, allowed: tuple[str, ...]) -> None:
    for name in ("pump", "fan"):
        Path(f"logs/{name}.csv").unlink()
    code, out, err = run("detect", str(folder), *KNN, "--events", "events.csv", *allowed)
    assert (code, out) == (2, "")
    assert err == f"Error: {REASONS[0]}\n{REASONS[1]}\n"
    assert not Path("events.csv").exists()


def test_where_all_are_refused_each_reason_stands_once(run: Any, folder: Path) -> None:
    for name in ("pump", "fan", "holes"):
        Path(f"logs/{name}.csv").unlink()
    assert run("detect", str(folder)) == (2, "", f"Error: none of the series could be scored; {REASONS[0]}\n")
    write("logs/void.csv", np.full(100, np.nan))
    code, _, err = run("detect", str(folder))
    assert code == 2
    assert err.splitlines() == [
        "Error: none of the series could be scored:",
        f"  {REASONS[0]}",
        "  void has 100 rows and no value in any of them; give a file with values",
    ]


@pytest.mark.parametrize(
    ("values", "words", "message"),
    [
        (wave(0)[:3], (), "pump has 3 rows; it takes at least 8 to tell what is usual"),
        (np.full(50, np.nan), (), "pump has 50 rows and no value in any of them; give a file with values"),
        (wave(0)[:8], ("-d", "zscore"), "pump: too little data to tell: 8 rows; 60 would be enough"),
        (MISSING, KNN, REASONS[1].replace("holes", "pump")),
        (MISSING, ("-d", "ar"), "no row could be scored (400 missing, 200 warmup)"),
        (np.where(np.arange(600) % 300 == 7, 1.0, np.nan), KNN, "no row could be scored (598 missing, 2 short)"),
    ],
)
@pytest.mark.parametrize("more", [(), ("--json",), ("--scores", "-"), ("--fail-on-event",)])
def test_a_series_of_which_nothing_could_be_scored_is_2(
    run: Any, values: np.ndarray, words: tuple[str, ...], message: str, more: tuple[str, ...]
) -> None:
    write("logs/pump.csv", values)
    code, out, err = run("detect", "logs/pump.csv", *words, *more)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_monitor_that_can_score_nothing_is_2_and_some_is_4(run: Any) -> None:
    write("logs/good.csv", wave(0))
    assert run("learn", "logs/good.csv", *KNN, "--out", "pump.monitor")[0] == 0
    later = pd.DataFrame({"time": HOURS + pd.Timedelta(days=90), "load": wave(5)})
    Path("days").mkdir()
    later[:12].to_csv("days/short.csv", index=False)
    code, out, err = run("detect", "days/short.csv", "--monitor", "pump.monitor")
    assert (code, out) == (2, "")
    assert "12 rows are fewer than the 30 that knn reads at once; give the rows before, too" in err
    later.rename(columns={"load": "flow"}).to_csv("days/other.csv", index=False)
    code, _, err = run("detect", "days", "--monitor", "pump.monitor")
    assert code == 2
    later.to_csv("days/whole.csv", index=False)
    code, out, err = run("detect", "days", "--monitor", "pump.monitor")
    assert code == 4
    assert "in 1 series, 2 failed" in out
    assert "other" in err.splitlines()[-2]


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> Panel:
    """What reading a folder gives, of which one file was skipped and one could not be read."""
    labels = np.zeros(600, dtype=bool)
    labels[400] = labels[550] = True
    pump = Series(wave(0, 6)[:, None], HOURS.to_numpy(), ("load",), "pump", labels=labels)
    found = Panel({"pump": pump}, ("1 file is skipped",), {"cut": "cut.csv can't be read: it is cut short"})
    for place in ("pipeline", "compare.compare", "tune.tune", "monitor.monitor"):
        monkeypatch.setattr(import_module(f"offbeat.{place}"), "read", lambda *_, **__: found)
    monkeypatch.setattr(ob, "read", lambda *_, **__: found)
    return found


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize(
    "words",
    [
        ("detect", "logs"),
        ("show", "logs"),
        ("show", "logs", "--explain"),
        ("compare", "logs", "-d", "zscore"),
        ("tune", "logs", "-d", "zscore", "--trials", "2"),
    ],
)
def test_a_file_that_can_t_be_read_stops_no_other_and_is_4(run: Any, words: tuple[str, ...]) -> None:
    code, out, err = run(*words)
    assert code == 4, err
    assert "1 file is skipped" in out + err
    assert "cut.csv can't be read: it is cut short" in err.splitlines()[-1 if words[0] != "tune" else 1]
    assert "pump" in out or "zscore" in out
    assert run(*words, "--allow-failures")[0] == 0


@pytest.mark.usefixtures("unread")
def test_json_holds_files_that_can_t_be_read(run: Any) -> None:
    code, out, _ = run("detect", "logs", "--json")
    found = json.loads(out)
    assert (code, list(found["failures"]), found["notes"]) == (4, ["cut"], ["1 file is skipped"])
    code, out, _ = run("compare", "logs", "-d", "zscore", "--json")
    assert (code, list(json.loads(out)["failures"])) == (4, ["cut"])


@pytest.mark.usefixtures("unread")
def test_nothing_is_learned_from_one_of_several_files(run: Any) -> None:
    code, _, err = run("learn", "logs", "--out", "pump.monitor")
    assert (code, err) == (2, "Error: there are 2 series (pump, cut), and one is needed; give one of them\n")


def test_a_folder_of_one_file_is_learned_from(run: Any) -> None:
    write("logs/pump.csv", wave(0))
    assert run("learn", "logs", "-d", "zscore", "--out", "pump.monitor")[0] == 0


def test_compare_leaves_out_what_is_too_short_to_be_split(run: Any) -> None:
    write("logs/pump.csv", wave(0, 6))
    write("logs/one.csv", wave(0)[:2])
    code, out, err = run("compare", "logs", "-d", "zscore,moving_rms")
    assert code == 4
    assert "moving_rms" in out
    assert err.splitlines()[-1].startswith("one: 2 rows can't be split into 3 parts")
    code, _, err = run("compare", "logs/one.csv", "-d", "zscore")
    assert code == 2
    assert "2 rows can't be split" in err


def test_tune_leaves_out_what_is_too_short(run: Any) -> None:
    write("logs/pump.csv", wave(0, 6))
    write("logs/one.csv", wave(0)[:2])
    code, out, err = run("tune", "logs", "-d", "zscore", "--trials", "2", "--planted", "spike", "--out", "best.json")
    assert code == 4
    assert "note: one was left out: 2 rows can't be split" in err
    assert out.startswith("zscore: ")
    assert Path("best.json").exists()


@pytest.mark.parametrize("name", ["bench", "compare", "detect", "show", "study", "tune"])
def test_the_help_says_what_the_codes_mean(run: Any, name: str) -> None:
    out = run(name, "--help")[1].partition("Exit codes:\n")[2]
    codes = [line.split()[0] for line in out.splitlines()]
    assert codes == (["0", "2", "3", "4", "130"] if name == "detect" else ["0", "2", "4", "130"])


@pytest.mark.parametrize("units", ["ab", "a"])
def test_how_a_table_with_ids_was_read_is_shown_once(run: Any, units: str) -> None:
    frames = [pd.DataFrame({"time": HOURS, "load": wave(i), "unit": unit}) for i, unit in enumerate(units)]
    pd.concat(frames).to_csv("units.csv", index=False)
    out = run("detect", "units.csv", "-d", "zscore", "--id", "unit")[1]
    assert out.count("time=time, values=load, id=unit") == 1
    out = run("show", "units.csv", "--id", "unit")[1]
    assert out.count("time=time, values=load, id=unit") == len(units)
