"""What the shell offers, asked as bash, zsh and fish ask for it."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from offbeat.cli import root

BASH = shutil.which("bash")


def offered(*words: str) -> list[str]:
    """Return what is offered for the last word after those before it."""
    complete = ShellComplete(root, {}, "offbeat", "_OFFBEAT_COMPLETE")
    return [item.value for item in complete.get_completions(list(words[:-1]), words[-1])]


@pytest.fixture
def pump(tmp_path: Path) -> Path:
    path = tmp_path / "pump.csv"
    path.write_text("time,pressure,power,is_fault,unit\n" + "".join(f"{i},2.5,1,0,a\n" for i in range(20)))
    return path


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["detect", "pump.csv", "-d", "kn"], ["knn"]),
        (["detect", "pump.csv", "--detector", "zsc"], ["zscore"]),
        (["tune", "pump.csv", "-d", "zsc"], ["zscore"]),
        (["compare", "pump.csv", "-d", "zscore,zsc"], []),
        (["compare", "pump.csv", "-d", "kn"], ["knn"]),
        (["compare", "pump.csv", "--detectors", "zscore,kn"], ["zscore,knn"]),
        (["bench", "series", "-d", "al"], ["all"]),
        (["detect", "pump.csv", "--threshold", "perc"], ["percentile"]),
        (["compare", "pump.csv", "--threshold", "k_"], ["k_sigma"]),
        (["compare", "pump.csv", "--metric", "vus_p"], ["vus_pr"]),
        (["tune", "pump.csv", "--metric", "event_w"], ["event_wise"]),
        (["bench", "series", "--metric", "event_w"], []),
        (["bench", "series", "--metric", "vus_p"], ["vus_pr"]),
        (["bench", "series", "--layout", "u"], ["ucr"]),
        (["tune", "pump.csv", "--planted", "spike,level"], ["spike,level_shift"]),
        (["list", "thres"], ["thresholds"]),
        (["list", "perc"], ["percentile"]),
        (["det"], ["detect"]),
    ],
)
def test_names_are_offered(words: list[str], expected: list[str]) -> None:
    assert offered(*words) == expected


@pytest.mark.parametrize("command", ["detect", "show", "compare", "tune"])
@pytest.mark.parametrize(
    ("option", "typed", "expected"),
    [
        ("--time", "ti", ["time"]),
        ("--value", "p", ["pressure", "power"]),
        ("--id", "u", ["unit"]),
        ("--label", "", ["time", "pressure", "power", "is_fault", "unit"]),
    ],
)
def test_columns_of_the_file_are_offered(
    command: str, option: str, typed: str, expected: list[str], pump: Path
) -> None:
    assert offered(command, str(pump), option, typed) == expected
    assert offered(command, str(pump), "--time", "time", option, typed) == expected


def test_columns_of_a_folder_parquet_and_json_lines(tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame({"when": range(9), "flow": 1.0})
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_json(tmp_path / "b.jsonl", orient="records", lines=True)
    frame.to_csv(tmp_path / "c.csv.gz", index=False, sep=";")
    for path in (tmp_path, *sorted(tmp_path.iterdir())):
        assert offered("detect", str(path), "--value", "f") == ["flow"], path


def test_nothing_is_offered_where_no_file_can_be_read(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "empty.csv").touch()
    (tmp_path / "array.json").write_text("[1, 2")
    (tmp_path / "folder").mkdir()
    (tmp_path / "cut.parquet").write_bytes(b"PAR1" + bytes(40))
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(b"time,value" * 99)[:30])
    (tmp_path / "bad.csv.gz").write_bytes(gzip.compress(b"time,value" * 99)[:12] + bytes(range(99, 0, -1)))
    for path in (*sorted(tmp_path.iterdir()), tmp_path / "none.csv", "-"):
        assert offered("detect", str(path), "--time", "") == [], path
    assert offered("detect", "--time", "") == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(BASH is None, reason="there is no bash on this machine")
def test_the_line_of_the_help_works_in_bash(pump: Path, tmp_path: Path) -> None:
    script = tmp_path / "offbeat"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m offbeat "$@"\n')
    script.chmod(0o755)
    lines = """
    eval "$(_OFFBEAT_COMPLETE=bash_source offbeat)"
    complete -p offbeat
    COMP_WORDS=(offbeat detect pump.csv --value pr); COMP_CWORD=4
    _offbeat_completion offbeat
    echo "${COMPREPLY[@]}"
    """
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    done = subprocess.run(
        [BASH, "--norc", "-c", lines],
        capture_output=True, text=True, cwd=pump.parent, env={**os.environ, "PATH": path}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == "pressure"
