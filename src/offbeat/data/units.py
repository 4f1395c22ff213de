"""Changed units: a stretch that is a thousand times what it was, or in Fahrenheit."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats

SIDE = 8
"""Points on each side of a jump that are compared; a shorter stretch is a spike, not a unit."""
CLOSE = 0.05
"""How far from the exact factor the ratio of both sides may be."""
MOST_JUMPS = 6
_FACTORS = (1e6, 1000.0, 100.0)


def unit_runs(x: Floats, name: str) -> list[tuple[int, int, str]]:
    """Return the stretches in another unit as (first, last + 1, words).

    A jump counts where both sides are steady and positive and their ratio is 100, 1000 or a million; for a channel
    that is named for temperature also where one side is the other in Fahrenheit. A channel that jumps often is none.

    Examples
    --------
    >>> x = 20 + np.sin(np.arange(60.0))
    >>> x[40:] *= 1000
    >>> unit_runs(x, "flow")
    [(40, 60, '1000 times what it was')]
    """
    rows = np.flatnonzero(x > 0)
    if len(rows) < 4 * SIDE or len(rows) < 0.9 * int((~np.isnan(x)).sum()):
        return []
    logs = np.log10(x[rows])
    change = np.abs(np.diff(logs))
    jumps = np.flatnonzero(change > math.log10(min(_FACTORS) * 0.5))
    found = [(i + 1, words) for i in _few(jumps) if (words := _factor(logs, i + 1))]
    if "temp" in name.lower() and not found:
        found = _fahrenheit(x[rows])
    # the first jump begins a stretch, the second ends it
    ends = [first for first, _ in found[1::2]] + [len(rows)]
    return [(int(rows[a]), int(rows[b - 1]) + 1, words) for (a, words), b in zip(found[::2], ends, strict=False)]


def _few(jumps: NDArray[np.int64]) -> list[int]:
    return [int(i) for i in jumps] if len(jumps) <= MOST_JUMPS else []


def _factor(logs: Floats, at: int) -> str:
    before, after = logs[max(0, at - SIDE) : at], logs[at : at + SIDE]
    if len(before) < SIDE or len(after) < SIDE or max(np.ptp(before), np.ptp(after)) > 0.3:
        return ""
    ratio = float(np.median(after) - np.median(before))
    for factor in _FACTORS:
        if abs(abs(ratio) - math.log10(factor)) < math.log10(1 + CLOSE):
            return f"{factor:.0f} times what it was" if ratio > 0 else f"a {factor:.0f}th of what it was"
    return ""


def _fahrenheit(x: Floats) -> list[tuple[int, str]]:
    """Find where a steady temperature changes between Celsius and Fahrenheit."""
    jumps = np.abs(np.diff(x))
    usual = float(np.quantile(jumps, 0.99))
    found = []
    for i in _few(np.flatnonzero(jumps > max(10 * usual, 5.0))):
        before, after = x[max(0, i + 1 - SIDE) : i + 1], x[i + 1 : i + 1 + SIDE]
        if min(len(before), len(after)) < SIDE:
            continue
        old, new = float(np.median(before)), float(np.median(after))
        if abs(new - (1.8 * old + 32)) < CLOSE / 2 * new:
            found.append((i + 1, "as if in Fahrenheit and no longer in Celsius"))
        elif abs(old - (1.8 * new + 32)) < CLOSE / 2 * old:
            found.append((i + 1, "as if in Celsius and no longer in Fahrenheit"))
    return found
