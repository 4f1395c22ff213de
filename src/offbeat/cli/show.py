"""offbeat show: columns, span, periods and health of some series."""

from __future__ import annotations

from typing import Any

import click

import offbeat as ob
from offbeat.cli._failures import EVENT, allow_failures, exit_codes, finish
from offbeat.cli._reading import ReadingCommand, source

BARS = "▁▂▃▄▅▆▇█"
WIDTH = 60
"""Characters of the small picture in the terminal."""


@click.command(
    "show",
    cls=ReadingCommand,
    epilog=exit_codes(EVENT),
    short_help="Show a file: columns, span, periods and health; or a monitor.",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--sample", type=click.IntRange(min=1), default=5, show_default=True, help="Number of series, chosen at random."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Random seed of the choice.")
@click.option("--plot", type=click.Path(), metavar="FILE.png", help="Draw them to a file (png, svg, pdf).")
@click.option("--explain", is_flag=True, help="Show instead what was decided while reading, why, and how to change it.")
@allow_failures
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], reading: dict[str, Any], **options: Any) -> None:
    r"""Show what is in PATH: columns, span, periods and health of a few series, and a small picture of each.

    Of a monitor: what it was learned from, how many alarms it promised, and how many it has raised since.

    \b
    Examples:
      offbeat show pump.csv
      offbeat show pump.csv --explain
      offbeat show logs/ --sample 5 --plot first-look.png
      offbeat show pump.monitor
    """
    from offbeat.cli._explain import explained
    from offbeat.cli._output import check_writable
    from offbeat.cli._progress import Progress

    check_writable(options)
    if len(paths) == 1 and ob.is_monitor(paths[0]):
        _monitor(paths[0])
        return
    with Progress("reading") as progress:
        data = ob.read(source(paths), progress=progress, **reading)
    panel = ob.Panel({data.name: data}) if isinstance(data, ob.Series) else data
    for note in panel.notes:
        if not all(note in series.notes for series in panel.values()):  # then it is shown with each
            click.echo(note)
    chosen = _sample(list(panel.values()), options["sample"], options["seed"])
    if options["explain"]:
        click.echo("\n".join(explained(chosen)))
    else:
        for series in chosen:
            _print(series, ob.data.clean.clean(series))
    if options["plot"]:
        ob.report.overview(chosen, options["plot"])
        click.echo(f"wrote {options['plot']}", err=True)
    finish(ctx, ob.errors.by_reason(panel.failures), options["allow_failures"])


def _monitor(path: str) -> None:
    from offbeat.cli._monitor import tell

    found = ob.load(path)
    if not isinstance(found, ob.Monitor):
        raise click.UsageError(f"{path} holds a detector, and no monitor; offbeat learn makes one")
    tell(found)


def _sample(every: list[Any], most: int, seed: int) -> list[Any]:
    """Return some of the series, in their order; say so where it is not all of them."""
    import numpy as np

    picked = sorted(np.random.default_rng(seed).choice(len(every), min(most, len(every)), replace=False).tolist())
    if len(every) > len(picked):
        click.echo(f"{len(picked)} of {len(every)} series, chosen with seed {seed}")
    return [every[i] for i in picked]


def _print(series: Any, cleaned: Any) -> None:
    import numpy as np

    duration, moment, number = ob.report.duration, ob.report.moment, ob.report.number
    click.secho(f"\n{series.name}", bold=True)
    step = cleaned.series.step
    every = "" if step is None else f", every {duration(step)}" if series.is_dated else ""
    ends = f", {moment(series.label(0), step)} to {moment(series.label(len(series) - 1), step)}" if len(series) else ""
    click.echo(f"{len(series):,} points{ends}{every}")
    for note in series.notes:
        click.echo(note)
    found = [str(p.length) for p in ob.preprocess.period.periods(cleaned.series.values)]
    click.echo(f"periods: {', '.join(found)} points" if found else "no period")
    width = max(len(name) for name in series.channels)
    for name, column in zip(series.channels, series.values.T, strict=True):
        low, middle, high = _quantiles(column)
        about = f"{number(low)} to {number(high)}, median {number(middle)}" if np.isfinite(low) else "no values"
        click.echo(f"{name:<{width}}  {_spark(column)}  {about}")
    for finding in cleaned.findings:
        click.secho(f"data: {finding.text}", fg="yellow")


def _quantiles(column: Any) -> tuple[float, float, float]:
    import numpy as np

    known = column[np.isfinite(column)]
    if not len(known):
        return (float("nan"),) * 3
    return float(known.min()), float(np.median(known)), float(known.max())


def _spark(column: Any) -> str:
    """Draw a channel in one line: the value furthest from the median in each part of it."""
    import numpy as np

    low, middle, high = _quantiles(column)
    cells = []
    for part in np.array_split(column, min(WIDTH, len(column)) or 1):
        known = part[np.isfinite(part)]
        if not len(known):
            cells.append(" ")
            continue
        far = float(known[np.argmax(np.abs(known - middle))])
        cells.append(BARS[min(int((far - low) / (high - low) * len(BARS)), len(BARS) - 1)] if high > low else BARS[0])
    return "".join(cells)
