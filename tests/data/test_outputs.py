"""What offbeat has written is known again by its content, under any name; a user's own tables are not."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from offbeat.cli import root
from offbeat.core.event import COLUMNS
from offbeat.core.scores import SCORE_COLUMNS
from offbeat.data.reading.outputs import is_output, is_output_table, is_standard_output

HOURS = pd.date_range("2024-01-01", periods=300, freq="h")
DATA = ("pump.csv", "fan.csv")


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(root, list(words))
    assert done.exit_code == code, done.output
    return done.stdout


def wave(seed: int, **more: Any) -> pd.DataFrame:
    x = np.sin(np.arange(300) / 4) + 0.1 * np.random.default_rng(seed).normal(size=300)
    x[200] += 6
    return pd.DataFrame({"time": HOURS, "load": x, **more})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files of data, one of them with labels and with columns that are called as ours are."""
    monkeypatch.chdir(tmp_path)
    wave(0, label=(np.arange(300) % 100 == 0).astype(int)).to_csv("pump.csv", index=False)
    wave(1, score=1.0, offbeat_score=2.0).to_csv("fan.csv", index=False)
    return tmp_path


def known(folder: Path) -> dict[str, bool]:
    """Return of each file whether it is known as one that offbeat wrote, whatever its name."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".png", ".npz", ".db")]
    return {path.name: is_output(path.read_bytes(), f"data{path.suffix}") for path in files}


def only_data_is_data(folder: Path) -> None:
    found = known(folder)
    assert [name for name in DATA if found.pop(name)] == []
    assert found
    assert [name for name, is_ours in found.items() if not is_ours] == []


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
@pytest.mark.parametrize("source", ["pump.csv", "fan.csv", "."])
def test_events_and_scores_in_every_format(folder: Path, source: str, ending: str) -> None:
    run("detect", source, "-d", "zscore", "--events", f"a.{ending}", "--scores", f"b.{ending}")
    only_data_is_data(folder)


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_a_table_of_no_events(folder: Path, ending: str) -> None:
    run("detect", "pump.csv", "-d", "zscore", "--threshold", "1000", "--events", f"a.{ending}")
    only_data_is_data(folder)


def test_rows_without_times_and_scores_of_an_id_column(folder: Path) -> None:
    pd.concat([wave(0, unit="a"), wave(1, unit="b")]).drop(columns="time").to_csv("fan.csv", index=False)
    run("detect", "fan.csv", "-d", "zscore", "--id", "unit", "--events", "a.csv", "--scores", "b.csv")
    wave(2)[["load"]].to_csv("fan.csv", index=False)
    run("detect", "fan.csv", "-d", "zscore", "--events", "c.csv", "--scores", "d.parquet")
    only_data_is_data(folder)


def test_reports_json_monitors_and_parameters(folder: Path) -> None:
    Path("one.json").write_text(run("detect", "pump.csv", "-d", "zscore", "--json", "--report", "page.html"))
    Path("two.json").write_text(run("detect", ".", "-d", "zscore", "--json"))
    run("learn", "pump.csv", "-d", "zscore", "--out", "pump.monitor")
    run("detect", "fan.csv", "--monitor", "pump.monitor", "--value", "load")
    assert Path("pump.monitor.state").exists()
    only_data_is_data(folder)


def test_the_tables_of_compare_and_tune(folder: Path) -> None:
    for ending in ("csv", "jsonl"):
        run("compare", "pump.csv", "-d", "zscore", "--out", f"runs.{ending}", "--report", "page.html")
    Path("runs.json").write_text(run("compare", "pump.csv", "-d", "zscore", "--json"))
    for ending in ("csv", "json", "parquet"):
        words = ("--trials", "2", "--planted", "spike", "--out", "best.json", "--history", f"trials.{ending}")
        run("tune", "pump.csv", "-d", "zscore", *words)
    only_data_is_data(folder)


@pytest.mark.usefixtures("folder")
def test_the_names_are_those_that_are_written() -> None:
    run("detect", "pump.csv", "-d", "zscore", "--events", "a.csv", "--scores", "b.csv")
    assert tuple(pd.read_csv("a.csv")) == COLUMNS
    assert tuple(pd.read_csv("b.csv"))[-4:] == SCORE_COLUMNS


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_that_was_saved_again_by_another_program(delimiter: str) -> None:
    header = delimiter.join(f'"{name}"' for name in COLUMNS)
    assert is_output(f"\ufeff{header}\r\n".encode(), "events.csv")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "events.csv"),
        ("time,load\n1,2\n", "events.csv"),
        ("time,score,severity,alarm\n1,2,3,0\n", "scores.csv"),
        ("score,load,severity,status,alarm\n1,2,3,ok,0\n", "scores.csv"),
        ("id,series,start,end,peak\n1,a,2,3,4\n", "events.csv"),
        ("series,detector,fold\na,b,0\n", "results.csv"),
        ("trial,state,value\n1,ok,2\n", "trials.csv"),
        ("[]", "events.csv"),
        ("[1, 2, 3]", "a.json"),
        ("[[1, 2], [3, 4]]", "a.json"),
        ("[", "a.json"),
        ('{"time": 1, "score": 2}\n{"time": 2, "score": 2}\n', "a.jsonl"),
        ('{"series": [1, 2], "offbeat": 3}', "a.json"),
        ("<html><table><tr><td>1</td></tr></table></html>", "a.html"),
        ('<meta name="generator" content="another">', "report.html"),
    ],
)
def test_a_table_of_the_user_is_data_whatever_its_name(text: str, name: str) -> None:
    assert not is_output(text.encode(), name)


def test_bytes_that_are_no_text_are_no_output(tmp_path: Path) -> None:
    frame, buffer = pd.DataFrame({"time": HOURS, "load": 1.0}), io.BytesIO()
    frame.to_parquet(buffer)
    for head in (buffer.getvalue(), buffer.getvalue()[:500], b"PAR1" + bytes(40) + b"PAR1", bytes(range(256)) * 9):
        assert not is_output(head, "events.parquet")
    np.savez(tmp_path / "a.npz", score=np.zeros(3))
    assert not is_output((tmp_path / "a.npz").read_bytes(), "a.npz")


@pytest.mark.usefixtures("folder")
def test_of_a_long_parquet_file_the_columns_are_enough() -> None:
    run("detect", "pump.csv", "-d", "zscore", "--scores", "b.parquet")
    assert not is_output(Path("b.parquet").read_bytes()[:-100], "b.parquet")
    assert is_output_table(pd.read_parquet("b.parquet").columns)
    assert not is_output_table(pd.read_csv("fan.csv").columns)


def test_the_file_that_is_printed_to(tmp_path: Path) -> None:
    words = "import sys, json; from pathlib import Path; from offbeat.data.reading.outputs import is_standard_output; "
    words += "print(json.dumps([is_standard_output(Path(name)) for name in sys.argv[1:]]))"
    out, other = tmp_path / "out.json", tmp_path / "other.json"
    other.touch()
    with out.open("w") as stream:
        names = [str(out), str(other), str(tmp_path / "none")]
        subprocess.run([sys.executable, "-c", words, *names], stdout=stream, check=True)
    assert json.loads(out.read_text()) == [True, False, False]
    assert not is_standard_output(out)
