"""The options that say what is learned, and the detector that they name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.core import ParameterSource

import offbeat as ob
from offbeat.cli._complete import one_of
from offbeat.cli._pairs import pairs

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--detector",
        "-d",
        default="auto",
        shell_complete=one_of("detectors"),
        show_default=True,
        help="One of `offbeat list`, such as knn or knn:window=64,k=1; or your own: mymodule:MyDetector.",
    ),
    click.option(
        "--set", "params", metavar="NAME=VALUE", multiple=True, help="A parameter of the detector, e.g. window=64."
    ),
    click.option(
        "--params",
        "params_file",
        type=click.Path(dir_okay=False),
        help="Take detector and parameters from `offbeat tune`.",
    ),
    click.option(
        "--alarms", metavar="BUDGET", help="False events accepted: 2/week, 1/10000 points, 2/series (the default)."
    ),
    click.option(
        "--threshold",
        metavar="NAME[:OPTION]",
        shell_complete=one_of("thresholds"),
        help="Instead of a budget: percentile:99, k_sigma, mad, pot, ...",
    ),
    click.option("--clean", metavar="NAME=VALUE", multiple=True, help="Cleaning: max_gap=12, method=seasonal, ..."),
    click.option("--seed", type=int, default=0, show_default=True, help="Random seed."),
)


def learning_options(command: Command) -> Command:
    """Add the options that say what is learned, and how the threshold is chosen, to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def chosen(ctx: click.Context, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the detector's name and its parameters: a parameter file's where there is one, with --set on top."""
    spec, file = ob.DetectorSpec.parse(options["detector"]), options["params_file"]
    asked = ctx.get_parameter_source("detector") is not ParameterSource.DEFAULT
    if file is not None:
        named, params = ob.load_params(file, spec.where)
        if asked and named != options["detector"]:
            raise click.UsageError(
                f"--params {file} is for {named}, and --detector says {options['detector']}; leave --detector out"
            )
        spec = ob.DetectorSpec.make(named, params)
    return spec.where, spec.held | spec.typed(pairs("--set", options["params"]))
