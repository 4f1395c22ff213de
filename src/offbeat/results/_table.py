"""The table of events, and any table as text."""

from __future__ import annotations

from collections.abc import Sequence

from offbeat.core.event import Event, channel_words
from offbeat.core.wording import moment

SHOWN = 20
"""Events that a printed table holds."""


def table(events: Sequence[Event], steps: dict[str, float | None], several: bool) -> tuple[list[str], list[list[str]]]:
    """Return heads and cells of the strongest events; `steps` is the step of each series in seconds."""
    heads = [
        "#",
        *(["series"] if several else []),
        "start",
        "end",
        "severity",
        "stands out",
        "channels",
        "kind",
        "reason",
    ]
    rows = []
    for rank, event in enumerate(events[:SHOWN], 1):
        times = [moment(label, steps[event.series]) for label in (event.start, event.end)]
        name = [event.series] if several else []
        words = [channel_words(event.channels), event.kind, event.reason]
        rows.append([str(rank), *name, *times, f"{event.severity:.1f}", "yes" if event.stands_out else "", *words])
    return heads, rows


def as_text(heads: list[str], rows: list[list[str]]) -> str:
    """Return the table with aligned columns; the last is not padded.

    Examples
    --------
    >>> print(as_text(["#", "kind"], [["1", "spike"], ["10", "dip"]]))
    #   kind
    1   spike
    10  dip
    """
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (heads, *rows))
    return "\n".join(line.rstrip() for line in lines)
