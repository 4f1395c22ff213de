"""Run kernels in threads, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_slices(work: Callable[[int, int], None], n: int, size: int, threads: int | None = None) -> None:
    """Call `work(first, last)` for consecutive slices of 0..n, several at a time.

    Parameters
    ----------
    work
        Writes its slice of the result where no other slice writes. It should spend its time in a kernel.
    n, size
        How much there is to do, and how much of it is one slice. The slices don't depend on the number of
        threads, so neither do the bits of the result.
    threads
        None takes one a core.

    Examples
    --------
    >>> done = []
    >>> in_slices(lambda first, last: done.append((first, last)), 5, 2, threads=1)
    >>> done
    [(0, 2), (2, 4), (4, 5)]
    """
    firsts = range(0, n, size)
    workers = min(threads or cores(), len(firsts))
    if workers <= 1:
        for first in firsts:
            work(first, min(first + size, n))
        return
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(lambda first: work(first, min(first + size, n)), firsts):
            pass  # taking the results raises what a slice has raised


def for_each(work: Callable[[str, T], R], items: Mapping[str, T]) -> dict[str, R]:
    """Return `work(name, item)` of every item, by name, several at a time.

    Examples
    --------
    >>> for_each(lambda name, item: name * item, {"a": 1, "b": 2})
    {'a': 'a', 'b': 'bb'}
    """
    with ThreadPoolExecutor(cores()) as pool:
        return dict(zip(items, pool.map(work, items.keys(), items.values()), strict=True))
