"""Measure time and peak memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")
_NOW = re.compile(r"VmRSS:\s+(\d+) kB")
_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")


@dataclass
class Cost:
    """Elapsed seconds and peak memory in bytes; NaN where the system does not say."""

    seconds: float = float("nan")
    memory: float = float("nan")


@contextmanager
def costing() -> Iterator[Cost]:
    """Measure the body; the figures are there when it is left, also by an error.

    Time is that of the wall, so what else runs counts. Memory is the peak of the whole process above what it held at
    the start, compiled code and other libraries included; memory that was freed before and is used again counts as
    nothing, so small figures mean "little". Only Linux tells; reading it costs about a tenth of a millisecond.

    Examples
    --------
    >>> with costing() as cost:
    ...     block = bytes(64_000_000)
    >>> cost.seconds > 0
    True
    """
    cost = Cost()
    before = _start()
    begin = perf_counter()
    try:
        yield cost
    finally:
        cost.seconds = perf_counter() - begin
        cost.memory = _read(_PEAK) - before


def _start() -> float:
    """Set the peak back to what is held now, and return that in bytes."""
    try:
        _RESET.write_text("5")
    except OSError:
        return float("nan")
    return _read(_NOW)


def _read(pattern: re.Pattern[str]) -> float:
    try:
        found = pattern.search(_STATUS.read_text())
    except OSError:
        found = None
    return float("nan") if found is None else float(found[1]) * 1024
