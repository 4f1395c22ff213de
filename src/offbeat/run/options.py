"""The options of every function that works through several series or runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict


class RunOptions(TypedDict, total=False):
    """How much runs at once, and what reports the progress.

    Parameters
    ----------
    workers
        The number of processes. None: one a core where that pays.
    progress
        Called with the share that is done, 0 to 1, now and then.
    """

    workers: int | None
    progress: Callable[[float], None] | None
