"""Limit linear algebra to one thread; kernels run in threads of their own."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from typing import Any, cast

LIBRARIES = ("scipy.linalg", "sklearn", "torch")
"""Those that bring a thread pool of their own beside NumPy's, once they are imported."""

_POOLS: dict[tuple[str, ...], Any] = {}
"""The thread pools that were found, by the libraries that were there; another one may have brought another pool."""


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which BLAS, LAPACK and OpenMP use one thread.

    For matrices of the size of a window a second thread waits more than it works, and almost without end where other
    programs want the cores too; and sums come out the same whatever the number of cores.

    Examples
    --------
    >>> with one_thread():
    ...     pass
    """
    loaded = tuple(name for name in LIBRARIES if name in sys.modules)
    if loaded not in _POOLS:
        from threadpoolctl import ThreadpoolController

        _POOLS[loaded] = ThreadpoolController()
    return cast("AbstractContextManager[object]", _POOLS[loaded].limit(limits=1))
