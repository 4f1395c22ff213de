"""Static pictures: a scored series, several of them, or a first look at some series."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from offbeat.core.output import check, replacing
from offbeat.core.series import Floats, Series
from offbeat.core.windows import true_runs
from offbeat.core.wording import counted
from offbeat.report.sheet import DAY, Axis, Sheet
from offbeat.report.thin import columns, thin
from offbeat.report.view import FEW, View

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PICTURES = (".png", ".svg", ".pdf")
SERIES = 12
"""How many series of several are drawn, those with the strongest events."""
WIDTH, DPI = 11.0, 150
"""Inches, and pixels an inch."""

# of the colours that Okabe and Ito chose to be told apart by everyone
LINE, BAND, EXPECTED, EVENT, LABELLED = "#0b4f7d", "#56b4e9", "#2f86bd", "#d55e00", "#009e73"
TEXT, FAINT, GRID = "#374151", "#9ca3af", "#e5e7eb"


def plot(views: View | Sequence[View], path: str | Path | None = None, *, ax: Any = None) -> Figure:
    """Draw a scored series: its channels, what is usual, the events, and the severity below; or several series, small.

    Every spike and every gap is drawn however many points there are.

    Parameters
    ----------
    views
        One view, or one for each series.
    path
        Where to write the picture; the suffix .png, .svg or .pdf says as what. None writes nothing.

    ax
        Matplotlib axes to draw in: one, for the leading channel alone; a sequence, for channels and the severity in the
        last; of several views, one a view. None makes a figure.

    Returns
    -------
    The figure, to be changed or saved. It belongs to no window and to no global state.

    Raises
    ------
    OutputError
        For another suffix, and where the file can't be written; then nothing is left of it.

    Examples
    --------
    >>> from offbeat.core.series import Series
    >>> figure = plot(View(Series(np.zeros((50, 1)), name="pump"), severity=np.full(50, 0.2)))
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['value', 'severity']
    """
    if path is not None:
        check(path, PICTURES)
    several = [views] if isinstance(views, View) else list(views)
    given = None if ax is None else list(np.ravel(ax))
    return _written(_one(several[0], given) if len(several) == 1 else _many(several, given), path)


def overview(series: Sequence[Series], path: str | Path | None = None) -> Figure:
    """Draw a first look at some series: one below the other, each with its first channels, labelled stretches shaded.

    Parameters
    ----------
    series
        The series to draw.
    path
        As in `plot`.

    Raises
    ------
    OutputError
        As in `plot`.

    Examples
    --------
    >>> figure = overview([Series(np.zeros((50, 1)), name="pump"), Series(np.ones((9, 1)), name="fan")])
    >>> [axes.get_title(loc='left') for axes in figure.axes]
    ['pump: 50 points', 'fan: 9 points']
    """
    if path is not None:
        check(path, PICTURES)
    rows = [(one, column) for one in series for column in range(min(len(one.channels), 3))]
    figure, panels = paper_of([1.3] * len(rows))
    for axes, (one, column) in zip(panels, rows, strict=True):
        view, axis = View(one, np.full(len(one), np.nan)), Axis(one)
        channel_panel(axes, Sheet.of(view, axis), axis, column, one.channels[column])
        for first, last in true_runs(one.labels) if one.labels is not None else ():
            shade(axes, axis, (first, last - 1), LABELLED)
        time_axis(axes, axis)
        if column == 0:
            entitle(axes, _overview_title(one))
        if column < min(len(one.channels), 3) - 1:
            axes.tick_params(labelbottom=False, bottom=False)
            axes.xaxis.offsetText.set_visible(False)
    return _written(figure, path)


def _overview_title(series: Series) -> str:
    title = f"{series.name}: {counted(len(series), 'point')}"
    width = len(series.channels)
    if width > 3:
        title += f", the first 3 of {counted(width, 'channel')}"
    if series.labels is not None and series.labels.any():
        title += ", labelled anomalies shaded"
    return title


def _one(view: View, given: list[Axes] | None = None) -> Figure:
    axis, shown = Axis(view.series), view.leading(FEW if given is None else min(FEW, max(1, len(given) - 1)))
    sheet = Sheet.of(view, axis)
    heights = [2.6 if len(shown) == 1 else 1.5] * len(shown) + [1.2]
    figure, panels = paper_of(heights) if given is None else _dressed(given[: len(heights)])
    for axes, column in zip(panels, shown, strict=False):
        channel_panel(axes, sheet, axis, column, view.series.channels[column])
    if len(panels) > len(shown):
        severity_panel(panels[-1], sheet, axis)
    for axes in panels:
        _events(axes, view, axis)
        if given is None:
            axes.sharex(panels[-1])
    for axes in panels[:-1]:
        if given is None:
            axes.tick_params(labelbottom=False, bottom=False)
        else:
            time_axis(axes, axis)
    _number_events(panels[0], view, axis)
    time_axis(panels[-1], axis)
    if axis.dated and view.series.zone is not None:
        panels[-1].set_xlabel(f"times in {view.series.zone}", fontsize=8.5, color=TEXT)
    # numbers of events stand between the first panel and its title
    entitle(panels[0], _title(view, len(shown)), pad=18 if view.events else 6)
    return figure


def _dressed(axes: Sequence[Axes]) -> tuple[Figure, list[Axes]]:
    """Return the figure of a user's axes, and these in the style of the others."""
    for one in axes:
        dress(one)
    figure: Any = axes[0].get_figure()
    return figure, list(axes)


def _many(views: Sequence[View], given: list[Axes] | None = None) -> Figure:
    strongest = np.array([max((e.severity for e in view.events), default=0.0) for view in views])
    shown = sorted(np.argsort(-strongest, kind="stable")[: len(given) if given else SERIES].tolist())
    figure, panels = paper_of([1.5] * len(shown)) if given is None else _dressed(given[: len(shown)])
    if len(shown) < len(views) and given is None:
        figure.suptitle(f"{len(shown)} of {len(views)} series, those with the strongest events", x=0.01, ha="left")
    for axes, view in zip(panels, (views[i] for i in shown), strict=True):
        axis, column = Axis(view.series), view.leading(1)[0]
        channel_panel(axes, Sheet.of(view, axis), axis, column, view.series.channels[column])
        _events(axes, view, axis)
        time_axis(axes, axis)
        entitle(axes, _title(view, 1))
    return figure


def _title(view: View, shown: int) -> str:
    detector = f" ({view.facts['detector']})" if "detector" in view.facts else ""
    title = f"{view.series.name}{detector}: {counted(len(view.events), 'event') if view.events else 'no event'}"
    width = len(view.series.channels)
    return title + (f"; {shown} of {width} channels shown" if shown < width else "")


def paper_of(heights: Sequence[float]) -> tuple[Figure, list[Axes]]:
    """Return a figure with one panel below the other, of these heights in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = figure_type()(figsize=(WIDTH, sum(heights) * 1.12 + 0.8), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    if not heights:
        return figure, []
    panels = figure.subplots(len(heights), 1, squeeze=False, gridspec_kw={"height_ratios": list(heights)})[:, 0]
    for axes in panels:
        dress(axes)
    figure.align_ylabels(panels.tolist())
    return figure, list(panels)


@cache
def figure_type() -> type[Figure]:
    """Return a figure that notebooks show by itself: one without pyplot they know nothing of."""
    from matplotlib.figure import Figure

    class Picture(Figure):
        def _repr_png_(self) -> bytes:
            drawn = BytesIO()
            self.savefig(drawn, format="png")
            return drawn.getvalue()

    return Picture


def dress(axes: Axes) -> None:
    """Set the style on the panel itself: matplotlib's own settings belong to the whole process, and to its threads."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=FAINT, linewidth=0.8)
    axes.tick_params(color=FAINT, labelcolor=TEXT, labelsize=8.5)
    axes.grid(visible=True, axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)


def entitle(axes: Axes, title: str, pad: float = 6) -> None:
    """Write the title of a panel."""
    # names come from data: a dollar sign in one is no formula
    axes.set_title(title, loc="left", pad=pad, fontsize=11, color="black", parse_math=False)


def channel_panel(axes: Axes, sheet: Sheet, axis: Axis, column: int, name: str) -> None:
    """Draw one channel over what was expected of it."""
    lines = sheet.lines(column)
    rows = _rows(sheet.x, np.column_stack(list(lines.values())))
    x = places(axis, sheet.x[rows])
    if "expected" in lines:
        lower, upper = lines["lower"][rows], lines["upper"][rows]
        axes.fill_between(x, lower, upper, color=BAND, alpha=0.28, linewidth=0, label="usual")
        axes.plot(x, lines["expected"][rows], color=EXPECTED, linewidth=0.7, alpha=0.9)
    _line(axes, x, lines["values"][rows], LINE)
    axes.set_ylabel(name if len(name) <= 24 else name[:23] + "…", fontsize=9, color=TEXT, parse_math=False)
    _fit(axes, lines["values"])
    axes.locator_params(axis="y", nbins=5)


def severity_panel(axes: Axes, sheet: Sheet, axis: Axis) -> None:
    """Draw the severity, and the line at 1 from which on there is an alarm."""
    rows = _rows(sheet.x, sheet.severity)
    x, severity = places(axis, sheet.x[rows]), sheet.severity[rows]
    _line(axes, x, severity, TEXT)
    axes.fill_between(x, 1.0, np.maximum(severity, 1.0), color=EVENT, alpha=0.5, linewidth=0)
    axes.axhline(1.0, color=EVENT, linewidth=1.0, linestyle=(0, (5, 3)))
    judged = sheet.severity[np.isfinite(sheet.severity)]
    axes.set_ylim(min(0.0, judged.min(initial=0.0)), max(1.25, judged.max(initial=0.0) * 1.08))
    axes.set_ylabel("severity", fontsize=9, color=TEXT)
    axes.locator_params(axis="y", nbins=4)


def _rows(x: Floats, values: Floats) -> Any:
    """Return the rows that are enough for one column a pixel."""
    return thin(values, columns(x, int(WIDTH * DPI)))


def _line(axes: Axes, x: Floats, y: Floats, colour: str) -> None:
    """Draw a line that stops at missing values, with a dot where a value stands alone between two of them."""
    axes.plot(x, y, color=colour, linewidth=0.9 if len(x) < WIDTH * DPI else 0.6, solid_joinstyle="round")
    there = np.pad(np.isfinite(y), 1)
    alone = there[1:-1] & ~there[:-2] & ~there[2:]
    axes.plot(x[alone], y[alone], color=colour, linestyle="none", marker="o", markersize=2.2)


def _fit(axes: Axes, values: Floats) -> None:
    """Set the height from the values: a wide band must not flatten the line."""
    there = values[np.isfinite(values)]
    if len(there):
        low, high = float(there.min()), float(there.max())
        margin = 0.08 * (high - low) or 0.1 * abs(high) or 1.0
        axes.set_ylim(low - margin, high + margin)
    else:
        axes.text(0.5, 0.5, "no value", transform=axes.transAxes, ha="center", va="center", color=FAINT)
        axes.set_yticks([])


def _events(axes: Axes, view: View, axis: Axis) -> None:
    for event in view.events:
        shade(axes, axis, event.rows[:2], EVENT)


def shade(axes: Axes, axis: Axis, rows: tuple[int, int], colour: str) -> None:
    """Shade from the first to the last of two rows; the edges are drawn too, so that the shortest is seen."""
    left, right = places(axis, np.array(axis.span(*rows)))
    axes.axvspan(float(left), float(right), facecolor=colour, edgecolor=colour, alpha=0.2, linewidth=1.0, zorder=0.5)


def _number_events(axes: Axes, view: View, axis: Axis) -> None:
    """Write the rank of each event above the panel; where two would collide, the stronger one's stands."""
    taken: list[tuple[float, float]] = []
    whole = float(axis.x[-1]) + axis.step if len(axis.x) else 1.0
    for rank, event in enumerate(view.events, start=1):
        first, last = axis.span(*event.rows[:2])
        middle, half = (first + last) / 2, whole * (0.003 + 0.004 * len(str(rank)))
        if all(abs(middle - other) >= half + beside for other, beside in taken):
            taken.append((middle, half))
            place = float(places(axis, np.array([middle]))[0])
            axes.annotate(
                str(rank), (place, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 3), textcoords="offset points",
                ha="center", va="bottom", fontsize=8.5, fontweight="bold", color=EVENT, annotation_clip=False,
            )  # fmt: skip


def places(axis: Axis, x: Floats) -> Floats:
    """Return places on matplotlib's axis: days for dates, else the times themselves."""
    if not axis.dated:
        return x + axis.origin
    from matplotlib import dates as untyped

    dates: Any = untyped
    epoch = np.datetime64(0, "ms") - np.datetime64(dates.get_epoch(), "ms")
    return np.asarray((x + axis.origin) / DAY + epoch / np.timedelta64(1, "D"))


def time_axis(axes: Axes, axis: Axis) -> None:
    """Name the times, in the zone of the series, and leave no empty margin."""
    from matplotlib import dates as untyped

    dates: Any = untyped
    first, last = axis.span(0, -1) if len(axis.x) else (0.0, 1.0)
    left, right = places(axis, np.array([first, last]))
    axes.set_xlim(float(left), float(right))
    if axis.dated and len(axis.x):
        zone = getattr(axis.series.label(0), "tzinfo", None)
        locator = dates.AutoDateLocator(tz=zone, minticks=4, maxticks=10)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator, tz=zone))
    elif not axis.in_order:
        axes.set_xlabel("row (the times are not in order)")


def _written(figure: Figure, path: str | Path | None) -> Figure:
    if path is not None:
        with replacing(path) as part:
            figure.savefig(part, format=Path(path).suffix.lower()[1:], metadata=_undated(path))
    return figure


def _undated(path: str | Path) -> dict[str, None]:
    """Return metadata without the hour of writing: the same result gives the same file."""
    return {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}[Path(path).suffix.lower()]
