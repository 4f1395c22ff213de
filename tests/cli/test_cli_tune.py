from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import offbeat as ob
from offbeat.cli import root
from offbeat.data.synth import inject, sine, write
from offbeat.detectors.statistical.moving_rms import MovingRMS


def run(*words: object) -> Result:
    result = CliRunner().invoke(root, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def pump(tmp_path: Path) -> Path:
    series = sine(900, period=30, noise=0.2)
    for first in range(50, 850, 100):
        series = inject(series, "variance", at=first, length=20, seed=first)
    write(series, tmp_path / "pump.csv")
    return tmp_path / "pump.csv"


def test_tune_says_what_it_was_worth_and_detect_takes_the_file(pump: Path, tmp_path: Path) -> None:
    out, narrow = tmp_path / "params.json", ("--range", "window=8:24")
    result = run("tune", pump, "-d", "moving_rms", "--label", "label", "--trials", 6, "--out", out, *narrow)
    assert result.exit_code == 0
    assert result.stdout.startswith("moving_rms: vus_pr 0.")
    assert "with the defaults" in result.stdout
    assert "6 trials" in result.stdout
    assert f"wrote {out}" in result.stderr
    params = json.loads(out.read_text())["params"]
    assert params["window"] is not None
    scores = run("detect", pump, "--params", out, "--scores", "-")
    table = pd.read_csv(StringIO(scores.stdout))
    expected = ob.detect(str(pump), "moving_rms", params=params).scores
    np.testing.assert_allclose(table["score"], expected)


def test_set_goes_on_top_of_the_file(pump: Path, tmp_path: Path) -> None:
    out = tmp_path / "params.json"
    out.write_text('{"offbeat_parameters": 1, "detector": "moving_rms", "params": {"window": 9}}')
    assert "moving_rms:window=9" in run("detect", pump, "--params", out, "--json").stdout
    assert "moving_rms:window=7" in run("detect", pump, "--params", out, "--set", "window=7", "--json").stdout
    assert run("detect", pump, "--params", out, "-d", "moving_rms").exit_code == 0


def test_detect_says_what_contradicts_the_file(pump: Path, tmp_path: Path) -> None:
    out = tmp_path / "params.json"
    out.write_text('{"offbeat_parameters": 1, "detector": "moving_rms", "params": {"window": 9}}')
    for words, said in (
        (["-d", "auto"], "is for moving_rms, and --detector says auto"),
        (["--monitor", tmp_path / "a.monitor"], "has settled --params"),
    ):
        result = run("detect", pump, "--params", out, *words)
        assert result.exit_code == 2
        assert said in result.stderr
    result = run("detect", pump, "--params", pump)
    assert result.exit_code == 2
    assert "no parameter file" in result.stderr


def test_json_and_history_are_alone_on_stdout(pump: Path) -> None:
    result = run("tune", pump, "-d", "zscore", "--trials", 3, "--json")
    assert json.loads(result.stdout)["tuned"]["trials"] == 3
    table = pd.read_csv(StringIO(run("tune", pump, "-d", "zscore", "--trials", 3, "--history", "-").stdout))
    assert table["state"][0] == "done"
    assert list(table.columns) == ["trial", "state", "value", "seconds", "window", "reason"]


def test_ranges_and_held_parameters_are_read(pump: Path) -> None:
    words = ("tune", pump, "-d", "knn", "--trials", 5, "--json", "--set", "k=2", "--range", "window=10:14")
    params = json.loads(run(*words).stdout)["params"]
    assert params["k"] == 2
    assert params["window"] is None or 10 <= params["window"] <= 14


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-d", "kn"], "did you mean 'knn'"),
        (["-d", "knn", "--metric", "vus"], "did you mean 'vus_pr'"),
        (["-d", "knn", "--range", "window=4"], "write it as NAME=LOW:HIGH"),
        (["-d", "knn", "--range", "window=none:9"], "give two numbers"),
        (["-d", "knn", "--range", "windw=4:9"], "did you mean window"),
        (["-d", "knn", "--planted", "spik"], "did you mean 'spike'"),
        (["-d", "knn", "--out", "params.csv"], "must end in .json"),
        (["-d", "knn", "--history", "a.txt"], "must end in .csv"),
        (["-d", "knn", "--study", "nowhere/a.db"], "there is no folder"),
        (["-d", "knn", "--split", "3"], "can't be read"),
        (["-d", "knn", "--label", "lable"], "label"),
        ([], "--detector"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(pump: Path, words: list[str], said: str) -> None:
    result = run("tune", pump, *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_an_interruption_writes_the_best_so_far(pump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fit, calls = MovingRMS._fit, [0]

    def stopping(self: MovingRMS, x: np.ndarray) -> None:
        calls[0] += 1
        if calls[0] == 5:
            raise KeyboardInterrupt
        fit(self, x)

    monkeypatch.setattr(MovingRMS, "_fit", stopping)
    result = run("tune", pump, "-d", "moving_rms", "--out", tmp_path / "p.json")
    assert result.exit_code == 130
    assert "stopped after 1 trial; the best so far is kept" in result.stderr
    assert json.loads((tmp_path / "p.json").read_text())["params"] == {"window": None}


@pytest.mark.parametrize("name", sorted(root.list_commands(None)))
def test_examples_in_the_help_stand_on_lines_of_their_own(name: str) -> None:
    shown = run(name, "--help").stdout
    assert "\\b" not in shown
    assert f"\n    offbeat {name}" in shown
