"""One task over many items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(task: Callable[[Item], Result], items: Iterable[Item], workers: int = 1) -> Iterator[Result]:
    """Yield the result of `task` for each item, in order.

    Parameters
    ----------
    task
        A function of one item; with several workers it must be importable, and so must what it returns.
    items
        What it is called with.
    workers
        1 runs in this process; more start so many processes.

    Raises
    ------
    Exception
        What the task raises, at the item that raised it.

    Examples
    --------
    >>> list(each(abs, [-1, 2, -3]))
    [1, 2, 3]
    """
    if workers <= 1:
        yield from map(task, items)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # new processes, not forked ones: threads of compiled kernels do not survive a fork
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(task, item) for item in items]
        try:
            for future in waiting:
                yield future.result()
        finally:
            for future in waiting:
                future.cancel()
