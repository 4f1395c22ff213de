"""Monitors on the command line: load one, refuse what it has settled, and print what it is."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

import offbeat as ob

SETTLED = ("params", "params_file", "train", "alarms", "threshold", "clean", "seed")
"""Options of `detect` that a monitor has settled when it was learned."""


def load(ctx: click.Context, path: str, options: dict[str, Any]) -> ob.Monitor:
    """Return the monitor in a file; a class of the user's own is named by its import path.

    Raises
    ------
    click.UsageError
        For an option that the monitor has settled.
    """
    given = [name for name in SETTLED if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    spec = ob.DetectorSpec.parse(options["detector"])
    own = ":" in spec.where and not spec.given
    if ctx.get_parameter_source("detector") is ParameterSource.COMMANDLINE and not own:
        given.append("detector")
    if given:
        option = next(one.opts[0] for one in ctx.command.params if one.name == given[0])
        raise click.UsageError(
            f"--monitor {path} has settled {option}; leave it out, or learn again with offbeat learn"
        )
    found = ob.load(path, (spec.kind,) if own else ())
    if not isinstance(found, ob.Monitor):
        raise click.UsageError(
            f"{path} holds a detector and no monitor; make one with: offbeat learn FILE --out {path}"
        )
    return found


def keep(monitor: ob.Monitor, path: str) -> None:
    """Write down what the monitor has been given and has said, beside its file; say it where that fails."""
    try:
        monitor.save_state(path)
    except ob.OffbeatError as error:
        click.echo(f"Warning: the count of alarms was not kept: {error}", err=True)


def tell(monitor: ob.Monitor) -> None:
    """Print what a monitor was learned from, what it promises, and what it has said since."""
    click.secho(monitor.summary, bold=True)
    for line in monitor.facts:
        click.echo(line)
    for note in monitor.lesson.health:
        click.secho(f"data: {note}", fg="yellow")
    for note in monitor.cut.notes:
        click.secho(f"threshold: {note}", fg="yellow")
