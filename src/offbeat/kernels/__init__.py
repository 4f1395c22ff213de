"""Compiled loops: arrays in, arrays out; no classes, no options.

Each has a readable twin in `tests/naive`.
"""

from __future__ import annotations

import sys

__all__ = ["compiled_now"]


def compiled_now() -> bool:
    """Whether this process compiled a kernel instead of loading it; imports nothing."""
    compiler = sys.modules.get("offbeat.kernels._compile")
    counts = [getattr(made, "stats", None) for made in compiler.MADE] if compiler is not None else []
    return any(count is not None and count.cache_misses for count in counts)
