from __future__ import annotations

import numpy as np

from offbeat.core.series import Series
from offbeat.report.comparison import COLOURS, curves, distributions, found_by


def test_curves_are_drawn_as_given_with_chance_beside_them():
    x = np.array([0.0, 0.5, 1.0])
    figure = curves({"knn": (x, x**2), "a$b": (x, x)}, {"knn": (x, 1 - x)}, chance=0.25)
    left, right = figure.axes
    assert left.lines[0].get_ydata().tolist() == [0.0, 0.25, 1.0]
    assert right.lines[0].get_ydata().tolist() == [1.0, 0.5, 0.0]
    assert 0.25 in right.lines[-1].get_ydata()
    assert [text.get_text() for text in left.get_legend().get_texts()] == ["knn", r"a\$b"]
    figure.canvas.draw()


def test_many_detectors_are_told_apart_by_colour_and_style():
    x = np.array([0.0, 1.0])
    figure = curves({f"d{i}": (x, x) for i in range(2 * len(COLOURS))}, {}, 0.1)
    looks = {(line.get_color(), str(line.get_linestyle())) for line in figure.axes[0].lines[:-1]}
    assert len(looks) == 2 * len(COLOURS)


def test_distributions_sum_to_one_and_keep_what_is_far_out_in_the_last_bar():
    figure = distributions(
        {"knn": (np.array([0.1, 0.1, np.nan, 99.0]), np.array([2.0])), "mad": (np.array([0.5]), np.zeros(0))}
    )
    first = figure.axes[0].patches
    shares = first[0].get_data().values
    assert shares.sum() == 1.0
    assert shares[-1] == 1 / 3
    assert len(first) == 2
    assert len(figure.axes[1].patches) == 1


def test_each_detector_has_a_row_with_its_events_below_the_series():
    labels = np.arange(100) == 50
    series = Series(np.column_stack([np.zeros(100), np.sin(np.arange(100))]), labels=labels, name="pump")
    alarms = {"knn": np.array([[10, 20], [49, 52]]), "mad": np.zeros((0, 2), dtype=np.int64)}
    figure = found_by(series, alarms)
    top, below = figure.axes
    assert top.get_ylabel() == "c1"
    bars = [collection.get_paths() for collection in below.collections]
    assert [len(paths) for paths in bars] == [2, 0]
    assert bars[0][0].vertices[:, 0].min() == 9.5
    assert bars[0][0].vertices[:, 0].max() == 19.5
    figure.canvas.draw()


def test_dates_and_a_series_of_nothing_are_drawn():
    stamps = np.datetime64("2024-01-01", "ns") + np.arange(50) * np.timedelta64(60, "s")
    figure = found_by(Series(np.full((50, 1), np.nan), stamps), {"knn": np.array([[0, 50]])})
    assert figure.axes[1].get_yticklabels()[0].get_text() == "knn"
    figure.canvas.draw()
