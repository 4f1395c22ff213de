"""Benchmarks: what a detector sees, what becomes of it, and what stands after a stop."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

import offbeat as ob
from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, OutputError, ParameterError, UnknownNameError
from offbeat.trials import runner

WARM = (400, 1)
"""What each detector is given once before the clock runs."""


@dataclass
class Spy(Detector):
    """Writes down what it is given; what it scores is the value."""

    seed: int = ob.param(0, "not used")
    takes_gaps: ClassVar[bool] = True  # so that it gets the array itself, not a copy
    seen: ClassVar[list[Any]] = []
    name: ClassVar[str] = "spy"  # type: ignore[assignment]

    def _fit(self, x: np.ndarray) -> None:
        self.seen.append(("fit", x.shape))

    def _score(self, x: np.ndarray) -> np.ndarray:
        self.seen.append(("score", x.shape))
        scores = x[:, 0].copy()
        x[:] = 0.0  # a detector must not do this, and if it does, no other may suffer from it
        return scores


@dataclass
class Broken(Detector):
    """Fails where it is to score."""

    name: ClassVar[str] = "broken"  # type: ignore[assignment]
    is_broken: ClassVar[bool] = True

    def _fit(self, x: np.ndarray) -> None:
        return

    def _score(self, x: np.ndarray) -> np.ndarray:
        if self.is_broken:
            raise ZeroDivisionError("by design")
        return x[:, 0]


@dataclass
class Half(Detector):
    """Judges the half of the points with the anomaly in it; all of it, or none."""

    judges: str = ob.param("later", "which half", choices=("later", "earlier", "none"))
    name: ClassVar[str] = "half"  # type: ignore[assignment]

    def _fit(self, x: np.ndarray) -> None:
        return

    def _score(self, x: np.ndarray) -> np.ndarray:
        rows = np.arange(len(x))
        judged = {"later": rows >= 150, "earlier": rows < 150, "none": rows < 0}[self.judges]
        return np.where(judged, x[:, 0], np.nan)


@pytest.fixture(autouse=True)
def forgetful() -> None:
    Spy.seen.clear()


def test_a_row_for_every_series_and_detector(suite: Path):
    results = ob.bench(suite, "zscore,mad", "roc_auc,vus_pr")
    frame = results.frame
    assert len(frame) == 12
    done = frame[frame["status"] == "ok"].set_index(["collection", "series", "detector"])
    assert sorted(done.index) == [
        (collection, series, detector)
        for collection, series in (("fans", "one_tr_120_"), ("pumps", "left"), ("pumps", "right"))
        for detector in ("mad", "zscore")
    ]
    row = done.loc[("pumps", "left", "zscore")]
    assert (row["n"], row["channels"], row["anomalous"], row["unscored"]) == (300, 1, 1, 0)
    assert row["roc_auc"] == 1.0
    assert 0 < row["vus_pr"] <= 1
    assert row["seconds_score"] > 0
    assert json.loads(row["params"]) == {"window": None}
    assert "<b>BenchResult</b>: 12 rows" in results._repr_html_()
    for html in (results._repr_html_(), results.leaderboard()._repr_html_()):
        assert "<th>detector</th><th>mean</th>" in html


def test_series_that_can_not_be_measured_are_skipped_with_the_reason(suite: Path):
    skipped = ob.bench(suite, "zscore,mad").skipped.set_index("series")["error"]
    assert list(skipped.index) == ["broken", "calm", "wild"]
    assert "last column is 'other'" in skipped["broken"]
    assert "nothing to find" in skipped["calm"]
    assert "no alarm could be false" in skipped["wild"]


def test_a_detector_sees_values_and_the_length_for_training(suite: Path):
    frame = ob.bench(suite, Spy(), "roc_auc").frame.set_index("series")
    seen = [one for one in Spy.seen if one[1] != WARM]
    assert seen == [("fit", (120, 1)), ("score", (300, 1)), *[("fit", (300, 1)), ("score", (300, 1))] * 2]
    assert frame.loc["one_tr_120_", "training_rows"] == 120
    assert frame["seconds_fit"].notna().tolist() == [series == "one_tr_120_" for series in frame.index]


def test_a_longer_series_is_cropped_around_its_first_label(suite: Path, tmp_path: Path):
    Spy.seen.clear()
    frame = ob.bench(suite, Spy(), "roc_auc", tmp_path, crop=150).frame.set_index("series")
    assert (frame["n"].dropna() <= 150).all()
    assert (frame["anomalous"].dropna() > 0).all()
    row = frame.loc["one_tr_120_"]
    assert 0 < row["training_rows"] < 150
    whole = ob.bench(suite, Spy(), "roc_auc", tmp_path).frame.set_index("series")
    assert whole.loc["one_tr_120_", "n"] > 150, "the row of the cropped series was taken for that of the whole"


def test_the_training_length_can_be_left_alone(suite: Path):
    ob.bench(suite, Spy(), "roc_auc", training=False)
    assert {shape for _, shape in Spy.seen} - {WARM} == {(300, 1)}


def test_a_detector_that_writes_into_its_input_harms_no_other(suite: Path):
    frame = ob.bench(suite, [Spy(), "mad"], "roc_auc").frame
    assert (frame.loc[(frame["detector"] == "mad") & (frame["status"] == "ok"), "roc_auc"] == 1.0).all()


def test_a_failure_is_a_row_and_counts_as_the_worst_value(suite: Path):
    results = ob.bench(suite, [Broken(), "mad"], "roc_auc")
    assert len(results.troubles) == 3
    assert set(results.troubles["error"]) == {"ZeroDivisionError: by design"}
    board = results.leaderboard().frame.set_index("detector")
    assert board["mean"].to_dict() == {"mad": 1.0, "broken": 0.0}
    assert board["failed"].to_dict() == {"mad": 0, "broken": 3}


def test_points_that_are_not_judged_rank_below_all_others(suite: Path):
    frame = ob.bench(suite, [Half(), Half("earlier")], "roc_auc").frame
    done = frame[frame["status"] == "ok"]
    assert set(done["unscored"]) == {150}
    assert (done.loc[done["detector"] == "half", "roc_auc"] == 1.0).all()
    # 150 normal points above the anomaly, the other 149 tied with it
    assert done.loc[done["detector"] != "half", "roc_auc"].to_numpy() == pytest.approx(149 / 2 / 299)


def test_a_detector_that_judges_nothing_has_failed(suite: Path):
    with pytest.raises(InputError, match="no point has a score"):
        ob.bench(suite, Half("none"))


def test_the_seed_reaches_those_who_take_one_and_did_not_get_one(suite: Path):
    frame = ob.bench(suite, [Spy(), Spy(seed=5)], seed=3).frame
    params = frame.drop_duplicates("detector").set_index("detector")["params"]
    assert json.loads(params["spy"])["seed"] == 3
    assert json.loads(params["spy:seed=5"])["seed"] == 5


class Counted:
    """Counts what is carried out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        run = runner.run

        def counting(trial: Any) -> Any:
            self.done.append(f"{trial.place.series} {trial.spec.name}")
            return run(trial)

        monkeypatch.setattr(runner, "run", counting)


def test_a_later_run_does_what_is_missing_and_no_more(suite: Path, tmp_path: Path, monkeypatch):
    first = ob.bench(suite, "mad", "roc_auc", tmp_path / "out")
    counted = Counted(monkeypatch)
    again = ob.bench(suite, "mad", "roc_auc", tmp_path / "out")
    assert counted.done == []
    assert again.frame.equals(first.frame)
    both = ob.bench(suite, "mad,zscore:window=20", "roc_auc", tmp_path / "out")
    assert len(counted.done) == 6
    assert all("zscore:window=20" in one for one in counted.done)
    assert len(both.frame) == 12
    ob.bench(suite, "zscore:window=21", "roc_auc", tmp_path / "out")
    assert len(counted.done) == 12
    ob.bench(suite, "mad", "roc_auc", tmp_path / "out", training=False)
    assert len(counted.done) == 18


def test_another_folder_with_the_same_names_is_another_row(suite: Path, tmp_path: Path, monkeypatch):
    ob.bench(suite, "mad", "roc_auc", tmp_path / "out")
    (tmp_path / "other").mkdir()
    suite.rename(tmp_path / "other/suite")
    counted = Counted(monkeypatch)
    ob.bench(tmp_path / "other/suite", "mad", "roc_auc", tmp_path / "out")
    assert len(counted.done) == 6


def test_another_measure_is_added_to_the_rows_that_stand(suite: Path, tmp_path: Path, monkeypatch):
    ob.bench(suite, "mad", "roc_auc", tmp_path / "out")
    counted = Counted(monkeypatch)
    ob.bench(suite, "mad", "vus_pr", tmp_path / "out")
    assert len(counted.done) == 3  # a series that can't be measured by one can't be by another
    ob.bench(suite, "mad", "roc_auc,vus_pr", tmp_path / "out")
    assert len(counted.done) == 3


def test_what_was_done_before_an_interrupt_stands(suite: Path, tmp_path: Path, monkeypatch):
    def interrupt(share: float) -> None:
        if share > 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ob.bench(suite, "mad", "roc_auc", tmp_path / "out", progress=interrupt)
    rows = (tmp_path / "out/rows.jsonl").read_text().splitlines()
    assert len(rows) == 3
    with (tmp_path / "out/rows.jsonl").open("a") as file:
        file.write('{"collection": "pu')  # a line that was being written
    counted = Counted(monkeypatch)
    results = ob.bench(suite, "mad", "roc_auc", tmp_path / "out")
    assert len(counted.done) == 3
    assert len(results.frame) == 6
    assert all(json.loads(line) for line in (tmp_path / "out/rows.jsonl").read_text().splitlines())


def test_what_failed_is_tried_again_where_that_is_asked_for(suite: Path, tmp_path: Path, monkeypatch):
    ob.bench(suite, [Broken(), "mad"], "roc_auc", tmp_path / "out")
    counted = Counted(monkeypatch)
    ob.bench(suite, [Broken(), "mad"], "roc_auc", tmp_path / "out")
    assert counted.done == []
    monkeypatch.setattr(Broken, "is_broken", False)
    results = ob.bench(suite, [Broken(), "mad"], "roc_auc", tmp_path / "out", retry=True)
    assert len([one for one in counted.done if one.endswith("broken")]) == 6
    assert not len(results.troubles)
    assert set(results.frame.loc[results.frame["status"] == "ok", "error"]) == {""}


def test_a_limit_stops_and_says_so_and_processes_measure_the_same(suite: Path, tmp_path: Path):
    with pytest.raises(InputError, match=r"took longer than 0\.0001 seconds"):
        ob.bench(suite / "pumps", "mad", "roc_auc", tmp_path / "out", limit=1e-4)
    rows = [json.loads(line) for line in (tmp_path / "out/rows.jsonl").read_text().splitlines()]
    assert [row["row"]["status"] for row in rows] == ["stopped", "stopped"]
    both = ob.bench(suite / "pumps", "mad,zscore", "roc_auc", tmp_path / "out", limit=100, workers=2, retry=True)
    alone = ob.bench(suite / "pumps", "mad,zscore", "roc_auc")
    columns = ["series", "detector", "status", "n", "roc_auc"]
    assert both.frame[columns].equals(alone.frame[columns])


def test_files_that_are_no_rows_are_left_alone(suite: Path, tmp_path: Path):
    (tmp_path / "rows.jsonl").write_text('{"mine": 1}\n')
    with pytest.raises(InputError, match="line 1 is no result of offbeat"):
        ob.bench(suite, "mad", out=tmp_path)
    assert (tmp_path / "rows.jsonl").read_text() == '{"mine": 1}\n'


def test_a_place_that_can_not_be_written_to_is_said_before_the_work(suite: Path, tmp_path: Path, monkeypatch):
    (tmp_path / "file").write_text("")
    counted = Counted(monkeypatch)
    with pytest.raises(OutputError, match="give another folder"):
        ob.bench(suite, "mad", out=tmp_path / "file")
    assert counted.done == []


@pytest.mark.parametrize(
    ("arguments", "settings", "error", "message"),
    [
        (("zscor",), {}, UnknownNameError, "did you mean 'zscore'"),
        (("mad", "vus_pro"), {}, UnknownNameError, "did you mean"),
        (("mad", "f1"), {}, ParameterError, "takes predictions"),
        (("mad", " "), {}, ParameterError, "no metric"),
        (("mad",), {"limit": 0}, ParameterError, "leaves no time"),
        (("mad",), {"workers": 0}, ParameterError, "at least 1"),
        (("mad",), {"layout": "ucrr"}, UnknownNameError, "did you mean 'ucr'"),
        (("mad",), {"beside": "nowhere.csv"}, InputError, "can't read nowhere.csv"),
        (("mad",), {"speed": 1}, TypeError, "speed"),
    ],
)
def test_what_can_not_be_is_said(suite: Path, arguments, settings, error, message):
    with pytest.raises(error, match=message):
        ob.bench(suite, *arguments, **settings)


def test_a_folder_without_series(tmp_path: Path):
    with pytest.raises(InputError, match="last column is Label"):
        ob.bench(tmp_path, "mad")


def test_collections_of_tsb_ad_are_in_the_names_of_its_files(suite: Path):
    pumps = suite / "pumps"
    (pumps / "left.csv").rename(pumps / "001_NAB_id_1_Facility_tr_120_1st_200.csv")
    assert set(ob.bench(pumps, "mad", "roc_auc").frame["collection"]) == {"pumps"}
    (pumps / "right.csv").rename(pumps / "002_Daphnet_id_1_Sensor_tr_100_1st_201.csv")
    assert sorted(ob.bench(pumps, "mad", "roc_auc").frame["collection"]) == ["Daphnet", "NAB"]


@pytest.mark.parametrize("first", ["import offbeat.bench.results", "from offbeat import bench"])
def test_the_name_can_be_called_whatever_was_imported_first(first: str):
    code = f"{first}\nimport offbeat\ntry: offbeat.bench('nowhere')\nexcept offbeat.OffbeatError as error: print(error)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert "no folder nowhere" in done.stdout
