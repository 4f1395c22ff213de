"""The notebook runs from top to bottom, on its own data and on others, and what it shows is true."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "AnomalyDetection.ipynb"

LARGEST = 1_500_000
"""Bytes of the notebook with all its pictures."""


STORMS = ("2013-02-09", "2013-05-23", "2013-09-12")
"""Days with an event, that of the strongest first."""


def cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def text(notebook: Any) -> str:
    """All that the notebook prints, and what it shows of values."""
    parts: list[str] = []
    for cell in cells(notebook):
        for output in cell["outputs"]:
            shown = output.get("text", output.get("data", {}).get("text/plain", ""))
            parts.append(shown if isinstance(shown, str) else "".join(shown))
    return "\n".join(parts)


def whole(notebook: Any) -> None:
    """Every cell was run, in order, and none failed; all but the one that names the data show something."""
    assert [cell["execution_count"] for cell in cells(notebook)] == list(range(1, len(cells(notebook)) + 1))
    for cell in cells(notebook):
        source = "".join(cell["source"])
        assert cell["outputs"] or source.startswith("DATA ="), source
        for output in cell["outputs"]:
            assert output["output_type"] != "error", source
            assert output.get("name") != "stderr", output
    pictures = [o for cell in cells(notebook) for o in cell["outputs"] if "image/png" in o.get("data", {})]
    assert len(pictures) >= 10


def finds(notebook: Any) -> dict[str, tuple[int, int, int]]:
    """By detector: anomalies found, anomalies there are, other alarms that stand out."""
    form = r"^(\w+): found (\d+) of (\d+), \d+ other alarms, of which (\d+) stand out$"
    lines = re.findall(form, text(notebook), re.MULTILINE)
    return {name: (int(found), int(every), int(others)) for name, found, every, others in lines}


def true_of_the_flights(notebook: Any) -> None:
    """What its words say of the flights: the blizzard is first, and who finds what was planted."""
    said = text(notebook)
    moment = r"(2013-\d\d-\d\d \d\d:\d\d:\d\d)"
    events = re.findall(rf"^\d\s+{moment}\s+{moment}", said, re.MULTILINE)
    days = [[first[:10] <= day <= last[:10] for first, last in events] for day in STORMS]
    assert days[0][0], events
    assert all(any(lies) for lies in days), events
    found = finds(notebook)
    assert {every for _, every, _ in found.values()} == {6}
    for name in ("auto", "seasonal_residual", "knn", "lstm_autoencoder"):
        assert found[name][0] >= 5, (name, found)
        assert found[name][2] <= 3, (name, found)
    # heights alone do not tell the missing cycle; the frozen sensor is an event whatever the detector
    assert found["zscore"][0] == 5
    # a wide table is shown in two parts, and the measure stands in the first
    rows = re.findall(r"^(\w+)\s+(0\.\d+)\s", said[said.index("VUS-PR") :], re.MULTILINE)
    worth = {name: float(figure) for name, figure in reversed(rows)}
    deep = ("lstm_autoencoder", "conv_autoencoder", "lstm_forecaster")
    assert min(worth[name] for name in deep) > 2 * worth["guessing"]
    assert max(worth, key=lambda name: worth[name]) in ("auto", "lstm_autoencoder")


def test_what_is_kept_is_whole_and_true_and_not_large() -> None:
    raw = NOTEBOOK.read_text(encoding="utf-8")
    notebook = json.loads(raw)
    whole(notebook)
    true_of_the_flights(notebook)
    assert len(raw) < LARGEST
    places = (str(ROOT), "/home/", "/tmp/", "/Users/", "site-packages", "ipykernel_")  # noqa: S108 - none is written to
    assert [place for place in places if place in text(notebook)] == []


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    for needed in ("nbclient", "ipykernel", "torch"):
        pytest.importorskip(needed)
    monkeypatch.syspath_prepend(ROOT / "docs")
    return importlib.import_module("run_notebook").executed


@pytest.mark.slow
def test_it_runs_from_top_to_bottom_and_finds_what_was_planted(run: Any) -> None:
    notebook = run()
    whole(notebook)
    true_of_the_flights(notebook)
    kept = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert ["".join(cell["source"]) for cell in cells(kept)] == [cell["source"] for cell in cells(notebook)]


@pytest.mark.slow
@pytest.mark.parametrize("data", ["examples/el_nino.csv", "examples/sine.csv"])
def test_with_one_line_changed_it_runs_on_other_data(run: Any, data: str) -> None:
    notebook = run(data)
    whole(notebook)
    found = finds(notebook)
    assert len(found) == 10
    assert all(every > 0 for _, every, _ in found.values())
