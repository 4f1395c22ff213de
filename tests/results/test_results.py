"""One detection and several answer the same calls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import offbeat as ob
from offbeat.core.errors import OutputError
from offbeat.core.series import Panel, Series

HOURS = pd.date_range("2024-01-01", periods=600, freq="h")


def frame(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = np.sin(np.arange(600) * 2 * np.pi / 24) + 0.1 * rng.normal(size=600)
    x[400] += 6
    return pd.DataFrame({"<load>": x}, index=HOURS)


@pytest.fixture(scope="module")
def one() -> ob.Detection:
    return ob.detect(frame(0), "zscore", threshold="top_k:2")


@pytest.fixture(scope="module")
def several() -> ob.Detections:
    panel = Panel({name: ob.read(frame(seed)) for seed, name in enumerate("ab")} | {"tiny": Series(np.ones((2, 1)))})
    return ob.detect(panel, "zscore", threshold="top_k:1")


def test_both_answer_the_same_calls(one: ob.Detection, several: ob.Detections, tmp_path: Path) -> None:
    for result in (one, several):
        found = [event for part in result.detections for event in part.found]
        assert sorted(result.events["severity"], reverse=True) == [event.severity for event in result.found]
        assert len(found) == len(result.found) == len(result.events)
        assert len(result.views()) == len(result.detections)
        assert result.notes
        assert isinstance(result.health, tuple)
        assert len(result.to_frame()) == sum(len(part.data) for part in result.detections)
        assert result.plot().axes
        result.report(tmp_path / "page.html")
    assert one.failures == {}
    assert set(several.failures) == {"tiny"}
    assert set(several.to_dict()) == {"series", "failures", "notes"}
    assert several.to_dict()["series"][0]["events"][0]["start"] == "2024-01-17T16:00:00"


def test_printed_it_is_the_table_of_events(one: ob.Detection, several: ob.Detections) -> None:
    lines = str(one).splitlines()
    assert lines[0] == one.summary
    assert lines[1].split() == ["#", "start", "end", "severity", "stands", "out", "channels", "kind", "reason"]
    assert "17 Jan 2024 16:00  17 Jan 2024 16:00" in lines[2]
    assert lines[2].endswith(one.found[0].reason)
    assert "series" in str(several).splitlines()[1]
    assert repr(one) == f"Detection: {one.summary}"


def test_in_a_notebook_names_are_escaped(one: ob.Detection) -> None:
    html = one._repr_html_()
    assert "&lt;load&gt;" in html
    assert "<load>" not in html
    assert "<td>spike</td>" in html
    assert "&lt;load&gt;" in one.data._repr_html_()


def test_it_draws_into_given_axes(one: ob.Detection, several: ob.Detections, tmp_path: Path) -> None:
    figure = Figure()
    ax = figure.subplots()
    assert one.plot(ax=ax) is figure
    assert ax.get_ylabel() == "<load>"
    assert len(figure.axes) == 1
    figure = Figure()
    one.plot(tmp_path / "two.png", ax=figure.subplots(2, 1))
    assert [axes.get_ylabel() for axes in figure.axes] == ["<load>", "severity"]
    assert (tmp_path / "two.png").stat().st_size > 1000
    figure = Figure()
    several.plot(ax=figure.subplots(1, 2))
    assert all(axes.lines for axes in figure.axes)


@pytest.mark.parametrize(("ending", "magic"), [(".pdf", b"%PDF"), (".png", b"\x89PNG"), (".html", b"<!doctype")])
def test_a_report_is_what_its_name_says(one: ob.Detection, tmp_path: Path, ending: str, magic: bytes) -> None:
    one.report(tmp_path / f"out{ending}")
    assert (tmp_path / f"out{ending}").read_bytes().lower().startswith(magic.lower())


def test_another_ending_is_refused(one: ob.Detection, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"its name must end in \.html, \.pdf, \.png or \.svg"):
        one.report(tmp_path / "out.docx")
    assert not list(tmp_path.iterdir())


def test_the_header_says_which_threshold_was_used_and_the_print_says_why() -> None:
    x = np.zeros(3000)
    x[1500] = 5.0
    result = ob.detect(x, "zscore")
    assert isinstance(result, ob.Detection)
    used = result.cut.instead
    assert "too few separate high scores for a budget" in used
    assert result.summary == f"1 event in 3,000 points of series (zscore, threshold {used})"
    assert result.to_dict()["threshold"]["chosen"] == used
    assert str(result).endswith(f"threshold: {result.cut.notes[0]}")
    assert f"<p>threshold: {result.cut.notes[0]}</p>" in result._repr_html_()


def test_events_below_the_printed_table_are_counted() -> None:
    x = np.sin(np.arange(5000) / 10)
    x[100::200] += 9
    result = ob.detect(x, "mad", threshold=5)
    left = f"and {len(result.found) - 20} weaker ones; .events has them all"
    assert len(result.found) > 21
    assert left in str(result)
    assert left in result._repr_html_()


def test_json_names_the_detector_as_a_user_types_it() -> None:
    x = np.sin(np.arange(2000) / 10)
    assert ob.detect(x).to_dict()["detector"] == "auto"
    assert ob.detect(x, "zscore:window=50").to_dict()["detector"] == "zscore:window=50"


def test_the_print_of_many_names_the_series_of_a_note_and_counts_the_rest() -> None:
    spike = np.eye(60)[30][:, None]
    result = ob.detect(Panel({f"s{i}": Series(spike[: 50 + i], name=f"s{i}") for i in range(8)}), "zscore")
    assert "\nthreshold of s0: 50 points are too few" in str(result)
    assert str(result).endswith("\nand 3 more on thresholds; .notes has them all")
    assert len(result.notes) >= 8
