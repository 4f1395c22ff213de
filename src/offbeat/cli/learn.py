"""offbeat learn: from good data to a monitor file."""

from __future__ import annotations

from typing import Any

import click

import offbeat as ob
from offbeat.cli._complete import one_of
from offbeat.cli._detector import chosen
from offbeat.cli._pairs import pairs
from offbeat.cli._reading import reading, reading_options, source


@click.command("learn", short_help="Learn what is normal from good data, for detect --monitor.")
@click.argument("paths", nargs=1, required=True, metavar="PATH")
@click.option("--out", required=True, type=click.Path(), metavar="FILE", help="Where to write the monitor.")
@click.option(
    "--detector",
    "-d",
    default="auto",
    shell_complete=one_of("detectors"),
    show_default=True,
    help="One of `offbeat list`, such as knn or knn:window=64,k=1; or your own: mymodule:MyDetector.",
)
@click.option("--set", "params", metavar="NAME=VALUE", multiple=True, help="A parameter of the detector.")
@click.option(
    "--params", "params_file", type=click.Path(dir_okay=False), help="Take detector and parameters from `offbeat tune`."
)
@click.option(
    "--alarms",
    metavar="BUDGET",
    help="False events accepted: 2/week, 1/10000 points, 2/series (the default, for as many rows as are learned from).",
)
@click.option(
    "--threshold",
    metavar="NAME[:OPTION]",
    shell_complete=one_of("thresholds"),
    help="Instead of a budget: percentile:99, k_sigma, mad, pot, ...",
)
@click.option("--clean", metavar="NAME=VALUE", multiple=True, help="Cleaning: max_gap=12, method=seasonal, ...")
@click.option("--seed", type=int, default=0, show_default=True, help="Random seed.")
@reading_options
@click.pass_context
def command(ctx: click.Context, /, paths: str, **options: Any) -> None:
    r"""Learn what is normal from PATH, and write it to a file.

    The detector, its threshold, the normal range and the checks of later data stand in that file; later data are
    compared with it, whatever they hold.

    \b
    Examples:
      offbeat learn march.csv --alarms 2/week --out pump.monitor
      offbeat detect april.csv --monitor pump.monitor
      offbeat show pump.monitor
    """
    from offbeat.cli._monitor import tell

    ob.report.check(options["out"], ())
    name, params = chosen(ctx, options)
    names = ("time", "values", "id_column", "label", "day_first")
    monitor = ob.learn(
        source((paths,)),
        name,
        threshold=options["threshold"],
        alarms=options["alarms"],
        seed=options["seed"],
        params=params,
        clean=ob.Clean.parse(pairs("--clean", options["clean"])),
        **reading(**{name: options[name] for name in names}),
    )
    monitor.save(options["out"])
    tell(monitor)
    click.echo(f"wrote {options['out']}", err=True)
