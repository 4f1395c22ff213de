"""Remove the slow part of a series: a line, a moving median, or differences."""

from __future__ import annotations

import numpy as np

from offbeat.core.errors import ParameterError
from offbeat.core.series import Floats


def linear(x: Floats) -> Floats:
    """Return the distances from each channel's least-squares line.

    Parameters
    ----------
    x
        Shape (n,) or (n, channels). NaN are passed over, and stay NaN.

    Returns
    -------
    The same shape. O(n) time.

    Examples
    --------
    >>> linear(np.array([1.0, 3.0, np.nan, 7.0])).round(6) + 0.0
    array([ 0.,  0., nan,  0.])
    """
    known = np.isfinite(x)
    count = np.maximum(known.sum(axis=0), 1)
    t = np.broadcast_to(np.arange(len(x), dtype=np.float64).reshape(-1, *[1] * (x.ndim - 1)), x.shape)
    t = t - np.where(known, t, 0.0).sum(axis=0) / count
    centred = x - np.where(known, x, 0.0).sum(axis=0) / count
    spread = np.where(known, t * t, 0.0).sum(axis=0)
    slope = np.where(known, t * centred, 0.0).sum(axis=0) / np.where(spread > 0, spread, 1.0)
    rest: Floats = centred - t * slope
    return rest


def moving_median(x: Floats, window: int) -> Floats:
    """Return the distances from the moving median of `window` points.

    At the ends, of the points that there are.

    Unlike a moving mean it keeps steps, and an outlier leaves no trace in its neighbours.

    Parameters
    ----------
    x
        Shape (n,) or (n, channels). NaN are passed over, and stay NaN.
    window
        In points, at least 1; what is much shorter than it stays, what is much longer goes.

    Returns
    -------
    The same shape. O(n log window) time.

    Raises
    ------
    ParameterError
        For a window below 1.

    Examples
    --------
    >>> moving_median(np.array([1.0, 1.0, 9.0, 1.0, 5.0, 5.0, 5.0]), 3)
    array([ 0.,  0.,  8., -4.,  0.,  0.,  0.])
    """
    import pandas as pd

    if window < 1:
        raise ParameterError(f"window={window} is not allowed; window is at least 1 point")
    slow = pd.DataFrame(x).rolling(window, center=True, min_periods=1).median().to_numpy()
    rest: Floats = x - slow.reshape(x.shape)
    return rest


def difference(x: Floats, lag: int = 1) -> Floats:
    """Return the change since `lag` points before; a period as lag removes the season.

    Parameters
    ----------
    x
        Shape (n,) or (n, channels).
    lag
        In points, at least 1.

    Returns
    -------
    The same shape; the first `lag` rows are NaN, as there is nothing to compare them with. O(n) time.

    Raises
    ------
    ParameterError
        For a lag below 1.

    Examples
    --------
    >>> difference(np.array([1.0, 2.0, 4.0]))
    array([nan,  1.,  2.])
    """
    if lag < 1:
        raise ParameterError(f"lag={lag} is not allowed; lag is at least 1 point")
    change = np.full(x.shape, np.nan)
    change[lag:] = x[lag:] - x[:-lag]
    return change
