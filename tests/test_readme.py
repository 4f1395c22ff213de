"""The README is true: its command, its Python, its table."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import offbeat as ob

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def main_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """The README's first command, its installation left out, in a folder of its own."""
    command = re.search(r"pip install \. && (offbeat detect .*)", README)
    assert command is not None
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "examples", folder / "examples")
    words = [sys.executable, "-m", *command[1].split()]  # `python -m offbeat detect` is `offbeat detect`
    words += ["--plot", "flights.png", "--events", "events.csv", "--scores", "scores.csv"]
    env = {**os.environ, "MPLBACKEND": "agg"}
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300, env=env, check=False), folder


def test_the_main_command_finds_the_blizzard_and_writes_everything(
    main_run: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    done, folder = main_run
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    events = pd.read_csv(folder / "events.csv", parse_dates=["start", "end"])
    assert len(events) <= 20
    first_three = events.head(3)
    blizzard = (first_three["start"] <= "2013-02-09 12:00") & (first_three["end"] >= "2013-02-08 18:00")
    assert blizzard.any()
    for day in ("2013-05-23", "2013-09-12"):
        noon = pd.Timestamp(day) + pd.Timedelta(hours=16)
        assert ((events["start"] <= noon) & (events["end"] >= noon)).any(), day
    scores = pd.read_csv(folder / "scores.csv")
    assert len(scores) == 8760
    page = (folder / "flights.html").read_text(encoding="utf-8")
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert (folder / "flights.png").stat().st_size > 20_000
    for word in ("start", "end", "severity", "channels", "kind", "reason"):
        assert word in done.stdout


def test_a_larger_budget_finds_the_storm_of_march_too() -> None:
    events = ob.detect(ROOT / "examples" / "nyc_flights_2013.csv", alarms="5/series").events
    assert len(events) <= 15
    day = pd.Timestamp("2013-03-06 16:00")
    assert ((events["start"] <= day) & (events["end"] >= day)).any()


def test_the_el_nino_example_finds_what_history_says() -> None:
    events = ob.detect(ROOT / "examples" / "el_nino.csv").events.head(4)
    for first, last in (("1982-06-01", "1983-12-31"), ("1997-03-01", "1998-12-31")):
        assert ((events["start"] >= first) & (events["end"] <= last)).any(), (first, events)


def test_of_the_sine_example_its_planted_anomalies_stand_out_and_nothing_else() -> None:
    result = ob.detect(ROOT / "examples" / "sine.csv")
    labels = result.data.labels
    assert labels is not None
    planted = dict.fromkeys(("spike", "dip", "level_shift", "frozen"), False)
    for event in result.standing_out:
        first, last, _ = event.rows
        assert labels[first : last + 1].any(), event
        planted[event.kind] = True
    assert all(planted.values()), planted


def test_the_python_of_the_readme_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    block = re.search(r"```python\n(import offbeat.*?)```", README, re.DOTALL)
    assert block is not None
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(block[1], names)  # noqa: S102 - the README's own words
    assert (tmp_path / "flights.html").exists()
    assert len(names["frame"]) == 8760  # type: ignore[arg-type]
    first = names["result"].events.iloc[0]  # type: ignore[attr-defined]
    printed = next(line for line in capsys.readouterr().out.splitlines() if re.match(r"1 +\d", line))
    for word in (
        f"{first['start']:%-d %b %Y %H:%M}",
        f"{first['end']:%-d %b %Y %H:%M}",
        first["kind"],
        first["reason"],
    ):
        assert word in printed


def test_the_own_detector_of_the_readme_runs() -> None:
    block = re.search(r"### Write your own detector\n\n```python\n(.*?)```", README, re.DOTALL)
    assert block is not None
    names: dict[str, object] = {"__name__": "notebook"}
    exec(compile(block[1], "README.md", "exec", dont_inherit=True), names)  # noqa: S102 - the README's own words
    assert len(names["result"].scores) == 1000  # type: ignore[attr-defined]


def test_the_generated_parts_of_pages_are_what_the_command_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs")
    spec = importlib.util.spec_from_file_location("write_tables", ROOT / "docs" / "write_tables.py")
    assert spec is not None
    assert spec.loader is not None
    tables = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tables)
    for path, text in tables.pages().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is behind; run: python docs/write_tables.py"


def test_the_thresholds_named_are_those_there_are() -> None:
    from offbeat.thresholds import threshold_entries

    line = re.search(r"Thresholds by name: (.*?)\n\n", README, re.DOTALL)
    assert line is not None
    assert set(re.findall(r"`(\w+)`", line[1])) == set(threshold_entries())
