"""What a report can be written as: one file an ending, with `write(views, path)`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from offbeat.core.output import check
from offbeat.core.registry import entries
from offbeat.report.view import View


def endings() -> tuple[str, ...]:
    """Return the endings of file names that a report can be written to.

    Examples
    --------
    >>> endings()
    ('.html', '.pdf', '.png', '.svg')
    """
    return tuple(f".{name}" for name in entries("report/kinds"))  # decision 4


def write(views: Sequence[View], path: str | Path) -> None:
    """Write a report as the ending of its name says.

    Raises
    ------
    OutputError
        For another ending, and where the file can't be written; then nothing is left of it.
    """
    check(path, endings())
    kind = entries("report/kinds")[Path(path).suffix.lower()[1:]]
    import_module(kind.module).write(views, path)
