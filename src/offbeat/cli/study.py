"""offbeat study: run the study in a file and write it up."""

from __future__ import annotations

import sys
from typing import Any

import click

import offbeat as ob
from offbeat.cli._failures import EVENT, allow_failures, exit_codes, failures, finish, refuse_if_nothing_ran

SHOWN = ("roc_auc", "f1", "mse", "seconds", "parameters")
"""What is printed beside the figures that the study asks for; means.csv has all."""


@click.command("study", epilog=exit_codes(EVENT), short_help="Run the study in a TOML file and write it up.")
@click.argument("file", metavar="FILE.toml", type=click.Path(dir_okay=False))
@click.option("--out", required=True, type=click.Path(file_okay=False), metavar="FOLDER", help="Where results go.")
@click.option(
    "--data",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="The folder of the data files that the study names.",
)
@click.option("--workers", type=int, help="Processes; one for each core where that pays, if it is not given.")
@allow_failures
@click.pass_context
def command(ctx: click.Context, /, file: str, out: str, allow_failures: bool, **options: Any) -> None:
    r"""Run the study in FILE.toml: data, detectors and their variants, what is varied, what is shown.

    Every run is kept in FOLDER as soon as it is there; the same command goes on where an earlier one was stopped. In
    the end FOLDER holds tables (CSV, Markdown), every figure (PNG, SVG), and index.html with all of it.

    \b
    Examples:
      offbeat study studies/sine.toml --out results/sine
      offbeat study studies/autoencoders.toml --data NAB/data --out results/autoencoders
    """
    from offbeat.cli._progress import Progress

    try:
        with Progress("studying") as progress:
            result = ob.study(file, out, progress=progress, **options)
    except KeyboardInterrupt:
        click.echo(f"the runs so far stand in {out}; the same command goes on from there", err=True)
        raise
    click.echo(f"wrote {out}/index.html", err=True)
    runs = [run for _, run in result.runs]
    refuse_if_nothing_ran(runs)
    _print(result)
    finish(ctx, failures(runs), allow_failures)


def _print(result: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False, markup=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    frame = result.means.reset_index()
    names = (result.plan.choose, result.plan.metric.name, *SHOWN)
    frame = frame[["detector", *dict.fromkeys(name for name in names if name in frame and frame[name].notna().any())]]
    for head in frame:
        table.add_column(str(head), justify="left" if head == "detector" else "right", overflow="fold")
    for row in frame.to_dict(orient="records"):
        table.add_row(*(ob.report.shown(cell) for cell in row.values()))
    console.print(table)
    console.print(f"{result.verdict}.")
