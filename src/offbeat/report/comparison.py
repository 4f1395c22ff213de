"""Pictures of several detectors side by side: curves, distributions of scores, events on one series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.scores import Band
from offbeat.core.series import Floats, Series
from offbeat.core.windows import true_runs
from offbeat.report.picture import (
    EVENT,
    FAINT,
    LABELLED,
    LINE,
    TEXT,
    WIDTH,
    channel_panel,
    dress,
    entitle,
    paper_of,
    places,
    severity_panel,
    shade,
    time_axis,
)
from offbeat.report.sheet import Axis, Sheet
from offbeat.report.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0b4f7d", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Colours of detectors that everyone can distinguish; then the next style of line begins with the first colour."""

STYLES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))

BINS = 40
"""Bars of a distribution."""

SEVERITIES = 3.0
"""Levels above this stand in the last bar."""

Curve = tuple[Floats, Floats]


def curves(roc: Mapping[str, Curve], pr: Mapping[str, Curve], chance: float) -> Figure:
    """Draw ROC and precision-recall curves side by side, one a detector.

    Parameters
    ----------
    roc
        By detector the false positive rates and true positive rates.
    pr
        By detector the recalls and precisions.
    chance
        The precision of scores by chance: the share of anomalous points.

    Examples
    --------
    >>> line = (np.linspace(0, 1, 5), np.linspace(0, 1, 5))
    >>> [axes.get_title(loc="left") for axes in curves({"knn": line}, {"knn": line}, 0.1).axes]
    ['ROC', 'precision and recall']
    """
    figure, _ = paper_of([])
    figure.set_size_inches(WIDTH, 4.4)
    left, right = figure.subplots(1, 2)
    for axes, found, words in (
        (left, roc, ("ROC", "false positive rate", "true positive rate")),
        (right, pr, ("precision and recall", "recall", "precision")),
    ):
        dress(axes)
        entitle(axes, words[0])
        for place, (name, (x, y)) in enumerate(found.items()):
            colour, style = look(place)
            axes.plot(x, y, color=colour, linestyle=style, linewidth=1.6, label=name.replace("$", r"\$"))
        axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.03), xlabel=words[1], ylabel=words[2])
    left.plot([0, 1], [0, 1], color=FAINT, linewidth=0.9)
    right.axhline(chance, color=FAINT, linewidth=0.9)
    left.legend(frameon=False, fontsize=8.5, labelcolor=TEXT, loc="lower right")
    return figure


def distributions(
    severities: Mapping[str, tuple[Floats, Floats]], words: tuple[str, str] = ("normal points", "anomalous points")
) -> Figure:
    """Draw how the severities of normal and of anomalous points are distributed, one panel a detector.

    Parameters
    ----------
    severities
        By detector the severities of its normal and of its anomalous points; 1 is the threshold. NaN are left out.
    words
        What the two kinds of points are called.

    Examples
    --------
    >>> figure = distributions({"knn": (np.array([0.1, 0.2]), np.array([1.4])), "mad": (np.array([0.1]), np.zeros(0))})
    >>> len(figure.axes)
    2
    """
    figure, panels = paper_of([1.1] * len(severities))
    edges = np.linspace(0.0, SEVERITIES, BINS + 1)
    for axes, (name, groups) in zip(panels, severities.items(), strict=True):
        for values, colour, word in zip(groups, (LINE, EVENT), words, strict=True):
            known = np.clip(values[np.isfinite(values)], 0.0, SEVERITIES)
            if len(known):
                share, _ = np.histogram(known, edges)
                axes.stairs(share / len(known), edges, fill=True, color=colour, alpha=0.5, label=word)
        axes.axvline(1.0, color=TEXT, linewidth=1.0, linestyle=(0, (5, 3)))
        axes.set(xlim=(0.0, SEVERITIES), yticks=[])
        entitle(axes, name)
        if axes is panels[0] and axes.get_legend_handles_labels()[1]:
            axes.legend(frameon=False, fontsize=8.5, labelcolor=TEXT)
    panels[-1].set_xlabel(f"severity; 1 is the threshold, {SEVERITIES:g} and more in the last bar", color=TEXT)
    return figure


def found_by(series: Series, alarms: Mapping[str, NDArray[np.int64]]) -> Figure:
    """Draw a series, its labelled stretches shaded, and below it a row a detector with its events.

    Parameters
    ----------
    series
        What was judged; of several channels the one that moves most is drawn.
    alarms
        By detector the events as rows (first, last + 1) of the series.

    Examples
    --------
    >>> figure = found_by(Series(np.zeros((50, 1)), name="pump"), {"knn": np.array([[3, 9]])})
    >>> [tick.get_text() for tick in figure.axes[1].get_yticklabels()]
    ['knn']
    """
    figure, (top, below) = paper_of([2.2, 0.35 + 0.24 * len(alarms)])
    axis, column = Axis(series), _liveliest(series)
    channel_panel(
        top, Sheet.of(View(series, np.full(len(series), np.nan)), axis), axis, column, series.channels[column]
    )
    entitle(top, series.name)
    truth = [] if series.labels is None else true_runs(series.labels).tolist()
    for axes in (top, below):
        for first, last in truth:
            shade(axes, axis, (first, last - 1), LABELLED)
        time_axis(axes, axis)
    _rows(below, axis, alarms)
    top.tick_params(labelbottom=False, bottom=False)
    top.xaxis.offsetText.set_visible(False)
    return figure


def expectation(series: Series, severity: Floats, expected: Floats) -> Figure:
    """Draw a series over what a detector expected of it, labelled stretches shaded, and below it the severity.

    Parameters
    ----------
    series
        What was judged; of several channels the one that moves most is drawn.
    severity
        Shape (n,); 1 is the threshold.
    expected
        Shape (n, channels); with no rows nothing is drawn of it.

    Examples
    --------
    >>> figure = expectation(Series(np.zeros((50, 1)), name="pump"), np.zeros(50), np.ones((50, 1)))
    >>> len(figure.axes)
    2
    """
    figure, (top, below) = paper_of([2.2, 0.8])
    axis, column = Axis(series), _liveliest(series)
    band = Band(expected, expected, expected) if len(expected) == len(series) else None
    sheet = Sheet.of(View(series, severity, band=band), axis)
    channel_panel(top, sheet, axis, column, series.channels[column])
    severity_panel(below, sheet, axis)
    entitle(top, series.name)
    for axes in (top, below):
        for first, last in [] if series.labels is None else true_runs(series.labels).tolist():
            shade(axes, axis, (first, last - 1), LABELLED)
        time_axis(axes, axis)
    top.tick_params(labelbottom=False, bottom=False)
    top.xaxis.offsetText.set_visible(False)
    return figure


def _rows(axes: Axes, axis: Axis, alarms: Mapping[str, NDArray[np.int64]]) -> None:
    """Draw one row a detector, the first on top, and in it a bar an event, wide enough to be seen."""
    left, right = axes.get_xlim()
    for place, stretches in enumerate(alarms.values()):
        ends = places(axis, np.array([axis.span(first, last - 1) for first, last in stretches]).reshape(-1, 2))
        wide = np.maximum(ends[:, 1] - ends[:, 0], (right - left) / 500)
        bars = [(float(first), float(width)) for first, width in zip(ends[:, 0], wide, strict=True)]
        axes.broken_barh(bars, (place - 0.35, 0.7), facecolors=look(place)[0], linewidth=0)
    axes.set_yticks(range(len(alarms)), [name.replace("$", r"\$") for name in alarms])
    axes.set_ylim(len(alarms) - 0.4, -0.6)


def look(place: int) -> tuple[str, Any]:
    """Return the colour and the style of line of the detector at that place."""
    return COLOURS[place % len(COLOURS)], STYLES[place // len(COLOURS) % len(STYLES)]


def _liveliest(series: Series) -> int:
    """Return the channel with the widest range beside its usual deviation: where most stands out."""
    best, column = -1.0, 0
    for j, values in enumerate(series.values.T):
        known = values[np.isfinite(values)]
        if len(known):
            low, high = np.quantile(known, (0.05, 0.95))
            stands_out = float(np.ptp(known) / (high - low)) if high > low else 0.0
            if stands_out > best:
                best, column = stands_out, j
    return column
