"""What is said of trials that failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from offbeat.core.errors import InputError
from offbeat.core.wording import counted


def refuse_if_nothing_ran(runs: Sequence[Any]) -> None:
    """Raise an error where every trial failed: each reason once, with how many trials it ended."""
    if runs and all(run.failed for run in runs):
        found = _alike(runs)
        raise InputError("\n".join(f"{counted(len(same), 'trial')} failed: {same[0]['error']}" for same in found))


def failures(runs: Sequence[Any]) -> list[str]:
    """Return a sentence for each detector and reason."""
    return [f"{same[0]['detector']} failed {_where(same)}: {same[0]['error']}" for same in _alike(runs, "detector")]


def _where(same: Sequence[dict[str, Any]]) -> str:
    return f"on {same[0]['series']}" if len(same) == 1 else f"in {len(same)} trials"


def _alike(runs: Sequence[Any], *columns: str) -> list[list[dict[str, Any]]]:
    """Return the rows of failed runs, together those whose columns are the same and whose reasons differ at most in numbers."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for run in runs:
        if run.failed:
            key = (*(run.row[name] for name in columns), re.sub(r"\d+", "0", run.row["error"]))
            found.setdefault(key, []).append(run.row)
    return list(found.values())
