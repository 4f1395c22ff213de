"""Pictures of how models learn and what that costs: losses by epoch, figures by the level of a factor or by length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from offbeat.core.series import Floats, Series
from offbeat.report.comparison import look
from offbeat.report.picture import LINE, TEXT, WIDTH, channel_panel, dress, entitle, paper_of, places, time_axis
from offbeat.report.sheet import Axis, Sheet
from offbeat.report.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GROUNDS = 800
"""Shades of the ground side by side, at most."""

DARKEST = 3.0
"""Attention from which on the ground gets no darker: one point that draws it all would leave the rest white."""

SIZES = 50.0
"""Numbers whose largest is this many times their least are drawn on a logarithmic axis."""


def losses(histories: Mapping[str, Sequence[Floats]]) -> Figure:
    """Draw the losses by epoch, one panel a model: dashed on training rows, solid on validation rows, a line a run.

    Parameters
    ----------
    histories
        By model one array a run, shape (epochs, 2): the loss on training and on validation rows.

    Examples
    --------
    >>> figure = losses({"dense": [np.array([[1.0, 1.2], [0.5, 0.6]])], "lstm": [np.array([[2.0, 2.0]])]})
    >>> [axes.get_title(loc="left") for axes in figure.axes]
    ['dense', 'lstm']
    """
    figure, _ = paper_of([])
    figure.set_size_inches(WIDTH, 3.4)
    panels = figure.subplots(1, len(histories), squeeze=False, sharey=True)[0]
    for axes, (name, several) in zip(panels, histories.items(), strict=True):
        dress(axes)
        entitle(axes, name)
        for number, history in enumerate(several):
            epochs = np.arange(1, len(history) + 1)
            for column, (word, style) in enumerate((("training rows", (0, (4, 2))), ("validation rows", "-"))):
                label = word if number == 0 else None
                axes.plot(
                    epochs, history[:, column], color=look(column)[0], linestyle=style, linewidth=1.3, label=label
                )
        axes.set_xlabel("epoch", color=TEXT)
    every = np.concatenate([history.ravel() for several in histories.values() for history in several])
    _scale(panels[0], "y", every)
    panels[0].set_ylabel("loss", color=TEXT)
    panels[-1].legend(frameon=False, fontsize=8.5, labelcolor=TEXT)
    return figure


def lines(levels: Sequence[Any], values: Mapping[str, Floats], words: tuple[str, str]) -> Figure:
    """Draw a line a model over the levels of what was varied.

    Parameters
    ----------
    levels
        Numbers, or words, in the order in which they are to stand.
    values
        By model one number a level; NaN where there is none.
    words
        What stands at the two axes.

    Examples
    --------
    >>> figure = lines([100, 1000, 10000], {"knn": np.array([0.1, 1.0, 10.0])}, ("points", "seconds"))
    >>> figure.axes[0].get_xscale(), figure.axes[0].get_yscale()
    ('log', 'log')
    """
    figure, (axes,) = paper_of([3.4])
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in levels)
    x = np.asarray(levels, dtype=np.float64) if numeric else np.arange(len(levels), dtype=np.float64)
    for place, (name, several) in enumerate(values.items()):
        colour, style = look(place)
        axes.plot(x, several, "o", color=colour, markersize=4)
        axes.plot(x, several, color=colour, linestyle=style, linewidth=1.5, label=name.replace("$", r"\$"))
    if numeric:
        _scale(axes, "x", x)
    else:
        axes.set_xticks(x, [str(value) for value in levels])
    _scale(axes, "y", np.concatenate([np.asarray(several) for several in values.values()]))
    axes.set_xlabel(words[0], color=TEXT)
    axes.set_ylabel(words[1], color=TEXT)
    axes.legend(frameon=False, fontsize=8.5, labelcolor=TEXT, loc="center left", bbox_to_anchor=(1.01, 0.5))
    return figure


def attended(series: Series, weights: Floats) -> Figure:
    """Draw a series over how much a network looked at each point: the darker the ground, the more.

    Parameters
    ----------
    series
        What it was shown; the first channel is drawn, and the title says which.
    weights
        Shape (n,), 1 where it looked at all points the same, as `attention_autoencoder` gives them; NaN is left white.

    Examples
    --------
    >>> figure = attended(Series(np.zeros((50, 1)), name="pump"), np.linspace(0, 2, 50))
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['value', 'attention']
    """
    figure, (top, below) = paper_of([2.2, 0.8])
    axis = Axis(series)
    blank = np.full(len(series), np.nan)
    channel_panel(top, Sheet.of(View(series, blank), axis), axis, 0, series.channels[0])
    entitle(top, f"{series.name}: where the network looked")
    # as many columns as can be seen, each with the most that falls into it
    parts = np.array_split(np.arange(len(series)), min(len(series), GROUNDS))
    ground = np.array([np.nanmax(weights[rows], initial=0.0) for rows in parts])
    edges = np.array([axis.x[rows[0]] for rows in parts] + [axis.x[-1]])
    low, high = top.get_ylim()
    top.pcolormesh(
        places(axis, edges), [low, high], ground[None], cmap="Blues", vmin=0, vmax=DARKEST, alpha=0.6, zorder=0
    )
    below.plot(places(axis, axis.x), weights, color=LINE, linewidth=0.9)
    below.axhline(1.0, color=TEXT, linewidth=0.8, linestyle=(0, (5, 3)))
    below.set_ylabel("attention", fontsize=9, color=TEXT)
    for axes in (top, below):
        time_axis(axes, axis)
    top.tick_params(labelbottom=False, bottom=False)
    top.xaxis.offsetText.set_visible(False)
    return figure


def _scale(axes: Axes, which: str, values: Floats) -> None:
    """Set a logarithmic axis where the numbers are above zero and differ by orders of magnitude."""
    known = values[np.isfinite(values)]
    if len(known) and known.min() > 0 and known.max() > SIZES * known.min():
        axes.set(**{f"{which}scale": "log"})
