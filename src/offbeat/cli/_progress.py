"""A progress bar on stderr for what takes longer than a second.

Nothing where stderr is no terminal.
"""

from __future__ import annotations

import sys
from threading import Timer
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

PATIENCE = 1.0
"""Seconds before a bar is drawn."""


class Progress:
    """Context manager; call it with the share that is done, between 0 and 1."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._done: float | None = None
        self._bar: Bar | None = None
        self._timer = Timer(PATIENCE, self._draw)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._timer.is_alive():
            self._timer.join()
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: float) -> None:
        self._done = done
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], total=1.0, completed=done)

    def _draw(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
        bar = Bar(*columns, console=Console(stderr=True), transient=True)
        bar.add_task(self._what, total=None)
        bar.start()
        self._bar = bar
        if self._done is not None:
            self(self._done)
