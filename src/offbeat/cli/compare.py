"""offbeat compare: several detectors on the same data, side by side."""

from __future__ import annotations

import sys
from typing import Any

import click

import offbeat as ob
from offbeat.cli._complete import one_of, several_of
from offbeat.cli._failures import EVENT, allow_failures, exit_codes, failures, finish, refuse_if_nothing_ran
from offbeat.cli._reading import ReadingCommand, source

SHOWN = ("alarms", "event_wise_f1", "affiliation_f1", "pr_auc", "roc_auc", "stability_halves", "seconds")
"""Figures printed of each detector, where there are any; the report and the file of results have them all."""


@click.command(
    "compare",
    cls=ReadingCommand,
    epilog=exit_codes(EVENT),
    short_help="Compare detectors on the same series, with labels or without.",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--detectors",
    "-d",
    metavar="NAME[:PARAMETERS],...",
    shell_complete=several_of("detectors", "all"),
    help="Such as zscore,knn:window=64,k=1,scaler=robust, or mymodule:MyDetector; or all.",
)
@click.option("--split", metavar="SPLIT", help="70/15/15 (the default), expanding:5 or rolling:5.")
@click.option("--gap", type=int, default=0, show_default=True, help="Rows left out between the parts.")
@click.option("--seeds", type=int, default=1, show_default=True, help="Random seeds, for detectors that have one.")
@click.option(
    "--metric",
    metavar="NAME",
    shell_complete=one_of("metrics"),
    help="What detectors are ordered by: vus_pr (the default), event_wise_f1, ...",
)
@click.option("--alarms", metavar="BUDGET", help="False events accepted in the validation rows: 2/week, 2/series, ...")
@click.option(
    "--threshold",
    metavar="NAME[:OPTION]",
    shell_complete=one_of("thresholds"),
    help="Instead of a budget: best_f1, percentile:99, pot, ...",
)
@click.option(
    "--limit", type=click.FloatRange(min=0, min_open=True), help="Seconds for one run, after which it failed."
)
@click.option(
    "--out", type=click.Path(), metavar="FILE", help="Write every run (csv, jsonl); what ran before is not run again."
)
@click.option("--report", type=click.Path(), metavar="FILE.html", help="Write a page with everything on it.")
@click.option("--json", "as_json", is_flag=True, help="Print every run as JSON instead of a table.")
@allow_failures
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], report: str | None, as_json: bool, **options: Any) -> None:
    r"""Compare detectors on PATH: files, a folder, or "-". Labels are used where there are some.

    \b
    Examples:
      offbeat compare data.csv --label label --detectors zscore,isolation_forest,knn,auto --report compare.html
      offbeat compare data.csv --label label --split expanding:5 --metric event_wise_f1 --out results.csv
      offbeat compare pump.csv -d knn,knn:window=64,auto
    """
    from offbeat.cli._output import write_json
    from offbeat.cli._progress import Progress

    if report:
        ob.report.check(report)
    reading, allowed = options.pop("reading"), options.pop("allow_failures")
    given = {name: value for name, value in options.items() if value is not None}
    with Progress("comparing") as progress:
        found = ob.compare(source(paths), progress=progress, workers=None, **given, **reading)
    if report:
        found.report(report)
    for path in filter(None, (options["out"], report)):
        click.echo(f"wrote {path}", err=True)
    if as_json:
        write_json(_as_json(found))
    refuse_if_nothing_ran(found.runs)
    if not as_json:
        _print(found)
    finish(ctx, [*ob.errors.by_reason(found.failures), *failures(found.runs)], allowed)


def _as_json(found: Any) -> dict[str, Any]:
    rows = [
        {
            name: None if value != value or value in (float("inf"), float("-inf")) else value
            for name, value in row.items()
        }
        for row in (run.row for run in found.runs)
    ]
    return {"summary": found.summary, "notes": list(found.notes), "runs": rows, "failures": found.failures}


def _print(found: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False, markup=False)
    for note in found.notes:
        console.print(note, style="dim")
    table = Table(box=None, header_style="bold", pad_edge=False)
    columns = [name for name in dict.fromkeys((found.metric.name, *SHOWN)) if _is_there(found.means, name)]
    for word in ("detector", *columns):
        table.add_column(word, justify="left" if word == "detector" else "right", overflow="fold")
    for name, row in found.means.iterrows():
        table.add_row(str(name), *(f"{row[column]:.3g}" if row[column] == row[column] else "" for column in columns))
    console.print(table)
    for line in found.summary:
        console.print(line)


def _is_there(means: Any, name: str) -> bool:
    return name in means.columns and bool(means[name].notna().any())
