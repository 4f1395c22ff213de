"""A progress bar on stderr for what takes longer than a second.

Nothing where stderr is no terminal.
"""

from __future__ import annotations

import sys
from threading import Timer
from types import TracebackType
from typing import Self

PATIENCE = 1.0
"""Seconds before a bar is drawn."""


class Progress:
    """Context manager; call it with the share that is done, between 0 and 1."""

    def __init__(self, what: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task(what, total=None)
        self._timer = Timer(PATIENCE, self._bar.start)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._timer.join()
        self._bar.stop()

    def __call__(self, done: float) -> None:
        self._bar.update(self._task, total=1.0, completed=done)
