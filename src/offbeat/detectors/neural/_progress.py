"""The progress of a training, reported to a callback after every epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """The state of a training after an epoch.

    Parameters
    ----------
    epoch, epochs
        How many are done, and how many there will be if nothing stops it.
    training, validation
        The mean loss of the epoch; validation is NaN where nothing was kept apart.
    seconds_left
        An estimate from the epochs so far.
    """

    epoch: int
    epochs: int
    training: float
    validation: float
    seconds_left: float


_watcher: ContextVar[Callable[[Progress], None] | None] = ContextVar("watcher", default=None)


@contextmanager
def watching(callback: Callable[[Progress], None]) -> Iterator[None]:
    """Have `callback` called after every epoch of every training inside the block.

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> done = []
    >>> with watching(lambda progress: done.append(progress.epoch)):
    ...     _ = detector("dense_autoencoder", epochs=2, window=8).fit(np.sin(np.arange(100)))
    >>> done
    [1, 2]
    """
    token = _watcher.set(callback)
    try:
        yield
    finally:
        _watcher.reset(token)


def report(progress: Progress) -> None:
    """Call the watcher, if there is one."""
    watcher = _watcher.get()
    if watcher is not None:
        watcher(progress)
