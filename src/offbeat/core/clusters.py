"""Group alarms into events: how many points must lie between two."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats
from offbeat.core.windows import true_runs


def min_gap(scores: Floats, above: float) -> int:
    """Return the number of points between two alarms that makes them two events.

    Parameters
    ----------
    scores
        Shape (n,), finite.
    above
        The score from which a point counts.

    Returns
    -------
    The distance that splits the points above `above` into as many clusters as the extremal index tells; at most a
    twentieth of the points. O(n) time.
    """
    at = np.flatnonzero(scores > above)
    gaps = np.diff(at)
    if len(gaps) < 2:
        return 1
    wide = gaps.max() > 2
    top = (gaps - 1).sum() if wide else gaps.sum()
    bottom = ((gaps - 1.0) * (gaps - 2.0)).sum() if wide else (gaps.astype(np.float64) ** 2).sum()
    index = min(1.0, 2.0 * float(top) ** 2 / (len(gaps) * float(bottom))) if bottom > 0 else 1.0
    clusters = min(max(int(index * len(at)), 1), len(gaps))
    longest = int(np.sort(gaps)[-clusters])
    return int(min(max(longest, 1), max(len(scores) // 20, 1)))


def clusters(
    mask: np.ndarray[tuple[int], np.dtype[np.bool_]], min_gap: int | NDArray[np.int64]
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return the runs of True, joined where fewer than `min_gap` points separate them.

    Rows (first, last + 1).

    An array has one number for each space between two runs.
    """
    found = true_runs(mask)
    if len(found) < 2:
        return found
    split = np.flatnonzero(found[1:, 0] - found[:-1, 1] + 1 > min_gap)
    firsts = found[np.concatenate(([0], split + 1)), 0]
    lasts = found[np.concatenate((split, [len(found) - 1])), 1]
    return np.column_stack((firsts, lasts))
