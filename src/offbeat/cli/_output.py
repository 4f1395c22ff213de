"""What the commands print and write."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import offbeat as ob

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    Result = ob.Detection | ob.Detections

_FINDINGS = 12
"""Findings on the data's health printed for one series."""


def check_writable(options: dict[str, Any]) -> None:
    """Refuse a file that can't be written, before any work is done for it.

    Raises
    ------
    OutputError
        For a missing folder or an ending that is not known.
    """
    asked = {name: options.get(name) for name in ("report", "plot", "events", "scores")}
    for name, path in asked.items():
        if path and path != "-":
            endings = {"report": ob.report.endings(), "plot": ob.report.PICTURES}.get(name, ob.report.TABLES)
            ob.report.check(path, endings)


def write(result: Result, options: dict[str, Any]) -> None:
    """Write every file that was asked for, and JSON to stdout."""
    if options["report"]:
        result.report(options["report"])
    if options["plot"]:
        result.plot(options["plot"])
    if options["events"]:
        write_frame(result.events, options["events"], index=False)
    if options["scores"]:
        frame = result.to_frame()
        write_frame(frame, options["scores"], index=frame.index.names != [None])  # times, not bare row numbers
    if options["as_json"]:
        write_json(result.to_dict())
    for name in ("report", "plot", "events", "scores"):
        if options[name] and options[name] != "-":
            sys.stderr.write(f"wrote {options[name]}\n")


def write_json(found: dict[str, Any]) -> None:
    """Print what was found as JSON; its first key is offbeat's version, by which a file of it is known again."""
    json.dump({"offbeat": ob.__version__, **found}, sys.stdout, indent=1, allow_nan=False)
    sys.stdout.write("\n")


def write_frame(frame: pd.DataFrame, path: str, *, index: bool) -> None:
    """Write a frame as its file name says; "-" is CSV on stdout.

    Raises
    ------
    OutputError
        For another kind of file, or where it can't be written.
    MissingExtraError
        For Parquet without pyarrow.
    """
    if path == "-":
        frame.to_csv(sys.stdout, index=index)
        return
    ob.report.write_table(frame, path, index=index)


def show(result: Result) -> None:
    """Print notes, health and the table of events; what failed is printed last of all, see `_failures`."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else max(shutil.get_terminal_size((140, 24)).columns, 140)
    console = Console(width=width, highlight=False, soft_wrap=False)
    one = result.detections[0] if len(result.detections) == 1 else None
    if isinstance(result, ob.Detections):
        for note in result.remarks:
            if one is None or note not in one.data.notes:
                console.print(f"[dim]{_plain(note)}[/dim]")
    if one is not None:
        _about_data(console, one)
    console.print(f"[bold]{_plain(result.summary)}[/bold]")
    if result.found:
        _table(console, result)


def _about_data(console: Console, one: ob.Detection) -> None:
    for note in one.data.notes:
        console.print(f"[dim]{_plain(note)}[/dim]")
    for finding in one.health[:_FINDINGS]:
        console.print(f"[yellow]data:[/yellow] {_plain(finding.text)}")
    if len(one.health) > _FINDINGS:
        console.print(f"[yellow]data:[/yellow] and {len(one.health) - _FINDINGS} more findings; see --json")
    for note in one.remarks:
        console.print(f"[yellow]monitor:[/yellow] {_plain(note)}")
    for note in one.cut.notes:
        console.print(f"[yellow]threshold:[/yellow] {_plain(note)}")


def _table(console: Console, result: Result) -> None:
    from rich.table import Table

    heads, rows = result.table()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for word in heads:
        table.add_column(
            word,
            justify="right" if word in ("#", "severity") else "left",
            no_wrap=word in ("start", "end", "severity", "stands out", "kind"),
            overflow="fold",
        )
    for row in rows:
        table.add_row(*map(_plain, row))
    console.print(table)
    if len(result.found) > len(rows):
        console.print(f"and {len(result.found) - len(rows)} weaker ones; --events FILE writes them all")


def _plain(text: str) -> str:
    """Return text whose brackets are not taken for colours."""
    from rich.markup import escape

    return escape(text)
