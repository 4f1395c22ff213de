"""What the commands print and write."""

from __future__ import annotations

import json
import math
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offbeat.core.errors import MissingExtraError, OutputError
from offbeat.core.event import COLUMNS, Event, said
from offbeat.core.output import check, replacing
from offbeat.core.wording import moment

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from offbeat.results.detection import Detection
    from offbeat.results.detections import Detections

TABLES = (".csv", ".json", ".parquet")
_FINDINGS = 12
"""Findings on the data's health printed for one series."""


def check_writable(options: dict[str, Any]) -> None:
    """Refuse a file that can't be written, before any work is done for it.

    Raises
    ------
    OutputError
        For a missing folder or an ending that is not known.
    """
    from offbeat.report.picture import SUFFIXES

    for name, endings in (
        ("report", ()),
        ("save_model", ()),
        ("plot", SUFFIXES),
        ("events", TABLES),
        ("scores", TABLES),
    ):
        path = options.get(name)
        if path and path != "-":
            check(path, endings)


def write(result: Detection | Detections, options: dict[str, Any]) -> None:
    """Write every file that was asked for, and JSON to stdout."""
    if options["report"]:
        result.report(options["report"])
    if options["plot"]:
        result.plot(options["plot"])
    if options["events"]:
        write_frame(result.events, options["events"], index=False)
    if options["scores"]:
        write_frame(result.to_frame(), options["scores"], index=True)
    if options["save_model"]:
        _save_model(result, options["save_model"])
    if options["as_json"]:
        json.dump(as_json(result), sys.stdout, indent=1, allow_nan=False)
        sys.stdout.write("\n")
    for name in ("report", "plot", "events", "scores", "save_model"):
        if options[name] and options[name] != "-":
            sys.stderr.write(f"wrote {options[name]}\n")


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
    check(path, TABLES)
    suffix = Path(path).suffix.lower()
    with replacing(path) as part:
        if suffix == ".csv":
            frame.to_csv(part, index=index)
        elif suffix == ".json":
            (frame.reset_index() if index else frame).to_json(part, orient="records", date_format="iso", indent=1)
        else:
            try:
                frame.to_parquet(part, index=index)
            except ImportError:
                raise MissingExtraError("writing Parquet", "parquet") from None


def show(result: Detection | Detections, shown: int) -> None:
    """Print notes, health and the table of events."""
    from rich.console import Console

    from offbeat.results.detection import Detection

    width = None if sys.stdout.isatty() else max(shutil.get_terminal_size((140, 24)).columns, 140)
    console = Console(width=width, highlight=False, soft_wrap=False)
    if isinstance(result, Detection):
        for note in result.data.notes:
            console.print(f"[dim]{_plain(note)}[/dim]")
        for finding in result.health[:_FINDINGS]:
            console.print(f"[yellow]data:[/yellow] {_plain(finding.text)}")
        if len(result.health) > _FINDINGS:
            console.print(f"[yellow]data:[/yellow] and {len(result.health) - _FINDINGS} more findings; see --json")
        for note in result.cut.notes:
            console.print(f"[yellow]threshold:[/yellow] {_plain(note)}")
    else:
        for name, why in result.failures.items():
            console.print(f"[red]{_plain(name)}:[/red] {_plain(why)}")
    console.print(f"[bold]{_plain(result.summary)}[/bold]")
    _table(console, result, shown)


def _table(console: Console, result: Detection | Detections, shown: int) -> None:
    from rich.table import Table

    from offbeat.results.detection import Detection

    if not result.found:
        return
    members = [result] if isinstance(result, Detection) else result.values()
    steps = {one.data.name: one.cleaned.series.step for one in members}
    several = len(members) > 1
    table = Table(box=None, header_style="bold", pad_edge=False)
    for word in ("#", *(("series",) if several else ()), "start", "end", "severity", "channels", "kind", "reason"):
        table.add_column(
            word,
            justify="right" if word in ("#", "severity") else "left",
            no_wrap=word in ("start", "end", "severity", "kind"),
            overflow="fold",
        )
    for rank, event in enumerate(result.found[:shown], 1):
        table.add_row(str(rank), *((_plain(event.series),) if several else ()), *_cells(event, steps[event.series]))
    console.print(table)
    if len(result.found) > shown:
        console.print(f"and {len(result.found) - shown} weaker ones; --events FILE writes them all")


def _cells(event: Event, step: float | None) -> list[str]:
    times = [moment(event.start, step), moment(event.end, step)]
    return [*times, f"{event.severity:.1f}", _plain(said(event.channels)), event.kind, _plain(event.reason)]


def _plain(text: str) -> str:
    """Return text whose brackets are not taken for colours."""
    from rich.markup import escape

    return escape(text)


def as_json(result: Detection | Detections) -> dict[str, Any]:
    """Return all that was found as JSON can hold it: NaN is null, times are ISO 8601."""
    from offbeat.results.detection import Detection

    if isinstance(result, Detection):
        return {
            "series": result.data.name,
            "points": len(result.data),
            "detector": repr(result.detector),
            "threshold": {"chosen": result.threshold.words, "score": _value(result.cut.value)},
            "events": [{name: _value(getattr(event, name)) for name in COLUMNS} for event in result.found],
            "health": [{k: _value(v) for k, v in vars(finding).items()} for finding in result.health],
            "notes": list(result.notes),
        }
    return {"series": [as_json(member) for member in result.values()], "failures": result.failures}


def _value(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.isoformat() if hasattr(value, "isoformat") else value


def _save_model(result: Detection | Detections, path: str) -> None:
    from offbeat.results.detection import Detection

    if not isinstance(result, Detection):
        raise OutputError(f"can't write {path}: there are {len(result)} models, one a series; give one series")
    result.detector.save(path)
