"""offbeat list: what there is."""

from __future__ import annotations

import json
import sys
from collections.abc import Hashable
from typing import Any

import click


@click.command("list")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def command(name: str | None, as_json: bool) -> None:
    r"""List the detectors, or all about the one called NAME.

    \b
    Examples:
      offbeat list
      offbeat list knn
    """
    from offbeat.core.registry import catalogue, detector_class

    if name is not None:
        kind = detector_class(name)
        if not as_json:
            _one(name, kind)
            return
    frame = catalogue() if name is None else catalogue().loc[[name]]
    if as_json:
        json.dump(frame.reset_index().to_dict(orient="records"), sys.stdout, indent=1)
        sys.stdout.write("\n")
        return
    _all(frame.reset_index().to_dict(orient="records"))


def _all(rows: list[dict[Hashable, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for word in ("name", "family", "sees", "cost", "what"):
        table.add_column(word, no_wrap=word in ("name", "family"), overflow="fold")
    for row in rows:
        table.add_row(row["name"], row["family"], row["sees"], row["cost"], row["what"])
    Console(width=None if sys.stdout.isatty() else 140, highlight=False).print(table)


def _one(name: str, kind: type) -> None:
    import inspect

    from offbeat.core.params import params_of

    click.echo(f"{name}\n\n{inspect.getdoc(kind)}\n\nParameters, as --set NAME=VALUE:")
    declared = params_of(kind)
    for param in declared.values():
        click.echo(f"  {param.name}={param.default}  {param.doc} ({param.bounds})")
    if not declared:
        click.echo("  none")
