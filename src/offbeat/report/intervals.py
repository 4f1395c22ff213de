"""Values and how sure they are, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from offbeat.report.picture import FAINT, GRID, LINE, TEXT

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def intervals(names: Sequence[str], values: ArrayLike, low: ArrayLike, high: ArrayLike, axis: str) -> Figure:
    """Draw a dot a name, with a line from low to high; the first name on top.

    Parameters
    ----------
    names
        What stands at the left.
    values, low, high
        One number a name; NaN draws no line.
    axis
        The words below.

    Examples
    --------
    >>> figure = intervals(["knn", "mad"], [0.4, 0.3], [0.35, 0.2], [0.45, 0.4], "mean")
    >>> [text.get_text() for text in figure.axes[0].get_yticklabels()]
    ['knn', 'mad']
    """
    from matplotlib.figure import Figure

    middle, ends = np.asarray(values, dtype=np.float64), np.array([low, high], dtype=np.float64)
    places = np.arange(len(middle))
    figure = Figure(figsize=(8.0, 0.7 + 0.28 * len(middle)), layout="constrained")
    axes = figure.subplots()
    axes.hlines(places, ends[0], ends[1], color=FAINT, linewidth=3)
    axes.plot(middle, places, "o", color=LINE, markersize=6)
    axes.set_yticks(places, list(names))
    axes.set_ylim(len(middle) - 0.5, -0.5)
    axes.set_xlabel(axis, color=TEXT, fontsize=9)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(color=FAINT, labelcolor=TEXT, labelsize=9, left=False)
    axes.grid(visible=True, axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    return figure
