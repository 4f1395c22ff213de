"""One thread for another library's fit of a small model."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import import_module
from typing import cast


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which BLAS and OpenMP use one thread.

    For small models a second thread waits more than it works, and almost without end where other programs want the
    cores too; and sums come out the same whatever the number of cores.
    """
    # scikit-learn's own means; it ships no types
    limits = import_module("threadpoolctl").threadpool_limits
    return cast("AbstractContextManager[object]", limits(1))
