"""Compiled loops: arrays in, arrays out; no classes, no options. Each has a readable twin in `tests/naive`."""

from __future__ import annotations

import sys


def compiled_now() -> bool:
    """Whether this process had to compile a kernel, rather than find it on disk; imports nothing."""
    compiler = sys.modules.get("offbeat.kernels._compile")
    return compiler is not None and any(made.stats.cache_misses for made in compiler.MADE)
