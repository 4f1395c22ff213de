"""Run tasks with a time limit, in processes that may die."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_context
from typing import Any, Generic, TypeVar

from offbeat.core.errors import OffbeatError

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Lost:
    """A task whose process was stopped or died, and the reason."""

    reason: str
    too_long: bool


@dataclass(frozen=True)
class _Raised:
    error: Exception


def bounded(
    task: Callable[[Item], Result], items: Sequence[Item], workers: int = 1, limit: float | None = None
) -> Iterator[tuple[Item, Result | Lost]]:
    """Yield each item with its result as soon as it is there, or `Lost`.

    Every task runs in a process other than this one. A process that takes longer than the limit is stopped, one that
    dies is replaced, and the others go on. Closing the generator stops them all. With several workers each has its
    own share of the cores, where the system can say so, so that what one takes does not depend on the others.

    Parameters
    ----------
    task
        An importable function of one item; both must be picklable, and so must what it returns.
    items
        What it is called with, in this order.
    workers
        The number of processes.
    limit
        Seconds for one item; None sets none.

    Raises
    ------
    Exception
        What the task raises.
    OffbeatError
        Where processes can't be started, as from a script without a guarded main part.

    Examples
    --------
    >>> sorted(result for item, result in bounded(abs, [-1, 2, -3], workers=2))
    [1, 2, 3]
    """
    waiting = deque(items)
    crew: list[_Worker[Item, Result]] = []
    try:
        crew.extend(_Worker(task, cpus) for cpus in _shares(min(workers, len(waiting))))
        while waiting or any(worker.busy for worker in crew):
            for worker in crew:
                if worker.ready and waiting:
                    worker.give(waiting.popleft())
            _wait(crew, limit)
            for worker in crew:
                yield from worker.outcomes(limit)
    finally:
        for worker in crew:
            worker.stop()


class _Worker(Generic[Item, Result]):
    """One process and its current item."""

    def __init__(self, task: Callable[[Item], Result], cpus: set[int] | None) -> None:
        self._task, self._cpus = task, cpus
        self._start()

    def _start(self) -> None:
        # new processes, not forked ones: threads of compiled kernels do not survive a fork
        context = get_context("spawn")
        self.pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, self._task, self._cpus), daemon=True)
        self._process.start()
        other.close()
        self._is_up = False
        self._item: list[Item] = []
        self.since = 0.0

    @property
    def busy(self) -> bool:
        """Whether an item is in work."""
        return bool(self._item)

    @property
    def ready(self) -> bool:
        """Whether the process can take an item."""
        return self._is_up and not self._item

    def give(self, item: Item) -> None:
        """Start an item."""
        self._item, self.since = [item], time.monotonic()
        self.pipe.send(item)

    def outcomes(self, limit: float | None) -> Iterator[tuple[Item, Result | Lost]]:
        """Yield the outcome of its item, where there is one by now."""
        if self.pipe.poll():
            yield from self._received()
        elif limit is not None and self.busy and time.monotonic() - self.since >= limit:
            yield self._renewed(Lost(f"took longer than {limit:g} seconds", too_long=True))

    def _received(self) -> Iterator[tuple[Item, Result | Lost]]:
        try:
            message = self.pipe.recv()
        except (EOFError, OSError):
            yield self._renewed(Lost(self._last_words(), too_long=False))
            return
        if not self._is_up:
            self._is_up = True
            return
        if isinstance(message, _Raised):
            raise message.error
        yield self._item.pop(), message

    def _renewed(self, lost: Lost) -> tuple[Item, Lost]:
        """Replace this process by a new one; return the item it worked on."""
        if not self._is_up:
            raise OffbeatError(
                "a process for the work could not start; in a script, call this below `if __name__ == '__main__':`"
            )
        item = self._item.pop()
        self.stop()
        self._start()
        return item, lost

    def _last_words(self) -> str:
        self._process.join(5)
        code = self._process.exitcode
        return f"its process died ({signal.Signals(-code).name if code and code < 0 else f'exit code {code}'})"

    def stop(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self.pipe.close()


def _wait(crew: Sequence[_Worker[Any, Any]], limit: float | None) -> None:
    """Wait until a process answers or one has reached the limit."""
    begun = [worker.since for worker in crew if worker.busy]
    patience = None if limit is None or not begun else max(0.0, min(begun) + limit - time.monotonic())
    connection.wait([worker.pipe for worker in crew], patience)


def _shares(workers: int) -> list[set[int] | None]:
    """Return the cores of each worker; None where the system can't say."""
    cpus = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if workers < 2 or len(cpus) < workers:
        return [None] * workers
    return [set(cpus[place::workers]) for place in range(workers)]


def _serve(pipe: Any, task: Callable[[Any], Any], cpus: set[int] | None) -> None:
    """Run in the process: take items until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the one who gives the items
    if cpus is not None:
        os.sched_setaffinity(0, cpus)
    pipe.send(None)
    while True:
        try:
            item = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            result = task(item)
        except Exception as error:  # raised again where the items come from
            result = _Raised(error)
        pipe.send(result)
