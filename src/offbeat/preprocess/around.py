"""Moving mean, largest value and median over rows, as in `scipy.ndimage`, whose import costs a fifth of a second."""

from __future__ import annotations

from typing import Literal

import numpy as np

from offbeat.core.series import Floats

Edge = Literal["symmetric", "edge", "wrap"]
"""What stands before the first row and after the last: rows mirrored, the nearest row, rows of the other end."""


def mean_around(x: Floats, width: int, edge: Edge = "edge") -> Floats:
    """Return the mean of the `width` rows around each row, for `x` of shape (n, channels) or (n,).

    An even width reaches one row further back than forth. The bits are those of `scipy.ndimage.uniform_filter1d`: each
    sum is the one before it plus what enters less what leaves.

    Examples
    --------
    >>> mean_around(np.array([0.0, 3.0, 6.0, 0.0]), 3).tolist()
    [1.0, 3.0, 3.0, 2.0]
    """
    if width < 2 or not len(x):
        return x.copy()
    padded = _padded(x, width, edge)
    steps = np.empty_like(x)
    steps[0] = np.cumsum(padded[:width], axis=0)[-1] + 0.0  # one after the other from 0, where `sum` adds pairs
    np.subtract(padded[width:], padded[: len(x) - 1], out=steps[1:])
    mean: Floats = np.cumsum(steps, axis=0)
    mean /= width
    return mean


def largest_around(x: Floats, width: int) -> Floats:
    """Return the largest of the `width` rows around each row, with the nearest row beyond the ends.

    Examples
    --------
    >>> largest_around(np.array([0.0, 3.0, 6.0, 0.0]), 3).tolist()
    [3.0, 6.0, 6.0, 6.0]
    """
    if width < 2 or not len(x):
        return x.copy()
    largest, have = _padded(x, width, "edge"), 1
    while have < width:
        step = min(have, width - have)
        largest = np.maximum(largest[:-step], largest[step:])
        have += step
    return largest


def middle_around(x: Floats, width: int) -> Floats:
    """Return the median of the `width` rows, an odd number, around each row, with the nearest row beyond the ends.

    Examples
    --------
    >>> middle_around(np.array([0.0, 3.0, 6.0, 0.0]), 3).tolist()
    [0.0, 3.0, 3.0, 0.0]
    """
    windows = np.lib.stride_tricks.sliding_window_view(_padded(x, width, "edge"), width, axis=0)
    middle: Floats = np.partition(windows, width // 2, axis=-1)[..., width // 2]
    return middle


def _padded(x: Floats, width: int, edge: Edge) -> Floats:
    before = width // 2
    around = [(before, width - before - 1)] + [(0, 0)] * (x.ndim - 1)
    padded: Floats = np.pad(x, around, mode=edge)
    return padded
