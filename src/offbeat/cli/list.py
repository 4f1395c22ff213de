"""offbeat list: the detectors and all else that has a name."""

from __future__ import annotations

import json
import sys
from collections.abc import Hashable
from itertools import groupby
from operator import itemgetter
from typing import Any

import click

import offbeat as ob
from offbeat.cli._complete import anything

COLUMNS = {"name": 28, "sees": 24, "causal": 6, "cost": 18, "extra": 10}
"""Widths, in characters; what remains of the line is for what the detector is."""


@click.command("list", short_help="List detectors, thresholds, metrics and all else with a name.")
@click.argument("name", required=False, shell_complete=anything)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def command(name: str | None, as_json: bool) -> None:
    r"""List the detectors, or what NAME is: thresholds, metrics, layouts, kinds, reports, scalers, or one of any.

    \b
    Examples:
      offbeat list
      offbeat list thresholds
      offbeat list knn
      offbeat list percentile
    """
    what = "detectors" if name is None else name
    if what not in ob.LISTS:
        text = ob.about(what)
        if not as_json:
            click.echo(text)
            return
    if as_json:
        json.dump(_rows(what), sys.stdout, indent=1, allow_nan=False)
        sys.stdout.write("\n")
    elif what == "detectors":
        _all(_rows(what))
    else:
        lines = ob.catalogue(what)["what"]
        click.echo("\n".join(f"{one:<{max(map(len, lines.index))}}  {line}" for one, line in lines.items()))


def _rows(what: str) -> list[dict[Hashable, Any]]:
    """Return the rows of a list, or those of every list that has such a name, as JSON can hold them."""
    frames = [ob.catalogue(one) for one in ([what] if what in ob.LISTS else ob.LISTS)]
    picked = [frame if what in ob.LISTS else frame[frame.index == what] for frame in frames]
    rows = [row for frame in picked for row in frame.reset_index().to_dict(orient="records")]
    infinite = (float("inf"), float("-inf"))
    return [{word: None if value in infinite else value for word, value in row.items()} for row in rows]


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
