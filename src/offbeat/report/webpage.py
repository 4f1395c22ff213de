"""One page that holds everything: charts, events and the data's health, and needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from offbeat.core.event import Event, channel_words
from offbeat.core.health import Finding
from offbeat.core.output import replacing
from offbeat.core.wording import counted, moment
from offbeat.report.frame import around
from offbeat.report.payload import CHANNELS, EVENTS, payload, script
from offbeat.report.sheet import Axis
from offbeat.report.view import View

POINTS = 1_000_000
"""How many values a page holds as they are; beyond that each series gives up its share."""

STYLES = ("page.css",)
SCRIPTS = ("data.js", "words.js", "panel.js", "chart.js", "page.js")
"""In the order in which they build on one another."""

INDEX_HEADS = ("series", "points", "events", "severity", "strongest event")
HEADS = ("#", "start", "end", "severity", "stands out", "channels", "kind", "what happened")


def page(views: View | Sequence[View], path: str | Path) -> None:
    """Write one self-contained HTML page: zoomable charts, the events, the data's health.

    Up to a million values are in the page as they are; of more, it holds the least and greatest of each short
    stretch, and says so.

    Parameters
    ----------
    views
        One view, or one for each series.
    path
        Where to write the page.

    Raises
    ------
    OutputError
        Where the page can't be written; then what stood there before still stands there.

    Examples
    --------
    >>> import numpy as np
    >>> from tempfile import TemporaryDirectory
    >>> from offbeat.core.series import Series
    >>> with TemporaryDirectory() as folder:
    ...     page(View(Series(np.zeros((50, 1)), name="pump"), severity=np.full(50, 0.2)), Path(folder) / "pump.html")
    ...     print("No event" in (Path(folder) / "pump.html").read_text(encoding="utf-8"))
    True
    """
    several = [views] if isinstance(views, View) else list(views)
    total = sum(view.series.values.size for view in several)
    share = min(1.0, POINTS / max(1, total))
    title = several[0].series.name if len(several) == 1 else counted(len(several), "series", "series")
    head, foot = around(title, STYLES, SCRIPTS)
    # a file name that is no text reaches us as lone surrogates, which no page can hold
    with replacing(path) as part, part.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.write(head)
        if len(several) != 1:
            file.write(_contents(several, title))
        for place, view in enumerate(several, start=1):
            file.write(_section(view, place, len(several) == 1, share))
        file.write(foot)


def _contents(views: Sequence[View], title: str) -> str:
    found = sum(len(view.events) for view in views)
    heads = "".join(f'<th scope="col" class="{_css(head)}">{head}</th>' for head in INDEX_HEADS)
    rows = "".join(_line(view, place) for place, view in enumerate(views, start=1))
    return (
        f"<h1>{title}</h1>\n<p>{counted(found, 'event')} in all.</p>\n"
        f'<div class="wide"><table class="index"><thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody></table></div>\n"
    )


def _line(view: View, place: int) -> str:
    """Return the row of one series in the table of contents."""
    severity, reason = "", ""
    if view.events:
        link = f"#series={place}&amp;event=1"
        severity, reason = _severity(view.events[0]), f'<a href="{link}">{escape(view.events[0].reason)}</a>'
    name = f'<a href="#series-{place}">{escape(view.series.name)}</a>'
    numbers = (f"{len(view.series):,}", f"{len(view.events):,}", severity)
    cells = "".join(f'<td class="n">{cell}</td>' for cell in numbers)
    return f'<tr><th scope="row">{name}</th>{cells}<td>{reason}</td></tr>\n'


def _section(view: View, place: int, alone: bool, share: float) -> str:
    """Return all that is known of one series, and the data of its chart."""
    axis = Axis(view.series)
    data, rows = payload(view, axis, share)
    heading = "h1" if alone else "h2"
    parts = (
        f'<section class="series" id="series-{place}" aria-labelledby="name-{place}">\n',
        f'<{heading} id="name-{place}">{escape(view.series.name)}</{heading}>\n',
        _extent(view, axis),
        _answer(view),
        f'<div class="chart" data-series="{place}"></div>\n',
        _omissions(view, axis, rows),
        _events(view.events, axis),
        _health(view.health, axis),
        _facts(view),
        f'<script type="application/json" id="data-{place}">{script(data)}</script>\n</section>\n',
    )
    return "".join(parts)


def _extent(view: View, axis: Axis) -> str:
    series = view.series
    parts = [counted(len(series), "point"), counted(len(series.channels), "channel")]
    if len(series) and axis.in_order and series.time is not None:
        first, last = (moment(series.label(row), axis.moment_step) for row in (0, len(series) - 1))
        parts.append(f"{first} to {last}")
    if axis.dated and series.zone is not None:
        parts.append(f"times in {series.zone}")
    return f'<p class="extent">{escape(" · ".join(parts))}</p>\n'


def _answer(view: View) -> str:
    """Return the result in one sentence."""
    if not view.events:
        judged = int((view.severity == view.severity).sum())
        where = "in this series" if judged else "because no point of this series could be scored"
        return f'<p class="answer">No event {where}.</p>\n'
    many, clear = len(view.events), sum(event.stands_out for event in view.events)
    which = f", {clear} of them stand{'s' * (clear == 1)} out" if clear and many > 1 else ""
    first = "one event" if many == 1 else f"{counted(many, 'event')}{which}; the strongest"
    return f'<p class="answer"><strong>{first[0].upper()}{first[1:]}:</strong> {escape(view.events[0].reason)}</p>\n'


def _omissions(view: View, axis: Axis, rows: int) -> str:
    """Return what the chart leaves out, in words."""
    notes = []
    n, width = len(view.series), len(view.series.channels)
    if rows < n:
        notes.append(
            f"The chart holds {rows:,} of {n:,} rows: the least and greatest value of each short stretch, "
            "so no spike is lost."
        )
    if width > CHANNELS:
        notes.append(f"{CHANNELS} of {width:,} channels are drawn: those that carry most of the events.")
    if len(view.events) > EVENTS:
        notes.append(f"The strongest {EVENTS} of {len(view.events):,} events are shown.")
    if not axis.in_order:
        notes.append("The times are not in order, so the chart counts rows.")
    return "".join(f'<p class="note">{text}</p>\n' for text in notes)


def _events(events: Sequence[Event], axis: Axis) -> str:
    if not events:
        return ""
    heads = "".join(f'<th scope="col" class="{_css(head)}">{head}</th>' for head in HEADS)
    rows = "".join(_row(rank, event, axis) for rank, event in enumerate(events[:EVENTS], start=1))
    return (
        '<h3>Events</h3>\n<div class="wide"><table class="events">'
        "<caption>Strongest first. Click a row to show it in the chart, again to go back.</caption>"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )


def _row(rank: int, event: Event, axis: Axis) -> str:
    start, end = (moment(label, axis.moment_step) for label in (event.start, event.end))
    clear = "yes" if event.stands_out else ""
    cells = (start, end, _severity(event), clear, channel_words(event.channels), event.kind, event.reason)
    marked = "".join(
        f'<td class="{_css(head)}">{escape(cell)}</td>' for head, cell in zip(HEADS[1:], cells, strict=True)
    )
    button = f'<button type="button" aria-pressed="false" aria-label="Show event {rank} in the chart">{rank}</button>'
    return f'<tr data-event="{rank}"><td>{button}</td>{marked}</tr>\n'


def _css(head: str) -> str:
    """Return n for a column of numbers, t for one of times."""
    return {"severity": "n", "points": "n", "events": "n", "start": "t", "end": "t"}.get(head, "")


def _severity(event: Event) -> str:
    return f"{event.severity:,.2f}"


def _health(findings: Sequence[Finding], axis: Axis) -> str:
    if not findings:
        return ""
    items = "".join(f"<li>{_finding(finding, axis)}</li>\n" for finding in findings)
    return f'<h3>Health of the data</h3>\n<ul class="health">\n{items}</ul>\n'


def _finding(finding: Finding, axis: Axis) -> str:
    times = [moment(label, axis.moment_step) for label in (finding.start, finding.end) if label is not None]
    where = [finding.channel or "", " to ".join(dict.fromkeys(times))]
    place = escape(", ".join(filter(None, where)))
    aside = f' <span class="where">({place})</span>' if place else ""
    return f'<b class="tag">{escape(finding.kind)}</b> <span>{escape(finding.text)}{aside}</span>'


def _facts(view: View) -> str:
    notes = [note for note in view.series.notes if note not in view.facts.values()]
    rows = [*view.facts.items(), *([("read as", "; ".join(notes))] if notes else [])]
    if not rows:
        return ""
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>\n" for name, value in rows)
    return f'<h3>How it was found</h3>\n<dl class="facts">\n{items}</dl>\n'
