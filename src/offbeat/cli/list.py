"""offbeat list: list the detectors."""

from __future__ import annotations

import json
import sys
from collections.abc import Hashable
from itertools import groupby
from operator import itemgetter
from typing import Any

import click

from offbeat.core.errors import unknown

COLUMNS = {"name": 28, "sees": 24, "causal": 6, "cost": 18, "extra": 10}
"""Widths, in characters; what remains of the line is for what the detector is."""


@click.command("list")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def command(name: str | None, as_json: bool) -> None:
    r"""List the detectors, or what NAME is: thresholds, metrics, layouts, kinds, reports, scalers, or one detector.

    \b
    Examples:
      offbeat list
      offbeat list thresholds
      offbeat list knn
    """
    from offbeat.core.registry import LISTS, catalogue, detector_class, detector_entries, listing

    if name is not None and name not in (*LISTS, *detector_entries()):
        raise unknown("detector or list", name, [*LISTS, *detector_entries()])
    if name in LISTS and name != "detectors":
        rows: list[dict[Hashable, Any]] = [{"name": one, "what": what} for one, what in listing(name).items()]
    else:
        frame = catalogue() if name in (None, "detectors") else catalogue().loc[[name]]
        rows = frame.reset_index().to_dict(orient="records")
    if as_json:
        json.dump(rows, sys.stdout, indent=1)
        sys.stdout.write("\n")
    elif name in (None, "detectors"):
        _all(rows)
    elif name in LISTS:
        width = max(len(row["name"]) for row in rows)
        click.echo("\n".join(f"{row['name']:<{width}}  {row['what']}" for row in rows))
    else:
        _one(str(name), detector_class(str(name)))


def _all(rows: list[dict[Hashable, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for word, width in COLUMNS.items():
        table.add_column(word, no_wrap=word == "name", max_width=width, overflow="fold")
    rest = console.width - sum(COLUMNS.values()) - 2 * len(COLUMNS)
    table.add_column("what", no_wrap=True, max_width=max(rest, 20), overflow="ellipsis")
    for family, members in groupby(sorted(rows, key=lambda row: (row["family"], row["name"])), itemgetter("family")):
        table.add_row(f"[bold]{family}[/bold]")
        for row in members:
            causal, extra = "yes" if row["causal"] else "", f"[{row['extra']}]" if row["extra"] else ""
            table.add_row(*map(escape, ("  " + row["name"], row["sees"], causal, row["cost"], extra, row["what"])))
    console.print(table)


def _one(name: str, kind: type) -> None:
    import inspect

    from offbeat.core.params import params_of

    click.echo(f"{name}\n\n{inspect.getdoc(kind)}\n\nParameters, as --set NAME=VALUE:")
    declared = params_of(kind)
    for param in declared.values():
        click.echo(f"  {param.name}={param.default}  {param.doc} ({param.bounds})")
    if not declared:
        click.echo("  none")
