from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from io import BytesIO, TextIOWrapper
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from offbeat.cli import main, root

HOURS = pd.date_range("2024-01-01", periods=1500, freq="h")


def wave(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.sin(np.arange(len(HOURS)) * 2 * np.pi / 24) + 0.1 * rng.normal(size=len(HOURS))


@pytest.fixture
def pump(tmp_path: Path) -> Path:
    """An hourly CSV with one spike at row 1000."""
    x = wave()
    x[1000] += 5
    path = tmp_path / "pump.csv"
    pd.DataFrame({"time": HOURS, "pressure": x}).to_csv(path, index=False)
    return path


Run = tuple[int, str, str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> object:
    def call(*words: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["offbeat", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return call


def test_the_table_names_the_event(run, pump: Path) -> None:
    code, out, _ = run("detect", pump)
    assert code == 0
    assert "time=time, values=pressure" in out
    assert "11 Feb 2024 16:00" in out
    assert "spike" in out
    assert "pressure reached" in out


def test_json_is_alone_on_stdout_and_holds_no_nan(run, pump: Path) -> None:
    code, out, _ = run("detect", pump, "--json")
    assert code == 0
    found = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert found["points"] == 1500
    assert found["events"][0]["start"] == "2024-02-11T16:00:00"
    assert found["events"][0]["kind"] == "spike"


def test_tables_are_written_in_every_format(run, pump: Path, tmp_path: Path) -> None:
    names = ["events.csv", "events.json", "events.parquet"]
    for name in names:
        assert run("detect", pump, "--events", tmp_path / name)[0] == 0
    csv, records, parquet = (
        pd.read_csv(tmp_path / names[0]),
        pd.read_json(tmp_path / names[1]),
        pd.read_parquet(tmp_path / names[2]),
    )
    assert list(csv.columns) == list(records.columns) == list(parquet.columns)
    assert len(csv) == len(records) == len(parquet) >= 1
    code, out, _ = run("detect", pump, "--scores", "-")
    scores = pd.read_csv(BytesIO(out.encode()))
    assert code == 0
    assert len(scores) == 1500
    assert {"pressure", "score", "severity", "status", "alarm"} <= set(scores.columns)
    assert bool(scores.loc[1000, "alarm"])


def test_exit_codes(run, pump: Path, tmp_path: Path) -> None:
    assert run("detect", pump, "--fail-on-event")[0] == 3
    calm = tmp_path / "calm.csv"
    pd.DataFrame({"time": HOURS, "pressure": 4.0}).to_csv(calm, index=False)
    assert run("detect", calm, "--fail-on-event")[0] == 0
    assert run("detect", tmp_path / "none.csv")[0] == 2
    assert run("nonsense")[0] == 2
    assert run("--version")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--detector", "zscor"], "did you mean 'zscore'"),
        (["--set", "window=64"], "`auto` has no parameter 'window'"),
        (["--detector", "knn", "--set", "window=wide"], "window=wide: window is int, at least 2"),
        (["--detector", "knn", "--set", "window=1"], "at least 2"),
        (["--detector", "knn", "--set", "window"], "write it as NAME=VALUE"),
        (["--alarms", "many"], "write it as '2/week'"),
        (["--alarms", "2/week", "--threshold", "mad"], "give one"),
        (["--threshold", "percentil"], "did you mean 'percentile'"),
        (["--threshold", "best_f1"], "name a label column"),
        (["--value", "presure"], "did you mean 'pressure'"),
        (["--time", "tme"], "did you mean 'time'"),
        (["--train", "2020-01-01"], "begins at"),
        (["--train", "2030-01-01"], "ends at 2024-03-03 11:00:00; give an earlier time"),
        (["--detector", "zscore:scaler=robust"], "only compare takes scaler=; leave it out"),
        (["--train", "99999"], "has 1500"),
        (["--train", "other.csv"], "no file"),
        (["--events", "found.xlsx"], "must end in .csv, .json or .parquet"),
        (["--report", "nowhere/page.html"], "there is no folder"),
        (["--plot", "picture.docx"], "must end in .png, .svg or .pdf"),
        (["--clean", "max_gap=-1"], "max_gap is int, at least 0"),
        (["--clean", "impute=magic"], "one of none, forward, median, seasonal"),
        (["--monitor", "none.monitor"], "no model file"),
        (["--monitor", "none.monitor", "--detector", "knn"], "has settled --detector; leave it out"),
        (["--monitor", "none.monitor", "--alarms", "2/week"], "has settled --alarms; leave it out"),
        (["--monitor", "pump.csv"], "is not a model file"),
        (["--past", "pump.csv"], "goes with --monitor"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(run, pump: Path, words: list[str], said: str, monkeypatch) -> None:
    monkeypatch.chdir(pump.parent)
    code, out, err = run("detect", pump, *words)
    assert code == 2, out + err
    assert said in err
    assert len(err.strip().splitlines()) <= 5
    assert sorted(p.name for p in pump.parent.iterdir()) == ["pump.csv"]


def test_training_part_by_rows_time_and_file(run, pump: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean.csv"
    pd.DataFrame({"time": HOURS, "pressure": wave(1)}).to_csv(clean, index=False)
    for train in ("600", "2024-02-01", str(clean)):
        code, out, _ = run("detect", pump, "--train", train, "--json")
        assert code == 0
        starts = [event["start"] for event in json.loads(out)["events"]]
        assert "2024-02-11T16:00:00" in starts, train


def test_a_file_to_learn_from_is_read_as_the_data_is(run, pump: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean.csv"
    pd.DataFrame({"time": HOURS, "other": 0.0, "pressure": wave(1)}).to_csv(clean, index=False)
    code, out, err = run("detect", pump, "--train", clean, "--value", "pressure", "--json")
    assert code == 0, err
    assert "2024-02-11T16:00:00" in [event["start"] for event in json.loads(out)["events"]]


def test_a_monitor_is_learned_used_and_shown(run, pump: Path, tmp_path: Path) -> None:
    good, monitor = tmp_path / "good.csv", tmp_path / "pump.monitor"
    pd.DataFrame({"time": HOURS, "pressure": wave(1)}).to_csv(good, index=False)
    code, out, err = run("learn", good, "--alarms", "2/week", "--out", monitor)
    assert code == 0, err
    assert "learned from 1,500 rows of good" in out
    assert f"wrote {monitor}" in err
    code, out, err = run("detect", pump, "--monitor", monitor, "--json")
    assert code == 0, err
    assert "2024-02-11T16:00:00" in [event["start"] for event in json.loads(out)["events"]]
    code, out, _ = run("show", monitor)
    assert code == 0
    assert "raised so far" in out
    assert "1,500 rows" in out
    same = json.loads(run("detect", pump, "--train", good, "--alarms", "2/week", "--json")[1])["events"]
    assert same == json.loads(run("detect", pump, "--monitor", monitor, "--json")[1])["events"]


def test_learn_says_what_is_wrong_before_it_learns(run, pump: Path, tmp_path: Path) -> None:
    code, _, err = run("learn", pump, "--out", tmp_path / "nowhere" / "a.monitor")
    assert code == 2
    assert "there is no folder" in err
    code, _, err = run("learn", tmp_path / "none.csv", "--out", tmp_path / "a.monitor")
    assert code == 2
    assert "no file" in err


def test_a_folder_is_a_series_a_file_and_one_bad_file_does_not_stop_the_rest(run, pump: Path) -> None:
    folder = pump.parent
    pd.DataFrame({"time": HOURS, "flow": wave(2)}).to_csv(folder / "flow.csv", index=False)
    pd.DataFrame({"time": HOURS[:3], "flow": [1.0, 2.0, 3.0]}).to_csv(folder / "short.csv", index=False)
    code, out, err = run("detect", folder)
    assert code == 4
    assert "in 2 series, 1 failed" in out
    assert "short has 3 rows" in err
    code, out, _ = run("detect", pump, folder / "flow.csv", "--json")
    assert code == 0
    assert [one["series"] for one in json.loads(out)["series"]] == ["pump", "flow"]


def test_standard_input(run, pump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(pump.read_bytes())))
    code, out, _ = run("detect", "-", "--json")
    assert code == 0
    assert json.loads(out)["points"] == 1500


def test_report_and_picture_are_written_and_said_on_stderr(run, pump: Path, tmp_path: Path) -> None:
    page, picture = tmp_path / "page.html", tmp_path / "picture.png"
    code, out, err = run("detect", pump, "--report", page, "--plot", picture)
    assert code == 0
    assert page.read_text(encoding="utf-8").startswith("<!")
    assert picture.read_bytes()[:4] == b"\x89PNG"
    assert "wrote" not in out
    assert f"wrote {page}" in err


def test_a_monitor_of_ones_own_class_is_named_by_its_import_path(run, pump: Path, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "own_far.py").write_text(
        "from dataclasses import dataclass\nfrom offbeat.detectors.statistical.mad import MAD\n"
        "@dataclass\nclass Far(MAD):\n    pass\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    model, own = tmp_path / "far.zip", ("--detector", "own_far:Far")
    code, _, err = run("learn", pump, *own, "--out", model)
    assert code == 0, err
    code, _, err = run("detect", pump, "--monitor", model, *own, "--json")
    assert code == 0, err
    code, _, err = run("detect", pump, "--monitor", model)
    assert code == 2
    assert "or --detector own_far:Far in a command line" in " ".join(err.split())
    assert "has settled --detector" in run("detect", pump, "--monitor", model, "--detector", "mad")[2]


def test_show_says_where_a_column_has_no_values(run, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    pd.DataFrame({"time": HOURS, "v": wave(), "none": np.nan}).to_csv(path, index=False)
    code, out, err = run("show", path, "--value", "none", "--value", "v")
    assert code == 0, err
    assert "no values" in out
    assert "nothing" not in out


@pytest.mark.usefixtures("pump")
def test_show_draws_a_sample(run, tmp_path: Path) -> None:
    for i in range(6):
        pd.DataFrame({"time": HOURS, "flow": wave(i)}).to_csv(tmp_path / f"flow{i}.csv", index=False)
    picture = tmp_path / "look.png"
    code, out, _ = run("show", tmp_path, "--sample", "3", "--plot", picture)
    assert code == 0
    assert "3 of 7 series, chosen with seed 0" in out
    assert out.count("periods: 24 points") == 3
    assert picture.exists()
    assert run("show", tmp_path, "--sample", "3", "--plot", picture)[1] == out


def test_list_shows_every_detector_and_all_about_one(run) -> None:
    from offbeat.core.registry import detector_entries

    code, out, _ = run("list", "--json")
    assert code == 0
    assert {row["name"] for row in json.loads(out)} == set(detector_entries())
    code, out, _ = run("list", "knn")
    assert code == 0
    assert "window=None" in out
    assert "int, at least 2, or None" in out
    code, _, err = run("list", "knm")
    assert code == 2
    assert "did you mean 'knn'" in err


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("percentile", ["of `offbeat list thresholds`", "as --threshold percentile:NAME=VALUE", "percent=95.0"]),
        ("vus_pr", ["of `offbeat list metrics`", "precision-recall surface", "takes: scores", "best: 1.0"]),
        ("backblaze", ["of `offbeat list layouts`", "www.backblaze.com", "Only the drives of this model"]),
        ("spike", ["of `offbeat list kinds`", "Raise by `size`", "size: 6.0"]),
        ("html", ["of `offbeat list reports`", "needs no network"]),
        ("robust", ["of `offbeat list scalers`", "Scale to median 0"]),
        ("mad", ["mad, of `offbeat list detectors`", "as --set NAME=VALUE", "mad, of `offbeat list thresholds`"]),
    ],
)
def test_list_shows_all_about_whatever_has_a_name(run, name: str, told: list[str]) -> None:
    code, out, _ = run("list", name)
    assert code == 0
    assert [words for words in told if words not in out] == []


@pytest.mark.parametrize("name", ["thresholds", "metrics", "kinds", "mad", "mse", "spike"])
def test_every_list_is_json(run, name: str) -> None:
    code, out, _ = run("list", name, "--json")
    assert code == 0
    rows = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert rows
    assert all(row["name"] and row["what"] for row in rows)


def test_a_threshold_can_be_a_plain_score(run, pump: Path) -> None:
    code, out, _ = run("detect", pump, "--detector", "zscore", "--threshold", "3", "--json")
    assert code == 0
    assert json.loads(out)["threshold"] == {"chosen": "fixed: score=3.0", "score": 3.0}
    assert run("detect", pump, "--detector", "zscore", "--threshold", "fixed:3", "--json")[1] == out


def test_synth_writes_labelled_series(run, tmp_path: Path) -> None:
    path = tmp_path / "made.csv"
    code, _, _ = run("synth", path, "--n", "500", "--anomalies", "spike:2,level_shift", "--clean-start", "100")
    assert code == 0
    frame = pd.read_csv(path)
    assert list(frame.columns) == ["time", "value", "label"]
    assert len(frame) == 500
    assert frame["label"].sum() > 2
    assert frame["label"][:100].sum() == 0
    assert run("synth", path, "--anomalies", "spik")[0] == 2
    assert run("synth", path, "--channels", "3")[0] == 2


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "offbeat", *map(str, words)]


@pytest.mark.slow
def test_a_full_disk_leaves_nothing_half_written(pump: Path, tmp_path: Path) -> None:
    def small_files_only() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    page = tmp_path / "page.html"
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command("detect", pump, "--report", page),
        capture_output=True, text=True, check=False, preexec_fn=small_files_only, env=env, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "can't write" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["pump.csv"]


@pytest.mark.slow
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_while_unpacking_leaves_nothing_behind(tmp_path: Path, asked: signal.Signals) -> None:
    packed, folder = tmp_path / "big.csv.gz", tmp_path / "temporary"
    folder.mkdir()
    with gzip.open(packed, "wb", 1) as stream:
        for _ in range(300):
            stream.write(b"0" * (1 << 20))
    env = {**os.environ, "TMPDIR": str(folder)}
    process = subprocess.Popen(
        command("show", packed), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    )
    while not any(path.is_file() for path in folder.rglob("*")) and process.poll() is None:
        time.sleep(0.01)  # until something is unpacked into the folder
    process.send_signal(asked)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "stopped" in err
    assert not any(folder.iterdir())


@pytest.mark.slow
def test_ctrl_c_leaves_nothing_half_written(tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    pd.DataFrame({"value": np.sin(np.arange(2_000_000) / 9)}).to_csv(big, index=False)
    page = tmp_path / "page.html"
    process = subprocess.Popen(
        command("detect", big, "--report", page), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(4)
    assert process.poll() is None, "it ended before it could be stopped"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "Traceback" not in err
    assert "stopped" in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["big.csv"]


def test_a_detector_may_be_named_with_parameters(run, pump: Path) -> None:
    told = run("detect", pump, "-d", "knn:window=30,k=2", "--json")[1]
    assert told == run("detect", pump, "-d", "knn", "--set", "window=30", "--set", "k=2", "--json")[1]
    assert told != run("detect", pump, "-d", "knn:window=30,k=2", "--set", "window=100", "--json")[1]
    code, _, err = run("detect", pump, "-d", "knn:windw=30")
    assert code == 2
    assert "window" in err


def test_a_warning_is_a_sentence(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(root, "main", lambda **_: warnings.warn("training was stopped", stacklevel=1))
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert run("detect")[2] == "Warning: training was stopped\n"


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from offbeat.cli import root; root(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()[-1]
    for heavy in ("pandas", "scipy", "numba", "sklearn", "matplotlib"):
        assert f"'{heavy}'" not in loaded


def test_help_says_in_one_whole_line_what_each_command_does() -> None:
    from click.testing import CliRunner

    text = (
        CliRunner().invoke(root, ["--help"], terminal_width=80).output.partition("Commands:\n")[2].partition("\n\n")[0]
    )
    lines = text.splitlines()
    assert [line.split()[0] for line in lines] == root.list_commands(None)  # type: ignore[arg-type]
    assert all(line.endswith(".") and not line.endswith("...") and len(line) <= 80 for line in lines), text
