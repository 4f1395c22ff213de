"""Which detector a command line names, and with which parameters."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

import offbeat as ob
from offbeat.cli._pairs import pairs


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
