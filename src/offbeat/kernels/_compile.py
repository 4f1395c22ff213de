"""The one way in which loops are compiled here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])

FAST = frozenset({"nnan", "nsz", "reassoc", "contract", "arcp"})
"""What the compiler may assume: no NaN, no matter which zero or which order of sums. Infinities stay as they are."""

MADE: list[Any] = []
"""All compiled functions of this process."""

TRIES = 16
"""Most calls of a kernel that is compiled but can't be kept: it fails once for itself and once for each part."""


def find_blas() -> None:
    """Load the one file in which numba looks for BLAS; by itself it imports all of `scipy.linalg`, a fifth of a second.

    Where the file can't be loaded alone, numba goes its own way.
    """
    import scipy

    name = "scipy.linalg.cython_blas"
    spec = PathFinder.find_spec(name, [f"{folder}/linalg" for folder in scipy.__path__])
    if name in sys.modules or spec is None or spec.loader is None:
        return
    try:
        sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    except ImportError:
        sys.modules.pop(name, None)


find_blas()


def compiled(function: F) -> F:
    """Compile `function` at its first call without the GIL, and cache it on disk.

    Nothing is compiled at import. Where neither the package's folder nor the user's cache folder can be written, or the
    disk is full, the function is compiled anew in each process.
    """
    made = part(function)

    @wraps(function)
    def call(*args: Any) -> Any:
        for _ in range(TRIES - 1):
            try:
                return made(*args)
            except OSError:  # it was compiled, and then could not be written down: the next call finds it in memory
                continue
        return made(*args)

    return cast("F", call)


def part(function: F) -> F:
    """Compile `function` likewise, to be called by compiled functions only."""
    try:
        made = numba.njit(cache=True, nogil=True, fastmath=set(FAST), error_model="numpy")(function)
    except RuntimeError:  # numba found no folder to keep it in
        made = numba.njit(nogil=True, fastmath=set(FAST), error_model="numpy")(function)
    MADE.append(made)
    return cast("F", made)
