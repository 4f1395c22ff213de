"""offbeat tune: the parameters with which a detector finds most."""

from __future__ import annotations

from typing import Any

import click

import offbeat as ob
from offbeat.cli._complete import one_of, several_of
from offbeat.cli._failures import EVENT, SOME_FAILED, allow_failures, exit_codes
from offbeat.cli._pairs import pairs
from offbeat.cli._reading import ReadingCommand, source


@click.command(
    "tune",
    cls=ReadingCommand,
    epilog=exit_codes(EVENT),
    short_help="Search for the parameters with which a detector finds most.",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--detector",
    "-d",
    required=True,
    shell_complete=one_of("detectors"),
    help="One of `offbeat list`, or your own: mymodule:MyDetector.",
)
@click.option(
    "--metric", default="vus_pr", shell_complete=one_of("metrics"), show_default=True, help="Metric to optimise."
)
@click.option("--trials", type=click.IntRange(min=1), default=30, show_default=True, help="Sets of parameters, in all.")
@click.option(
    "--planted",
    metavar="KIND,...",
    shell_complete=several_of("kinds", "all"),
    help="Plant anomalies instead of using labels: spike,level_shift, or all.",
)
@click.option("--set", "params", metavar="NAME=VALUE", multiple=True, help="A parameter to keep fixed, not searched.")
@click.option("--range", "ranges", metavar="NAME=LOW:HIGH", multiple=True, help="Where a parameter is searched.")
@click.option(
    "--split", default="expanding:3", show_default=True, help="How rows are split: expanding:3, rolling:3, 70/15/15."
)
@click.option("--gap", type=int, default=0, show_default=True, help="Rows left out between fitting and measuring.")
@click.option("--clean", metavar="NAME=VALUE", multiple=True, help="The cleaning policy, as for `offbeat detect`.")
@click.option("--study", type=click.Path(), metavar="FILE.db", help="Keep the trials; a later run goes on with them.")
@click.option(
    "--out", type=click.Path(), metavar="FILE.json", help="Write the parameters for `offbeat detect --params`."
)
@click.option(
    "--history", type=click.Path(), metavar="FILE", help="Write one row per trial (csv, json, parquet); - prints it."
)
@click.option("--json", "as_json", is_flag=True, help="Print what --out writes instead of a sentence.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Random seed.")
@allow_failures
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    r"""Search for the parameters with which a detector finds most in PATH.

    What is known to be anomalous comes from a column of labels; without one, anomalies are planted. The defaults are
    the first trial. Ctrl-C ends the search, and the best so far is kept.

    \b
    Examples:
      offbeat tune pump.csv --detector knn --label label --out params.json
      offbeat detect new.csv --params params.json
      offbeat tune pump.csv --detector ar --range order=8:128 --trials 100 --study ar.db
    """
    for name, endings in (("out", (".json",)), ("study", ()), ("history", ob.report.TABLES)):
        if options[name] and options[name] != "-":
            ob.report.check(options[name], endings)
    found = _run(source(paths), options)
    _write(found, options)
    for note in found.notes:
        click.secho(f"note: {note}", fg="yellow", err=True)
    if found.is_stopped:
        ctx.exit(130)
    if found.failures and not options["allow_failures"]:
        ctx.exit(SOME_FAILED)


def _run(data: Any, options: dict[str, Any]) -> Any:
    from offbeat.cli._progress import Progress

    spec = ob.DetectorSpec.parse(options["detector"])
    given = ("detector", "metric", "trials", "planted", "study", "seed", "split", "gap")
    with Progress("tuning") as progress:
        return ob.tune(
            data,
            params=spec.typed(pairs("--set", options["params"])),
            ranges=_ranges(spec, options["ranges"]),
            clean=ob.Clean.parse(pairs("--clean", options["clean"])),
            progress=progress,
            **{name: options[name] for name in given},
            **options["reading"],
        )


def _ranges(spec: ob.DetectorSpec, words: tuple[str, ...]) -> dict[str, tuple[Any, Any]]:
    """Read --range NAME=LOW:HIGH, each end as the parameter's own kind of number."""
    found = {}
    for name, text in pairs("--range", words).items():
        low, colon, high = text.partition(":")
        if not colon:
            raise click.UsageError(f"--range {name}={text}: write it as NAME=LOW:HIGH, such as window=16:256")
        ends = [spec.typed({name: end})[name] for end in (low, high)]
        found[name] = (ends[0], ends[1])
    return found


def _write(found: Any, options: dict[str, Any]) -> None:
    import json

    from offbeat.cli._output import write_frame

    if options["as_json"]:
        click.echo(json.dumps(found.to_dict(), indent=1, allow_nan=False))
    elif options["history"] != "-":
        click.echo(found.summary)
    if options["out"]:
        found.save(options["out"])
        click.echo(f"wrote {options['out']}; use it with: offbeat detect PATH --params {options['out']}", err=True)
    if options["history"]:
        write_frame(found.to_frame(), options["history"], index=True)
