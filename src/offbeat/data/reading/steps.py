"""How regular the steps between times are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def regularity(stamps: NDArray[Any]) -> float:
    """Return the share of steps that are the usual one, 0 to 1; equal times are passed over, months count as equal.

    Examples
    --------
    >>> hours = np.array(["2024-01-01T00", "2024-01-01T01", "2024-01-01T02", "2024-03-01T03"], dtype="datetime64[ns]")
    >>> regularity(hours)
    0.6666666666666666
    """
    known = stamps[~np.isnat(stamps)] if stamps.dtype.kind == "M" else stamps[np.isfinite(stamps)]
    known = known[np.flatnonzero(np.concatenate([[True], known[1:] != known[:-1]]))] if len(known) else known
    steps = np.diff(known)
    if not len(steps):
        return 0.0
    counts = np.unique(steps, return_counts=True)[1]
    share = float(counts.max() / len(steps))
    if stamps.dtype.kind == "M" and share < 0.9:
        months = known.astype("datetime64[M]")
        ahead = np.diff(months).astype(np.int64)
        within = known - months
        ends = (known + np.timedelta64(1, "D")).astype("datetime64[M]") > months
        at_an_end = (within < np.timedelta64(1, "D")) | ends
        same = (ahead == (np.median(ahead) if len(ahead) else 0)) & (at_an_end[1:] & at_an_end[:-1])
        share = max(share, float(same.mean()))
    return share


def irregular(stamps: NDArray[Any]) -> int:
    """Return the number of steps that are not the usual one, those against the usual direction twice."""
    steps = np.diff(stamps[~np.isnat(stamps)]).astype(np.int64)
    moving = steps[steps != 0]
    back = int((moving < 0).sum())
    return round((1 - regularity(stamps)) * len(moving)) + min(back, len(moving) - back)
