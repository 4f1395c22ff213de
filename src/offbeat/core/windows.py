"""Sliding windows as views, and the way back from windows to points; runs of points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError
from offbeat.core.series import Floats


def sliding(x: Floats, width: int, stride: int = 1) -> Floats:
    """Return all windows of `width` rows as a read-only view: no value is copied.

    Parameters
    ----------
    x
        Shape (n,) or (n, channels).
    width, stride
        In points.

    Returns
    -------
    Shape (windows, width) or (windows, width, channels), where windows is (n - width) // stride + 1.

    Raises
    ------
    InputError
        Where `x` has fewer than `width` rows.

    Examples
    --------
    >>> sliding(np.arange(5.0), 3)
    array([[0., 1., 2.],
           [1., 2., 3.],
           [2., 3., 4.]])
    """
    if len(x) < width:
        raise InputError(f"a window of {width} points does not fit into {len(x)} points; use a smaller window")
    view = np.lib.stride_tricks.sliding_window_view(x, width, axis=0)
    return (view if x.ndim == 1 else view.transpose(0, 2, 1))[::stride]


def spread(scores: Floats, width: int) -> Floats:
    """Turn one score a window into one score a point: the mean over all windows that cover the point.

    Parameters
    ----------
    scores
        Shape (windows,) or (windows, channels); window i covers the points i to i + width - 1. NaN: not scored.
    width
        In points.

    Returns
    -------
    Shape (windows + width - 1,) or (..., channels); NaN where no judged window covers the point. O(n) time.

    Examples
    --------
    >>> spread(np.array([0.0, 3.0, 0.0]), 2)
    array([0. , 1.5, 1.5, 0. ])
    """
    if width == 1:
        return scores.copy()
    columns = scores.T  # one channel after the other in memory
    judged = np.isfinite(columns)
    if judged.all():
        starts, windows = np.arange(len(scores) + width - 1), len(scores)
        count = np.minimum(starts, windows - 1) - np.maximum(starts - width + 1, 0) + 1.0
        return np.asarray((_moving_sum(columns, width) / count).T)
    count, total = _moving_sum(judged.astype(np.float64), width), _moving_sum(np.where(judged, columns, 0.0), width)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(count > 0.5, total / count, np.nan).T)


def _moving_sum(x: Floats, width: int) -> Floats:
    """Sum up to `width` consecutive numbers of each row, as far as they reach over its ends.

    By prefix sums a block: the error does not grow with the length of a row.
    """
    n = x.shape[-1] + width - 1
    blocks = -(-(n + width - 1) // width)
    padded = np.zeros((*x.shape[:-1], blocks * width))
    padded[..., width - 1 : n] = x
    folded = padded.reshape(*x.shape[:-1], blocks, width)
    ahead = folded.cumsum(axis=-1).reshape(padded.shape)
    np.cumsum(folded[..., ::-1], axis=-1, out=folded[..., ::-1])
    # a sum that starts inside one block is the rest of that block and the beginning of the next
    sums: Floats = padded[..., :n] + ahead[..., width - 1 : n + width - 1]
    sums[..., ::width] = ahead[..., width - 1 : n + width - 1 : width]
    return sums


def evenly_spaced(count: int, most: int) -> NDArray[np.int64]:
    """Return the indices of at most `most` of `count` rows, evenly spaced, the first and the last among them.

    Examples
    --------
    >>> evenly_spaced(100, 4).tolist(), evenly_spaced(3, 4).tolist()
    ([0, 33, 66, 99], [0, 1, 2])
    """
    return np.unique(np.linspace(0, count - 1, min(most, count)).astype(np.int64))


def true_runs(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the runs of True as rows (first, last + 1).

    Examples
    --------
    >>> true_runs(np.array([False, True, True, False, True])).tolist()
    [[1, 3], [4, 5]]
    """
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return edges.reshape(-1, 2).astype(np.int64)


def fill(x: Floats) -> Floats:
    """Return a copy of `x`, shape (n, channels), in which each channel's NaN are interpolated; all NaN becomes 0.

    Straight lines between the neighbours, the nearest value at the ends.
    """
    filled = x.copy()
    rows = np.arange(len(x))
    for channel in filled.T:
        holes = np.isnan(channel)
        if holes.all():
            channel[:] = 0.0
        elif holes.any():
            channel[holes] = np.interp(rows[holes], rows[~holes], channel[~holes])
    return filled
