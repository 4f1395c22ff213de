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
    judged = np.isfinite(scores)
    pad = [(width - 1, width - 1)] + [(0, 0)] * (scores.ndim - 1)
    if judged.all():
        count = _moving_sum(np.pad(np.ones(scores.shape), pad), width)
    else:
        count = _moving_sum(np.pad(judged.astype(np.float64), pad), width)
    total = _moving_sum(np.pad(np.where(judged, scores, 0.0), pad), width)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 0.5, total / count, np.nan)


def _moving_sum(x: Floats, width: int) -> Floats:
    """Sum `width` consecutive rows, by prefix sums a block: the error does not grow with the length of `x`."""
    n = len(x)
    blocks = -(-n // width)
    padded = np.zeros((blocks * width, *x.shape[1:]))
    padded[:n] = x
    folded = padded.reshape(blocks, width, *x.shape[1:])
    ahead = folded.cumsum(axis=1).reshape(padded.shape)
    behind = folded[:, ::-1].cumsum(axis=1)[:, ::-1].reshape(padded.shape)
    # a sum that starts inside one block is the rest of that block and the beginning of the next
    sums: Floats = behind[: n - width + 1] + ahead[width - 1 : n]
    sums[::width] = ahead[width - 1 : n : width]
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
