"""offbeat bench: detectors on a folder of labelled series, and who is best."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

import offbeat as ob
from offbeat.cli._complete import one_of, several_of
from offbeat.cli._failures import EVENT, allow_failures, exit_codes, finish


@click.command("bench", epilog=exit_codes(EVENT), short_help="Measure detectors on every labelled series of a folder.")
@click.argument("folder", type=click.Path())
@click.option(
    "--detectors",
    "-d",
    default="all",
    shell_complete=several_of("detectors", "all"),
    show_default=True,
    help="Names, as in zscore,knn:window=64, or mymodule:MyDetector.",
)
@click.option(
    "--metric", "metrics", multiple=True, shell_complete=one_of("metrics", "scores"),
    default=("vus_pr",), show_default=True,
    help="A metric of scores; can be given several times, the first one ranks.",
)  # fmt: skip
@click.option("--out", type=click.Path(file_okay=False), metavar="FOLDER", help="Where rows and leaderboard go.")
@click.option(
    "--layout",
    default="labelled",
    shell_complete=one_of("layouts"),
    show_default=True,
    help="How the folder is laid out: ucr, nab, ...",
)
@click.option("--no-training", is_flag=True, help="Learn from the scored series even where training rows are known.")
@click.option("--crop", type=int, metavar="ROWS", help="Of longer series, so many rows around the first label.")
@click.option(
    "--limit", type=float, default=600, show_default=True, metavar="SECONDS", help="For one detector on one series."
)
@click.option("--workers", type=int, help="Processes; one for each core where it is not given.")
@click.option("--retry", is_flag=True, help="Try again what failed or took too long in an earlier run.")
@click.option("--beside", type=click.Path(dir_okay=False), metavar="FILE.csv", help="A published leaderboard.")
@click.option("--seed", type=int, default=0, show_default=True, help="Random seed.")
@allow_failures
@click.pass_context
def command(ctx: click.Context, /, folder: str, **options: Any) -> None:
    r"""Measure detectors on every labelled series of FOLDER: CSV files whose last column is Label.

    Sub-folders are collections. A detector sees values, and at most how many rows are for training: from MANIFEST.csv
    (path, train_end) or a file's name (..._tr_1000_...). Each row is kept as soon as it is there, so that the same
    command goes on where an earlier one was stopped.

    \b
    Examples:
      offbeat bench series/ --detectors zscore,knn,auto --metric vus_pr --out results/
      offbeat bench UCR/ --layout ucr --metric ucr_hit --metric vus_pr --out results/
    """
    try:
        results = _run(folder, options)
    except KeyboardInterrupt:
        if options["out"]:
            click.echo(f"the rows so far stand in {options['out']}; the same command goes on from there", err=True)
        raise
    for name in results.metrics:
        _show(results.leaderboard(name))
    if options["out"]:
        click.echo(f"wrote results.csv, leaderboard.csv, leaderboard.md and index.html in {options['out']}", err=True)
    finish(ctx, _troubles(results), options["allow_failures"])


def _run(folder: str, options: dict[str, Any]) -> ob.BenchResult:
    from offbeat.cli._progress import Progress

    with Progress("scoring") as progress:
        return ob.bench(
            folder,
            options["detectors"],
            options["metrics"],
            options["out"],
            layout=options["layout"],
            training=not options["no_training"],
            crop=options["crop"],
            limit=options["limit"],
            workers=options["workers"] if options["workers"] is not None else os.cpu_count() or 1,
            retry=options["retry"],
            beside=options["beside"],
            seed=options["seed"],
            progress=progress,
        )


def _show(board: ob.Leaderboard) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    rows = board.records
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in rows[0]:
        is_text = head in ("detector", "group", "source")
        table.add_column(head, justify="left" if is_text else "right", no_wrap=head != "detector", overflow="fold")
    for row in rows:
        table.add_row(*(escape(ob.report.shown(cell)) for cell in row.values()))
    console.print(table)
    for note in board.notes:
        console.print(escape(note))
    console.print()


def _troubles(results: ob.BenchResult) -> list[str]:
    """Return what failed, took too long or could not be measured, each reason once."""
    skipped = {f"{row['collection']}/{row['series']}": row["error"] for _, row in results.skipped.iterrows()}
    failed = {
        f"{row['detector']} on {row['collection']}/{row['series']}": row["error"]
        for _, row in results.troubles.iterrows()
    }
    return [*ob.errors.by_reason(skipped), *ob.errors.by_reason(failed, "runs")]
