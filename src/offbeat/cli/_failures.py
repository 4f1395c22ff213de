"""What is said of trials that failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import click


class NothingRan(click.ClickException):
    """Every trial failed: exit code 2."""

    exit_code = 2


def refuse_if_nothing_ran(runs: Sequence[Any]) -> None:
    """Raise an error where every trial failed: each reason once, with how many trials it ended."""
    if runs and all(run.failed for run in runs):
        lines = [f"{_count(same)} failed: {same[0]['error']}" for same in _by_reason(runs)]
        raise NothingRan("\n".join(lines))


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
