"""Split into training, validation and test data, in time order."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from offbeat.core.errors import InputError, ParameterError
from offbeat.core.series import Floats, Series

Data = TypeVar("Data", Series, Floats)


class Parts(NamedTuple, Generic[Data]):
    """The three parts of a series, as views of the type that was split."""

    train: Data
    validation: Data
    test: Data


def split(data: Data, train: float = 0.7, validation: float = 0.15) -> Parts[Data]:
    """Split a series into training, validation and test rows, in this order.

    Parameters
    ----------
    data
        A `Series`, or an array of shape (n,) or (n, channels).
    train, validation
        Shares of the rows, rounded down to whole rows. Each part whose share is above 0 gets at least one row, so of
        three rows each part gets one; but that many teach nothing: a detector wants a few windows in each part,
        and a seasonal one a few periods.

    Raises
    ------
    ParameterError
        For shares below 0, or that leave nothing for the other parts.
    InputError
        For fewer rows than parts.

    Examples
    --------
    >>> import numpy as np
    >>> [len(part) for part in split(np.arange(20.0))]
    [14, 3, 3]
    >>> [len(part) for part in split(Series(np.zeros((4, 1))), train=0.5, validation=0.0)]
    [2, 0, 2]
    """
    if not (0 < train <= 1 and validation >= 0 and train + validation <= 1 + 1e-12):
        raise ParameterError(
            f"train={train:g}, validation={validation:g}: give a train above 0, and together at most 1"
        )
    n = len(data)
    has_test = train + validation < 1 - 1e-12
    parts = 1 + (validation > 0) + has_test
    if n < parts:
        raise InputError(f"{n} rows can't be split into {parts} parts; give more data or ask for fewer parts")
    # a hair is added, since 0.7 of 10 rows is 6.999...
    first = min(max(int(train * n + 1e-9), 1), n - parts + 1)
    middle = max(int((train + validation) * n + 1e-9) - first, validation > 0)
    middle = min(middle, n - first - has_test) if has_test else n - first
    return Parts(data[:first], data[first : first + middle], data[first + middle :])
