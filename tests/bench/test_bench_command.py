"""offbeat bench, as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from offbeat.bench import runner
from offbeat.cli import main


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> object:
    def typed(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["offbeat", *words])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        return int(end.value.code or 0), printed.out, printed.err

    return typed


def test_from_a_folder_to_a_leaderboard_beside_a_published_one(run, suite: Path, tmp_path: Path):
    (tmp_path / "theirs.csv").write_text("detector,roc_auc\nTheirs,0.9\n")
    words = ("bench", str(suite), "--detectors", "mad,zscore:window=400", "--metric", "roc_auc", "--metric", "ucr_hit")
    code, out, err = run(
        *words, "--out", str(tmp_path / "out"), "--beside", str(tmp_path / "theirs.csv"), "--workers", "1"
    )
    assert code == 4, err
    assert "mad is best with a mean of 1.0000" in out
    assert out.index("mad ") < out.index("Theirs")
    assert "ucr_hit (higher is better)" in out
    assert "3 series could not be measured" in out
    assert err.splitlines()[-1].startswith(
        "3 runs (zscore:window=400 on fans/one_tr_120_, zscore:window=400 on pumps/left"
    )
    assert "zscore can't learn from 120 points" in err.splitlines()[-1]
    assert "fans/calm: no point is labelled" in err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "index.html", "leaderboard.csv", "leaderboard.md", "results.csv", "rows.jsonl",
    ]  # fmt: skip
    assert run(*words, "--out", str(tmp_path / "out"), "--workers", "1", "--allow-failures")[0] == 0


@pytest.mark.parametrize("out", ["results", "."])
def test_its_own_tables_are_no_series_the_second_time(run, suite: Path, out: str, monkeypatch):
    monkeypatch.chdir(suite / "pumps")
    words = ("bench", ".", "-d", "mad", "--metric", "roc_auc", "--out", out, "--workers", "1")
    first, second = run(*words), run(*words)
    assert (first[0], second[0]) == (0, 0), second[2]
    assert second[1] == first[1]


def test_an_interrupt_says_that_the_rows_stand(run, suite: Path, tmp_path: Path, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "run_all", interrupted)
    code, _, err = run("bench", str(suite), "-d", "mad", "--out", str(tmp_path / "out"))
    assert code == 130
    assert "the same command goes on from there" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "no folder nowhere"),
        ([".", "-d", "zscor"], "did you mean 'zscore'"),
        ([".", "--metric", "f1"], "takes predictions"),
        ([".", "--limit", "-1"], "leaves no time"),
    ],
)
def test_what_can_not_be_is_one_sentence(run, suite: Path, words: list[str], message: str, monkeypatch):
    monkeypatch.chdir(suite)
    code, out, err = run("bench", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
