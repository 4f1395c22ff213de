"""offbeat detect: from a file to its events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

import offbeat as ob
from offbeat.cli._complete import one_of
from offbeat.cli._pairs import pairs
from offbeat.cli._reading import reading, reading_options, source


@click.command("detect", short_help="Find what is off in a file or a folder of time series.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--detector",
    "-d",
    default="auto",
    shell_complete=one_of("detectors"),
    show_default=True,
    help="One of `offbeat list`, such as knn or knn:window=64,k=1; or your own: mymodule:MyDetector.",
)
@click.option(
    "--set", "params", metavar="NAME=VALUE", multiple=True, help="A parameter of the detector, e.g. window=64."
)
@click.option(
    "--params", "params_file", type=click.Path(dir_okay=False), help="Take detector and parameters from `offbeat tune`."
)
@click.option(
    "--train", metavar="ROWS|TIME|FILE", help="Learn from the first rows, all before a time, or another file."
)
@click.option(
    "--alarms", metavar="BUDGET", help="False events accepted: 2/week, 1/10000 points, 2/series (the default)."
)
@click.option(
    "--threshold",
    metavar="NAME[:OPTION]",
    shell_complete=one_of("thresholds"),
    help="Instead of a budget: percentile:99, k_sigma, mad, pot, ...",
)
@click.option("--clean", metavar="NAME=VALUE", multiple=True, help="Cleaning: max_gap=12, method=seasonal, ...")
@click.option(
    "--model",
    type=click.Path(dir_okay=False),
    help="Use a saved detector instead of learning; of your own class with -d mymodule:MyDetector.",
)
@click.option("--save-model", type=click.Path(dir_okay=False), help="Write the fitted detector to this file.")
@click.option("--report", type=click.Path(), metavar="FILE", help="Write a page (html) or a picture (png, svg, pdf).")
@click.option("--plot", type=click.Path(), metavar="FILE.png", help="Write a picture (png, svg, pdf).")
@click.option("--events", type=click.Path(), metavar="FILE", help="Write the events (csv, json, parquet; - is stdout).")
@click.option(
    "--scores", type=click.Path(), metavar="FILE", help="Write a score per row (csv, json, parquet); - prints it."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON instead of a table.")
@click.option("--fail-on-event", is_flag=True, help="Exit with 3 when there is an event.")
@click.option("--seed", type=int, default=0, show_default=True, help="Random seed.")
@reading_options
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    r"""Find what is off in PATH: a CSV, TSV, Parquet or JSON-lines file, "-", a folder, or several.

    \b
    Examples:
      offbeat detect pump.csv --alarms 2/week --report pump.html
      offbeat detect pump.csv --value pressure --train 2024-03-01
      offbeat detect logs/ --detector knn --set window=64 --events events.csv
    """
    from offbeat.cli._output import check_writable, show, write

    check_writable(options)
    result = _run(source(paths), options, *_chosen(ctx, options))
    if ob.kernels.compiled_now():
        click.echo("compiled the kernels for this machine, once; later runs start faster", err=True)
    quiet = options["as_json"] or "-" in (options["events"], options["scores"])
    write(result, options)
    if not quiet:
        show(result)
    if options["fail_on_event"] and result.found:
        ctx.exit(3)


def _chosen(ctx: click.Context, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the detector's name and its parameters: a parameter file's where there is one, with --set on top."""
    spec, file = ob.DetectorSpec.parse(options["detector"]), options["params_file"]
    asked = ctx.get_parameter_source("detector") is not ParameterSource.DEFAULT
    if options["model"] is not None:
        if file is not None:
            raise click.UsageError(f"--params {file} and --model {options['model']} each name a detector; give one")
        if (asked and not _own(spec)) or options["params"]:
            raise click.UsageError(f"--model {options['model']} is a fitted detector; leave --detector and --set out")
    if file is not None:
        named, params = ob.load_params(file, spec.where)
        if asked and named != options["detector"]:
            raise click.UsageError(
                f"--params {file} is for {named}, and --detector says {options['detector']}; leave --detector out"
            )
        spec = ob.DetectorSpec.make(named, params)
    return spec.where, spec.held | spec.typed(pairs("--set", options["params"]))


def _own(spec: ob.DetectorSpec) -> bool:
    """Return whether it is the bare import path of a class, which a model file of that class needs."""
    return ":" in spec.where and not spec.given


def _load(path: str, where: str) -> ob.Detector:
    """Return a saved detector; a class of the user's own is named by its import path."""
    model: ob.Detector = ob.load(path, (ob.DetectorSpec.parse(where).kind,) if ":" in where else ())
    return model


def _run(data: Any, options: dict[str, Any], name: str, params: dict[str, Any]) -> Any:
    from offbeat.cli._progress import Progress

    policy = ob.Clean.parse(pairs("--clean", options["clean"]))
    detector = name if options["model"] is None else _load(options["model"], name)
    names = ("time", "values", "id_column", "label", "day_first")
    with Progress("scoring") as progress:
        return ob.detect(
            data,
            detector,
            train=options["train"],
            threshold=options["threshold"],
            alarms=options["alarms"],
            seed=options["seed"],
            params=params,
            clean=policy,
            workers=_workers(data),
            progress=progress,
            **reading(**{name: options[name] for name in names}),
        )


def _workers(data: Any) -> int:
    """Both cores for a folder of many files; starting processes for a few does not pay."""
    import os

    many = len(list(Path(data).glob("*"))) if isinstance(data, str) and Path(data).is_dir() else 1
    return (os.cpu_count() or 1) if many >= 20 else 1
