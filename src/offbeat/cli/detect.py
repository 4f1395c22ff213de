"""offbeat detect: from a file to its events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import offbeat as ob
from offbeat.cli._detector import chosen, learning_options
from offbeat.cli._failures import EVENT, allow_failures, exit_codes, finish, refuse_if_nothing_scored
from offbeat.cli._pairs import pairs
from offbeat.cli._reading import ReadingCommand, source


@click.command(
    "detect",
    cls=ReadingCommand,
    epilog=exit_codes(),
    short_help="Find what is off in a file or a folder of time series.",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@learning_options
@click.option(
    "--train", metavar="ROWS|TIME|FILE", help="Learn from the first rows, all before a time, or another file."
)
@click.option(
    "--monitor",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Use what `offbeat learn` has written; of your own class with -d mymodule:MyDetector.",
)
@click.option("--past", type=click.Path(), metavar="FILE", help="With --monitor: the rows before PATH.")
@click.option("--report", type=click.Path(), metavar="FILE", help="Write a page (html) or a picture (png, svg, pdf).")
@click.option("--plot", type=click.Path(), metavar="FILE.png", help="Write a picture (png, svg, pdf).")
@click.option("--events", type=click.Path(), metavar="FILE", help="Write the events (csv, json, parquet; - is stdout).")
@click.option(
    "--scores", type=click.Path(), metavar="FILE", help="Write a score per row (csv, json, parquet); - prints it."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON instead of a table.")
@click.option("--fail-on-event", is_flag=True, help="Exit with 3 when an event stands out.")
@click.option(
    "--fail-on",
    type=click.Choice(["stands-out", "any"]),
    help="Exit with 3 when an event stands out, or when there is any.",
)
@allow_failures
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    r"""Find what is off in PATH: a CSV, TSV, Parquet or JSON-lines file, "-", a folder, or several.

    \b
    Examples:
      offbeat detect pump.csv --alarms 2/week --report pump.html
      offbeat detect pump.csv --value pressure --train 2024-03-01
      offbeat detect april.csv --monitor pump.monitor
      offbeat detect logs/ --detector knn --set window=64 --events events.csv
    """
    from offbeat.cli._output import check_writable, show, write

    check_writable(options)
    if options["monitor"] is not None:
        result = _monitored(ctx, source(paths), options)
    elif options["past"] is not None:
        raise click.UsageError("--past FILE goes with --monitor FILE; use --train FILE to learn from another file")
    else:
        result = _run(source(paths), options, *chosen(ctx, options))
    if ob.kernels.compiled_now():
        click.echo("compiled the kernels for this machine, once; later runs start faster", err=True)
    refuse_if_nothing_scored(result)
    quiet = options["as_json"] or "-" in (options["events"], options["scores"])
    write(result, options)
    if not quiet:
        show(result)
    fails_on = options["fail_on"] or ("stands-out" if options["fail_on_event"] else None)
    found = fails_on is not None and bool(result.found if fails_on == "any" else result.standing_out)
    finish(ctx, ob.errors.by_reason(result.failures), options["allow_failures"] or found)
    if found:
        ctx.exit(EVENT)


def _run(data: Any, options: dict[str, Any], name: str, params: dict[str, Any]) -> Any:
    from offbeat.cli._progress import Progress

    policy = ob.Clean.parse(pairs("--clean", options["clean"]))
    with Progress("scoring") as progress:
        return ob.detect(
            data,
            name,
            train=options["train"],
            threshold=options["threshold"],
            alarms=options["alarms"],
            seed=options["seed"],
            params=params,
            clean=policy,
            workers=_workers(data),
            progress=progress,
            **options["reading"],
        )


def _monitored(ctx: click.Context, data: Any, options: dict[str, Any]) -> Any:
    from offbeat.cli._monitor import keep, load

    monitor = load(ctx, options["monitor"], options)
    result = monitor.detect(data, options["past"], **options["reading"])
    keep(monitor, options["monitor"])
    return result


def _workers(data: Any) -> int:
    """Both cores for a folder of many files; starting processes for a few does not pay."""
    import os

    many = len(list(Path(data).glob("*"))) if isinstance(data, str) and Path(data).is_dir() else 1
    return (os.cpu_count() or 1) if many >= 20 else 1
