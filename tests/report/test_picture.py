"""Pictures: whole files, with ink where the data is."""

from __future__ import annotations

import errno
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from offbeat.core.errors import OutputError
from offbeat.core.series import Series
from offbeat.report import View, overview, plot
from offbeat.report.picture import EVENT, LABELLED, LINE, SERIES
from offbeat.report.view import FEW


def drawn(axes) -> tuple[np.ndarray, np.ndarray]:
    """The line of the values: the thickest and first in its colour."""
    line = next(one for one in axes.lines if one.get_color() == LINE)
    return np.asarray(line.get_xdata()), np.asarray(line.get_ydata())


def shades(axes, colour: str) -> list[tuple[float, float]]:
    from matplotlib.colors import to_rgb

    boxes = [patch for patch in axes.patches if to_rgb(patch.get_facecolor()) == to_rgb(colour)]
    return [(box.get_x(), box.get_x() + box.get_width()) for box in boxes]


@pytest.mark.parametrize(
    ("suffix", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF"), (".PNG", b"\x89PNG")]
)
def test_the_suffix_says_what_is_written(make_view, tmp_path: Path, suffix: str, magic: bytes) -> None:
    path = tmp_path / f"out{suffix}"
    plot(make_view(n=60, channels=("a",)), path)
    assert path.read_bytes().startswith(magic)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["out.bmp", "out"])
@pytest.mark.parametrize("draw", [plot, lambda view, path: overview([view.series], path)])
def test_another_suffix_is_refused_before_anything_is_drawn(make_view, tmp_path: Path, name: str, draw) -> None:
    with pytest.raises(OutputError, match=r"its name must end in \.png, \.svg or \.pdf"):
        draw(make_view(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_nothing(make_view, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib.figure import Figure

    def full(_: Figure, path: Path, **__: object) -> None:
        Path(path).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Figure, "savefig", full)
    with pytest.raises(OutputError, match="no space left"):
        plot(make_view(), tmp_path / "out.png")
    assert not list(tmp_path.iterdir())


def test_one_spike_among_many_points_has_ink() -> None:
    values = np.zeros((300_000, 1))
    values[123_456] = 50.0
    figure = plot(View(Series(values), np.zeros(300_000)))
    x, y = drawn(figure.axes[0])
    assert len(x) < 20_000
    assert x[np.argmax(y)] == 123_456
    assert y.max() == 50.0
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int)
    box = figure.axes[0].get_window_extent()
    column = int(box.x0 + box.width * (123_456 + 0.5) / 300_000)
    rows = slice(int(len(pixels) - box.y1), int(len(pixels) - box.y0))
    middle = pixels[rows, column - 2 : column + 3][: int(box.height * 0.7)]
    assert (middle.max(axis=2) < 160).any(axis=1).mean() > 0.7


def test_gaps_are_not_bridged_and_a_lone_value_is_a_dot() -> None:
    values = np.ones((30, 1))
    values[10:15] = np.nan
    values[20] = values[22] = np.nan
    axes = plot(View(Series(values), np.zeros(30))).axes[0]
    assert np.isnan(drawn(axes)[1]).sum() == 7
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [line.get_xdata().tolist() for line in dots] == [[21.0]]


def test_events_are_shaded_and_numbered_strongest_first(make_view) -> None:
    view = make_view(zone=None)
    first, *_, last = plot(view).axes
    hour = 1 / 24
    for axes in (first, last):
        for (left, right), event in zip(shades(axes, EVENT), view.events, strict=True):
            assert right - left == pytest.approx(event.n_points * hour)
    numbers = {text.get_text(): text.xy[0] for text in first.texts}
    assert set(numbers) == {"1", "2"}
    assert numbers["1"] < numbers["2"]
    assert "2 events" in first.get_title(loc="left")


def test_where_numbers_would_collide_the_stronger_stands(make_view) -> None:
    view = make_view(n=3000)
    strong, weak = view.events
    near = replace(weak, rows=(strong.rows[1] + 3, strong.rows[1] + 4, strong.rows[1] + 3))
    axes = plot(replace(view, events=(strong, near, weak))).axes[0]
    assert [text.get_text() for text in axes.texts] == ["1", "3"]


def test_times_stand_in_the_zone_of_the_series(make_view) -> None:
    from matplotlib.dates import num2date

    figure = plot(make_view(n=72))
    figure.canvas.draw()
    axes = figure.axes[-1]
    # midnight in New York, 05:00 in UTC, has a mark
    assert {num2date(place).hour for place in axes.get_xticks()} >= {5, 17}
    assert str(axes.xaxis.get_major_formatter()._tz) == "America/New_York"
    assert axes.get_xlabel() == "times in America/New_York"


def test_the_threshold_is_drawn_at_one_and_seen(make_view) -> None:
    for events in (True, False):
        axes = plot(make_view(events=events)).axes[-1]
        assert any(list(line.get_ydata()) == [1.0, 1.0] for line in axes.lines)
        low, high = axes.get_ylim()
        assert low <= 0.0 < 1.0 < high


def test_many_channels_leave_out_those_without_events(make_view) -> None:
    figure = plot(make_view(channels=tuple(f"c{i}" for i in range(10))))
    assert [axes.get_ylabel() for axes in figure.axes] == ["c0", "c1", "c2", "c3", "c4", "c9", "severity"]
    assert f"{FEW} of 10 channels shown" in figure.axes[0].get_title(loc="left")


def test_several_series_are_small_and_the_strongest_stay(make_view) -> None:
    views = [make_view(n=100, name=f"s{i}", events=i >= 3) for i in range(15)]
    figure = plot(views)
    assert len(figure.axes) == SERIES
    assert figure.axes[0].get_title(loc="left").startswith("s3 ")
    assert "12 of 15 series" in figure.get_suptitle()


@pytest.mark.parametrize(
    "values",
    [np.full((9, 2), np.nan), np.zeros((0, 1)), np.ones((1, 1)), np.full((9, 1), 3.0)],
    ids=["nan", "empty", "one", "constant"],
)
@pytest.mark.parametrize("time", [False, True])
def test_what_can_hardly_be_drawn_is_still_a_picture(values: np.ndarray, time: bool, tmp_path: Path) -> None:
    n = len(values)
    stamps = np.datetime64("2020-01-01", "ns") + np.arange(n) * np.timedelta64(1, "h") if time else None
    plot(View(Series(values, stamps), np.full(n, np.nan)), tmp_path / "out.png")
    assert (tmp_path / "out.png").stat().st_size > 1000


def test_names_are_no_formulas(make_view, tmp_path: Path) -> None:
    plot(make_view(channels=("$x_{$", "a_$b"), name="$\\frac{$"), tmp_path / "out.png")
    assert (tmp_path / "out.png").exists()


def test_the_same_result_gives_the_same_file(make_view, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        plot(make_view(n=60, channels=("a",)), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_nothing_of_the_process_is_touched(make_view, monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib as mpl

    # importing it now fails
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    before = mpl.rcParams.copy()
    done: list[str] = []
    threads = [
        threading.Thread(target=lambda: done.append(plot(make_view(n=100)).axes[0].get_ylabel())) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == ["load"] * 3
    assert mpl.rcParams.copy() == before


def test_notebooks_show_the_figure_by_itself(make_view) -> None:
    assert plot(make_view(n=60, channels=("a",)))._repr_png_().startswith(b"\x89PNG")


def test_overview_draws_a_row_a_channel_and_shades_what_is_labelled() -> None:
    labels = np.zeros(50, dtype=bool)
    labels[20:25] = True
    figure = overview([Series(np.zeros((50, 5)), name="many"), Series(np.zeros((50, 1)), name="told", labels=labels)])
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == [
        "many: 50 points, the first 3 of 5 channels",
        "",
        "",
        "told: 50 points, labelled anomalies shaded",
    ]
    assert shades(figure.axes[-1], LABELLED) == [(19.5, 24.5)]
    assert not shades(figure.axes[0], LABELLED)
