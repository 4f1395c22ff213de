"""Leaderboards: figures that can be worked out by hand, and the files and pages they end up in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from offbeat.bench.leaderboard import leaderboard
from offbeat.bench.results import BenchResult
from offbeat.bench.rows import published
from offbeat.core.errors import InputError, UnknownNameError


def row(collection: str, series: str, detector: str, value: float | None, **more: Any) -> dict[str, Any]:
    status = "ok" if value is not None else "failed"
    cells = {"collection": collection, "series": series, "detector": detector, "params": "{}", "training": "none"}
    cells |= {"status": status, "error": "", "n": 1000, "seconds_fit": 0.5, "seconds_score": 1.5, "memory_mb": 3.0}
    return {**cells, "vus_pr": value, **more}


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    """Two collections: three series of one, one of the other."""
    table = {
        ("a", "s1"): (0.5, 0.4),
        ("a", "s2"): (0.7, 0.1),
        ("a", "s3"): (0.6, 0.3),
        ("b", "s1"): (0.2, None),
    }
    found = [
        row(*place, who, value)
        for place, values in table.items()
        for who, value in zip(("knn", "mad"), values, strict=True)
    ]
    skipped = {"status": "skipped", "error": "no point is labelled"}
    return found + [row("b", "s2", who, None, **skipped) for who in ("knn", "mad")]


@pytest.fixture
def results(rows) -> BenchResult:
    return BenchResult.of(rows, ["vus_pr"])


def test_the_figures(results: BenchResult):
    board = results.leaderboard()
    knn, mad = board.records
    assert (knn["detector"], mad["detector"]) == ("knn", "mad")
    assert knn["mean"] == pytest.approx(0.5)
    assert mad["mean"] == pytest.approx(0.2)
    assert knn["macro_mean"] == pytest.approx((0.6 + 0.2) / 2)
    assert mad["macro_mean"] == pytest.approx((0.8 / 3 + 0.0) / 2)
    assert (knn["mean_rank"], mad["mean_rank"]) == (1.0, 2.0)
    assert (knn["series"], knn["failed"], mad["series"], mad["failed"]) == (4, 0, 4, 1)
    assert knn["seconds_per_100k"] == pytest.approx(200.0)
    assert knn["memory_mb"] == 3.0
    assert knn["low"] < 0.5 < knn["high"]
    assert "source" not in knn


def test_it_says_who_is_best_by_how_much_and_what_was_left_out(results: BenchResult):
    first, best, ranked, skipped = results.leaderboard().notes
    assert "2 detectors on 4 series of 2 collections" in first
    assert best.startswith("knn is best with a mean of 0.5000; 0.3000")
    assert "chance" in best
    assert "Nemenyi" in ranked
    assert skipped == "1 series could not be measured: 1 because no point is labelled."


@pytest.mark.parametrize(("step", "word"), [(0.1, "more than chance (paired"), (0.0, "both with a mean of")])
def test_a_difference_on_every_series_is_more_than_chance_and_none_is_none(step: float, word: str):
    found = []
    for place in range(12):
        found += [row("a", f"s{place}", "knn", 0.3 + place / 50 + step), row("a", f"s{place}", "mad", 0.3 + place / 50)]
    board = BenchResult.of(found, ["vus_pr"]).leaderboard()
    assert word in board.notes[1]
    groups = [set(record["group"].split()) for record in board.records]
    assert bool(groups[0] & groups[1]) == (step == 0.0)


def test_means_by_collection(results: BenchResult):
    table = results.leaderboard().by_collection
    assert list(table.columns) == ["series", "knn", "mad"]
    assert table.loc["a"].tolist() == pytest.approx([3, 0.6, 0.8 / 3])
    assert table.loc["b"].tolist() == pytest.approx([1, 0.2, 0.0])


def test_one_series_and_one_detector_have_no_ranks_and_no_interval(rows):
    board = BenchResult.of(rows[:1], ["vus_pr"]).leaderboard()
    assert board.ranks is None
    assert board.records[0]["mean"] == 0.5
    assert board.records[0]["low"] is None
    assert board.records[0]["mean_rank"] is None


def test_a_series_without_a_value_of_any_detector_is_left_out(rows):
    none = [row("b", "s9", who, None, status="ok", error="vus_pr: refused") for who in ("knn", "mad")]
    board = BenchResult.of([*rows, *none], ["vus_pr"]).leaderboard()
    assert board.records[0]["series"] == 4


def test_nothing_measured_is_an_error_with_the_reason(rows):
    with pytest.raises(InputError, match="no point is labelled"):
        leaderboard(BenchResult.of(rows[-2:], ["vus_pr"]).frame, "vus_pr")


def test_a_measure_that_was_not_asked_for(results: BenchResult):
    with pytest.raises(UnknownNameError, match="vus_pr"):
        results.leaderboard("roc_auc")


@pytest.mark.parametrize("head", ["VUS-PR", "vus_pr", "metric", " Vus_PR "])
def test_a_published_leaderboard_is_laid_beside(rows, tmp_path: Path, head: str):
    (tmp_path / "other.csv").write_text(f"Detector,{head}\nTheirs,0.45\nNothing,\n")
    beside = published(tmp_path / "other.csv", ["vus_pr"])
    board = BenchResult.of(rows, ["vus_pr"], beside).leaderboard()
    assert [(record["detector"], record["source"]) for record in board.records] == [
        ("knn", "here"),
        ("Theirs", "published"),
        ("mad", "here"),
    ]
    assert board.records[1]["mean"] == 0.45
    assert board.records[1]["low"] is None
    assert "2 detectors" in board.notes[0]


def test_a_published_detector_may_have_the_name_of_one_here(rows):
    board = BenchResult.of(rows, ["vus_pr"], {"vus_pr": {"knn": 0.9}}).leaderboard()
    assert [(record["detector"], record["source"]) for record in board.records[:2]] == [
        ("knn", "published"),
        ("knn", "here"),
    ]
    assert list(board.by_collection.columns) == ["series", "knn", "mad"]


@pytest.mark.parametrize(
    ("text", "message"),
    [("who,vus_pr\na,1\n", "it takes detector and vus_pr"), ("detector,f1\na,1\n", "f1"), ("", "is no table")],
)
def test_a_published_leaderboard_without_its_columns(tmp_path: Path, text: str, message: str):
    (tmp_path / "other.csv").write_text(text)
    with pytest.raises(InputError, match=message) as refused:
        published(tmp_path / "other.csv", ["vus_pr"])
    assert "other.csv" in str(refused.value)


def test_the_files_hold_the_figures(rows, tmp_path: Path):
    nasty = [{**one, "detector": one["detector"].replace("knn", "knn|<b>")} for one in rows]
    results = BenchResult.of(nasty, ["vus_pr"])
    results.write(tmp_path)
    assert len(pd.read_csv(tmp_path / "results.csv")) == 10
    table = pd.read_csv(tmp_path / "leaderboard.csv")
    assert table["mean"].tolist() == pytest.approx([0.5, 0.2])
    assert set(table["metric"]) == {"vus_pr"}
    text = (tmp_path / "leaderboard.md").read_text()
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == 4
    assert len({line.replace("\\|", "").count("|") for line in lines}) == 1
    assert "knn\\|<b>" in lines[2]
    assert "0.5" in lines[2]
    page = (tmp_path / "index.html").read_text()
    assert "knn|&lt;b&gt;" in page
    assert "<b>" not in page
    assert "Series that can&#x27;t be measured" in page
    assert "What failed" in page
    assert page.count('<img class="drawn"') == 1


def test_counts_are_whole_numbers_in_every_file(results: BenchResult, tmp_path: Path):
    results.write(tmp_path)
    assert ",1000," in (tmp_path / "results.csv").read_text()
    assert str(results.frame["n"].dtype) == "Int64"
    assert np.isnan(results.frame["vus_pr"].iloc[-1])
