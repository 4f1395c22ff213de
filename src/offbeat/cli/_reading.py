"""The options that say how a file is read, shared by the commands that read one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from offbeat.cli._complete import column

Command = TypeVar("Command", bound=Callable[..., Any])

COLUMNS = ("time", "values", "id_column", "label", "day_first")
"""The options by the names that a command gets them under."""

_OPTIONS = (
    click.option(
        "--time", metavar="COLUMN", shell_complete=column, help="The time column; guessed where it is not given."
    ),
    click.option(
        "--value",
        "values",
        metavar="COLUMN",
        multiple=True,
        shell_complete=column,
        help="A value column; can be given several times.",
    ),
    click.option(
        "--id", "id_column", metavar="COLUMN", shell_complete=column, help="The column with the id of the series."
    ),
    click.option(
        "--label", metavar="COLUMN", shell_complete=column, help="The column that marks known anomalies with 1."
    ),
    click.option("--day-first", is_flag=True, help="Read 03/04/2013 as 3 April."),
)


def reading_options(command: Command) -> Command:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def reading(
    time: str | None, values: tuple[str, ...], id_column: str | None, label: str | None, day_first: bool
) -> dict[str, Any]:
    """Return the options as keyword arguments of `offbeat.read`."""
    given = {
        "time": time,
        "values": list(values) or None,
        "id": id_column,
        "label": label,
        "day_first": day_first or None,
    }
    return {name: value for name, value in given.items() if value is not None}


def reading_of(options: dict[str, Any]) -> dict[str, Any]:
    """Return the same from all options of a command."""
    return reading(**{name: options[name] for name in COLUMNS})


def source(paths: tuple[str, ...]) -> str | list[str]:
    """Return one path as it is, several as a list."""
    return paths[0] if len(paths) == 1 else list(paths)
