"""Fewer points that draw the same line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats

Rows = NDArray[np.int64]


def columns(x: Floats, count: int) -> Rows:
    """Return the first row of each column that has any, after cutting the range of `x` into `count` equal columns.

    Parameters
    ----------
    x
        Shape (n,), ascending.
    count
        How many columns, e.g. pixels.

    Examples
    --------
    >>> columns(np.array([0.0, 1.0, 2.0, 9.0]), 3).tolist()
    [0, 3]
    """
    if not len(x):
        return np.zeros(0, dtype=np.int64)
    return np.unique(np.searchsorted(x, np.linspace(x[0], x[-1], count + 1)[:-1]))


def thin(values: Floats, starts: Rows) -> Rows:
    """Return the rows that draw the same line: of each stretch the first, last, least and greatest, and a missing one.

    No spike disappears and no gap is bridged. O(n) time.

    Parameters
    ----------
    values
        Shape (n,), or (n, lines) for lines that must share their rows.
    starts
        The first row of each stretch, ascending from 0, as `columns` gives them.

    Returns
    -------
    Row numbers, ascending, at most 2 + 3 * lines a stretch.

    Examples
    --------
    >>> line = np.zeros(1000)
    >>> line[617] = 5.0
    >>> thin(line, np.array([0, 500])).tolist()
    [0, 499, 500, 617, 999]
    """
    n = len(values)
    keep = np.zeros(n, dtype=bool)
    if not n:
        return np.flatnonzero(keep)
    ends = np.append(starts[1:], n)
    keep[starts] = keep[ends - 1] = True
    for line in values.reshape(n, -1).T:
        for extreme in (np.fmin, np.fmax):
            hits = line == np.repeat(extreme.reduceat(line, starts), ends - starts)
            keep[_first_in_each(hits, starts)] = True
        keep[_first_in_each(np.isnan(line), starts)] = True
    return np.flatnonzero(keep)


def _first_in_each(mask: NDArray[np.bool_], starts: Rows) -> Rows:
    rows = np.flatnonzero(mask)
    stretch = np.searchsorted(starts, rows, side="right")
    return rows[np.diff(stretch, prepend=0) > 0]
