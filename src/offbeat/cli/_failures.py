"""What could not be judged: what is said of it, and the exit code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import click

import offbeat as ob

EVENT, SOME_FAILED = 3, 4

_CODES = {
    0: "done",
    2: "bad input, or nothing could be scored; a sentence says why",
    EVENT: "an event stands out, or there is any, as --fail-on says; it goes before 4",
    SOME_FAILED: "some series or trials failed, all else is done; 0 with --allow-failures",
    130: "stopped with Ctrl-C",
}


def exit_codes(*left_out: int) -> str:
    """Return what exit codes mean, for the end of a command's help."""
    return "\n".join(
        ["\b", "Exit codes:", *(f"  {code:<4} {what}" for code, what in _CODES.items() if code not in left_out)]
    )


allow_failures = click.option(
    "--allow-failures", is_flag=True, help="Exit with 0, not 4, where some series or trials failed."
)


class NothingRan(click.ClickException):
    """Every series or trial failed: exit code 2."""

    exit_code = 2


def refuse_if_nothing_ran(runs: Sequence[Any]) -> None:
    """Raise an error where every trial failed: each reason once, with how many trials it ended."""
    if runs and all(run.failed for run in runs):
        lines = [f"{_count(same)} failed: {same[0]['error']}" for same in _by_reason(runs)]
        raise NothingRan("\n".join(lines))


def refuse_if_nothing_scored(result: ob.Detection | ob.Detections) -> None:
    """Raise an error where no row of any series could be scored, with each reason once."""
    if not result.is_scored:
        raise NothingRan("\n".join(ob.errors.by_reason(result.failures)))


def finish(ctx: click.Context, reasons: Sequence[str], allowed: bool) -> None:
    """Print why some failed, last of all, and end with the exit code for it."""
    for reason in reasons:
        click.secho(reason, fg="red", err=True)
    if reasons and not allowed:
        ctx.exit(SOME_FAILED)


def failures(runs: Sequence[Any]) -> list[str]:
    """Return a sentence for each detector and reason."""
    return [f"{same[0]['detector']} failed {_where(same)}: {same[0]['error']}" for same in _by_reason(runs, "detector")]


def _where(same: Sequence[dict[str, Any]]) -> str:
    return f"on {same[0]['series']}" if len(same) == 1 else f"in {_count(same)}"


def _count(same: Sequence[dict[str, Any]]) -> str:
    return f"{len(same)} trial{'s' if len(same) > 1 else ''}"


def _by_reason(runs: Sequence[Any], *columns: str) -> list[list[dict[str, Any]]]:
    """Return the rows of failed runs, together those with the same columns and, but for numbers, the same reason."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for run in runs:
        if run.failed:
            key = (*(run.row[name] for name in columns), re.sub(r"\d+", "0", run.row["error"]))
            found.setdefault(key, []).append(run.row)
    return list(found.values())
