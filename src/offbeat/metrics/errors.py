"""Errors of a forecast or a reconstruction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from offbeat.core.errors import InputError, ParameterError
from offbeat.core.series import Floats
from offbeat.metrics.catalogue import measured

ErrorPolicy = Literal["raise", "drop"]


@measured(best=0.0, worst=np.inf)
def mse(actual: ArrayLike, expected: ArrayLike, nan: ErrorPolicy = "raise") -> float:
    """Return the mean squared error, mean((actual - expected)^2), in the data's unit squared.

    Range from 0, lower is better, O(n). What fools it: one outlier outweighs all else, and a model of the anomalies
    themselves has less error than a good one.

    Parameters
    ----------
    actual, expected
        Numbers of one shape, (n,) or (n, channels).
    nan
        "raise"; "drop" leaves out the values that are missing on either side.

    Raises
    ------
    InputError
        For other shapes, no values, or NaN under "raise".

    Examples
    --------
    >>> mse([1.0, 2.0, 3.0], [1.0, 2.0, 5.0])
    1.333...
    """
    y, yhat = _pair(actual, expected, nan)
    return float(np.mean((y - yhat) ** 2))


@measured(best=0.0, worst=np.inf)
def mae(actual: ArrayLike, expected: ArrayLike, nan: ErrorPolicy = "raise") -> float:
    """Return the mean absolute error, mean(|actual - expected|), in the data's unit.

    Range from 0, lower is better, O(n). What fools it: a series that mostly stands still, where the last value is hard
    to beat; see `mase`. Parameters and errors as in `mse`.

    Examples
    --------
    >>> mae([1.0, 2.0, 3.0], [1.0, 2.0, 4.5])
    0.5
    """
    y, yhat = _pair(actual, expected, nan)
    return float(np.mean(np.abs(y - yhat)))


@measured(best=0.0, worst=np.inf)
def rmse(actual: ArrayLike, expected: ArrayLike, nan: ErrorPolicy = "raise") -> float:
    """Return the root of the mean squared error, in the data's unit.

    Range from 0, lower is better, O(n). Fooled as `mse`. Parameters and errors as in `mse`.

    Examples
    --------
    >>> rmse([1.0, 2.0], [4.0, 6.0])
    3.535...
    """
    return float(np.sqrt(mse(actual, expected, nan)))


@measured(best=0.0, worst=2.0)
def smape(actual: ArrayLike, expected: ArrayLike, nan: ErrorPolicy = "raise") -> float:
    """Return the symmetric mean absolute percentage error.

    mean(2 |actual - expected| / (|actual| + |expected|)); 0 / 0 counts 0.

    Range 0 to 2, lower is better, O(n). What fools it: values near zero, where any error is the whole of 2,
    and a change of offset. Parameters and errors as in `mse`.

    References
    ----------
    Makridakis: Accuracy measures, theoretical and practical concerns, Int. J. Forecasting 9, 1993.

    Examples
    --------
    >>> smape([1.0, 0.0], [3.0, 0.0])
    0.5
    """
    y, yhat = _pair(actual, expected, nan)
    size = np.abs(y) + np.abs(yhat)
    return float(np.mean(2 * np.abs(y - yhat) / np.where(size > 0, size, 1.0)))


@measured(best=0.0, worst=np.inf)
def mase(
    actual: ArrayLike,
    expected: ArrayLike,
    season: int = 1,
    train: ArrayLike | None = None,
    nan: ErrorPolicy = "raise",
) -> float:
    """Return the mean absolute error over that of the seasonal naive forecast.

    mean(|actual - expected|) / mean(|train_t - train_{t - season}|), over all channels together. Range from 0, lower is
    better, 1 is no better than repeating. O(n). What fools it: a training series that hardly moves, beside
    which any error is huge.

    Parameters
    ----------
    actual, expected
        Numbers of one shape, (n,) or (n, channels).
    season
        In points.
    train
        The series that sets the unit; `actual` unless given.
    nan
        "raise"; "drop" leaves out the values that are missing on either side.

    Raises
    ------
    InputError
        For a training series that is not longer than the season, or repeats itself exactly, besides those of `mse`.
    ParameterError
        For a season below 1.

    References
    ----------
    Hyndman, Koehler: Another look at measures of forecast accuracy, Int. J. Forecasting 22, 2006.

    Examples
    --------
    >>> mase([1.0, 2.0, 3.0], [1.0, 2.0, 4.5])
    0.5
    """
    if season < 1:
        raise ParameterError(f"season={season} is below 1; give the season's length in points, or 1 for none")
    source = np.asarray(actual if train is None else train, dtype=np.float64)
    if len(source) <= season:
        raise InputError(f"a season of {season} does not fit into {len(source)} training points; give more of them")
    unit = mae(source[season:], source[:-season], nan)
    if unit == 0:
        raise InputError(f"the training series repeats itself every {season} points, so it sets no unit; use mae")
    return mae(actual, expected, nan) / unit


@dataclass(frozen=True)
class ErrorDistribution:
    """Mean, standard deviation and quantiles of signed errors, actual - expected."""

    mean: float
    sd: float
    quantiles: dict[float, float]


def error_distribution(
    actual: ArrayLike,
    expected: ArrayLike,
    quantiles: Sequence[float] = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99),
    nan: ErrorPolicy = "raise",
) -> ErrorDistribution:
    """Return how the signed errors are distributed, in the data's unit.

    O(n log n). A mean far from 0 is a bias; quantiles far beyond 2 or 3 sd are heavy tails. Other parameters and errors
    as in `mse`.

    Parameters
    ----------
    actual, expected
        Numbers of one shape, (n,) or (n, channels).
    quantiles
        Which quantiles to return, each 0 to 1.
    nan
        "raise"; "drop" leaves out the values that are missing on either side.

    Raises
    ------
    InputError
        As `mse`.
    ParameterError
        For a quantile outside 0 to 1.

    Examples
    --------
    >>> error_distribution([1.0, 2.0, 3.0], [0.0, 0.0, 0.0], quantiles=(0.5,))
    ErrorDistribution(mean=2.0, sd=0.816..., quantiles={0.5: 2.0})
    """
    y, yhat = _pair(actual, expected, nan)
    for q in quantiles:
        if not 0 <= q <= 1:
            raise ParameterError(f"quantile {q} is not between 0 and 1; 0.5 is the median")
    errors = y - yhat
    found = dict(zip(quantiles, np.quantile(errors, list(quantiles)).tolist(), strict=True))
    return ErrorDistribution(float(errors.mean()), float(errors.std()), found)


def _pair(actual: ArrayLike, expected: ArrayLike, nan: ErrorPolicy) -> tuple[Floats, Floats]:
    """Return both as float64 of shape (values,), without missing ones."""
    try:
        y, yhat = np.asarray(actual, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"actual and expected values must be numbers ({error}); convert them first") from None
    if y.shape != yhat.shape:
        raise InputError(f"actual values of shape {y.shape} and expected ones of {yhat.shape}; they must be alike")
    if nan not in ("raise", "drop"):
        raise ParameterError(f"nan={nan!r} is no policy for errors; use 'raise' or 'drop'")
    absent = np.isnan(y) | np.isnan(yhat)
    if absent.any() and nan == "raise":
        raise InputError(f"{int(absent.sum())} of {y.size} values are NaN; say nan='drop' to leave them out")
    if y.size == absent.sum():
        raise InputError(f"{y.size} values, none of them present on both sides; there is nothing to measure")
    return y[~absent], yhat[~absent]
