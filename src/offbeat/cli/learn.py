"""offbeat learn: from good data to a monitor file."""

from __future__ import annotations

from typing import Any

import click

import offbeat as ob
from offbeat.cli._detector import chosen, learning_options
from offbeat.cli._pairs import pairs
from offbeat.cli._reading import ReadingCommand, source


@click.command("learn", cls=ReadingCommand, short_help="Learn what is normal from good data, for detect --monitor.")
@click.argument("paths", nargs=1, required=True, metavar="PATH")
@click.option("--out", required=True, type=click.Path(), metavar="FILE", help="Where to write the monitor.")
@learning_options
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
    monitor = ob.learn(
        source((paths,)),
        name,
        threshold=options["threshold"],
        alarms=options["alarms"],
        seed=options["seed"],
        params=params,
        clean=ob.Clean.parse(pairs("--clean", options["clean"])),
        **options["reading"],
    )
    monitor.save(options["out"])
    tell(monitor)
    click.echo(f"wrote {options['out']}", err=True)
