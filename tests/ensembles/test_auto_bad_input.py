"""What the default detector answers to data that are hard to answer: a stated answer each time, and no warning."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import offbeat as ob
from offbeat.cli import main
from offbeat.core.errors import InputError
from offbeat.results.detection import Detection

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Write a file, have `offbeat detect` read it, and return the exit code and all that was said."""
    monkeypatch.chdir(tmp_path)

    def call(content: str | dict[str, np.ndarray], *words: str) -> tuple[int, str]:
        if isinstance(content, str):
            Path("pump.csv").write_text(content, encoding="utf-8")
        else:
            pd.DataFrame(content).to_csv("pump.csv", index=False)
        monkeypatch.setattr(sys, "argv", ["offbeat", "detect", "pump.csv", *words])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        message = capsys.readouterr()
        text = " ".join((message.out + message.err).split())
        assert "Warning" not in text
        assert "Traceback" not in text
        return code, text

    return call


def wave(n: int, seed: int = 0) -> np.ndarray:
    return np.sin(np.arange(n) / 6) + 0.1 * np.random.default_rng(seed).normal(size=n)


def detect(x: np.ndarray, train: int | None = None) -> Detection:
    """Run the default, warnings being errors, and check that every row has an answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = ob.detect(x, train=train)
    assert isinstance(result, Detection)
    assert len(result.scores) == len(x)
    assert np.isfinite(result.scores[result.status == "ok"]).all()
    assert set(result.status) <= {"ok", "frozen", "short", "warmup"}
    return result


def test_fifty_points_have_no_event_and_a_threshold_that_says_how_it_came_about(run: Run) -> None:
    assert not detect(wave(50)).found
    code, message = run({"v": wave(50)})
    assert code == 0
    assert "50 points are too few to set a threshold" in message
    assert "no events in 50 points of pump" in message


def test_a_constant_with_one_spike_has_that_event(run: Run) -> None:
    x = np.full(1000, 5.0)
    x[600] = 9
    (event,) = detect(x).found
    assert (event.rows, event.kind) == ((600, 600, 600), "spike")
    assert "reached 9 at 600, normally 5" in event.reason
    assert run({"v": x}, "--fail-on-event")[0] == 3


def test_a_counter_is_no_event_beside_a_code(run: Run) -> None:
    code = np.random.default_rng(0).integers(0, 4, 2000).astype(float)
    result = detect(np.column_stack([3 * np.arange(2000.0), code]))
    assert all(next(iter(event.channels)) == "c1" for event in result.found)
    assert len(result.found) <= 4
    done, message = run({"count": 3 * np.arange(2000), "code": code})
    assert done == 0
    assert "in 2,000 points of pump" in message


@pytest.mark.parametrize("n", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_identical_values_are_said_to_be_so(n: int, run: Run) -> None:
    result = detect(np.full(n, 3.0))
    assert not result.found
    assert not result.scores.any()
    if n < 100_000:
        code, message = run({"v": np.full(n, 3.0)})
        assert code == 0
        assert "v never changes: it is always 3" in message
        assert "no events in 20,000 points" in message


def test_a_period_longer_than_half_the_series_is_not_taken_for_one() -> None:
    x = np.sin(np.arange(1000) / 111) + 0.05 * np.random.default_rng(0).normal(size=1000)
    x[400] += 2
    result = detect(x)
    assert (result.found[0].rows[2], result.found[0].kind) == (400, "spike")
    assert len(result.found) <= 5


def test_a_training_part_that_is_all_anomalous_is_taken_for_usual() -> None:
    """All that can be said afterwards is that the rest is calmer; a fault larger than that is found all the same."""
    x = wave(3000)
    x[:700] = 5 * np.random.default_rng(0).normal(size=700)
    calm = detect(x, train=700)
    assert len(calm.found) <= 6
    assert {event.kind for event in calm.found} <= {"variance", "shape"}
    x[2000] = 60
    assert detect(x, train=700).found[0].rows[2] == 2000


@pytest.mark.slow
def test_a_thousand_channels_of_a_thousand_rows() -> None:
    x = np.random.default_rng(0).normal(size=(1000, 1000))
    x[500] += 6
    result = detect(x)
    assert result.found[0].rows[2] in range(495, 506)


@pytest.mark.parametrize(
    ("content", "words", "answer"),
    [
        ("", (), "pump.csv is empty; give a file with rows of numbers"),
        ("time,v\n", (), "pump.csv has a header and no rows; give a file with rows of numbers"),
        ("v\n3\n", (), "pump has 1 row; it takes at least 8 to tell what is usual"),
        ("v\n" + "NaN\n" * 100, (), "pump has 100 rows and no value in any of them; give a file with values"),
        ({"v": wave(50)}, ("--value", "pressure"), "no column 'pressure'; there are: v"),
        ({"v": wave(50)}, ("--train", "700"), "train=700 rows, and pump has 50; give a number in between"),
    ],
)
def test_what_can_t_be_judged_is_refused_in_a_sentence(
    content: str | dict[str, np.ndarray], words: tuple[str, ...], answer: str, run: Run
) -> None:
    assert run(content, *words) == (2, f"Error: {answer}")


def test_rows_without_a_value_are_refused_whatever_they_come_in() -> None:
    with pytest.raises(InputError, match="100 rows and no value in any of them"):
        ob.detect(np.full(100, np.nan))


def test_a_file_that_may_not_be_read_is_said_to_be_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def refuse(path: Path, *words: object, **named: object) -> object:
        if path.name == "pump.csv" and "w" not in str(words):
            raise PermissionError(13, "Permission denied")
        return opened(path, *words, **named)  # type: ignore[call-overload]

    Path("pump.csv").write_text("v\n1\n", encoding="utf-8")
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "write_text", lambda *_, **__: 0)
    assert run("") == (2, "Error: pump.csv can't be read: permission denied; ask its owner or give another file")


def test_ctrl_c_is_an_exit_and_not_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("offbeat.ensembles.auto.Auto._fit_score_with_members", stop)
    assert run({"v": wave(500)}) == (130, "stopped; no file was left half-written")
