"""One-step forecasts by recursions that follow the series and their own errors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled


@compiled
def smoothed(
    values: NDArray[np.float64],
    level: float,
    slope: float,
    weights: NDArray[np.float64],
    gammas: NDArray[np.float64],
    lengths: NDArray[np.int64],
    seasons: NDArray[np.float64],
    expected: NDArray[np.float64],
) -> None:
    """Write to `expected[t]` what additive exponential smoothing expects of `values[t]`, from the values before it.

    Parameters
    ----------
    values
        Finite, shape (n,).
    level, slope
        Where the recursion begins.
    weights
        What the surprise counts for in level and slope, the slope's damping, and a drift that is added to the level at
        each step: (alpha, beta, phi, drift).
    gammas, lengths
        What the surprise counts for in each season, and the season's length, shape (seasons,).
    seasons
        The seasons' values one after the other, shape (sum of lengths,); each begins at the first point. Written to.
    expected
        Shape (n,), written to.

    Notes
    -----
    O(n seasons) time.
    """
    alpha, beta, phi, drift = weights[0], weights[1], weights[2], weights[3]
    count = len(lengths)
    first = np.zeros(count, np.int64)
    place = np.zeros(count, np.int64)
    for k in range(1, count):
        first[k] = first[k - 1] + lengths[k - 1]
    for t in range(len(values)):
        base = level + phi * slope + drift
        forecast = base
        for k in range(count):
            forecast += seasons[first[k] + place[k]]
        surprise = values[t] - forecast
        level = base + alpha * surprise
        slope = phi * slope + beta * surprise
        for k in range(count):
            seasons[first[k] + place[k]] += gammas[k] * surprise
            place[k] = place[k] + 1 if place[k] + 1 < lengths[k] else 0
        expected[t] = forecast


@compiled
def regressed(
    values: NDArray[np.float64],
    constant: float,
    ar: NDArray[np.float64],
    ar_lags: NDArray[np.int64],
    ma: NDArray[np.float64],
    ma_lags: NDArray[np.int64],
    surprises: NDArray[np.float64],
    expected: NDArray[np.float64],
) -> None:
    """Write to `expected[t]` an ARMA model's forecast from the values and errors before.

    Parameters
    ----------
    values
        Finite, shape (n,).
    constant
        What is added at each step.
    ar, ar_lags, ma, ma_lags
        Coefficients of past values and of past surprises, and how far back each lies, in points.
    surprises
        Zeros, shape (n,), written to.
    expected
        Shape (n,), written to from the first point that has all its past values.

    Notes
    -----
    O(n (ar + ma)) time.
    """
    start = 0
    for lag in ar_lags:
        start = max(start, lag)
    for t in range(start, len(values)):
        forecast = constant
        for k in range(len(ar)):
            forecast += ar[k] * values[t - ar_lags[k]]
        for k in range(len(ma)):
            if ma_lags[k] <= t:
                forecast += ma[k] * surprises[t - ma_lags[k]]
        surprises[t] = values[t] - forecast
        expected[t] = forecast
