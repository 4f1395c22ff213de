"""Numbers that count time: epochs, the days of Excel, years with a fraction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.data.reading.steps import regularity

Stamps = NDArray[np.datetime64]

NS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
"""Nanoseconds in each unit of an epoch."""
NAT = np.datetime64("NaT", "ns")


def ticks(cells: Sequence[Any]) -> NDArray[Any]:
    """Return cells as whole numbers where all are, since an epoch of nanoseconds has more digits than a float."""
    words = [str(cell).strip() for cell in cells]
    if all((word.isdigit() and len(word) < 19) or (len(word) == 19 and word < "9223372036854775808") for word in words):
        return np.array([int(word) for word in words], dtype=np.int64)
    return np.array([_number(word) for word in words])


def _number(word: str) -> float:
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return np.nan


def family_of(numbers: NDArray[Any], named: bool) -> tuple[str, str] | None:
    """Return what numbers count that are not digits of a date, and in which unit; None for a plain count.

    Parameters
    ----------
    numbers
        The numbers of a column, in the order of the file.
    named
        Whether the column is named for time; else the steps must be regular.

    Returns
    -------
    "epoch" and s, ms, us or ns; "excel" or "decimal year", and "".

    Examples
    --------
    >>> family_of(np.array([1.4910413e9, 1.4910414e9]), named=True)
    ('epoch', 's')
    """
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return None
    low, high = float(known.min()), float(known.max())
    if not named and regularity(known) < 0.5:
        return None
    for unit, nanoseconds in NS.items():
        # the years 1973 to 2100 in this unit
        if low >= 1e17 / nanoseconds and high <= 4.102e18 / nanoseconds:
            return "epoch", unit
    if low >= 20_000 and high <= 80_000 and _counts_days(known):
        return "excel", ""
    fractional = bool((known != np.floor(known)).any())
    if 1678 <= low < high <= 2261 and fractional and bool((np.diff(known) > 0).mean() > 0.95):
        return "decimal year", ""
    return None


def _counts_days(known: NDArray[Any]) -> bool:
    """Whether the usual step is a natural part of a day: seconds that divide a minute, minutes an hour, hours a day."""
    steps = np.abs(np.diff(known)) * 86_400
    steps = steps[steps > 0]
    if not len(steps):
        return False
    step = float(np.median(steps))
    whole = round(step)
    natural = any(
        whole and whole % unit == 0 and top % whole == 0 for unit, top in ((1, 60), (60, 3_600), (3_600, 86_400))
    )
    return abs(step - whole) < 0.05 and (natural or whole % 86_400 == 0)


def moments(family: str, unit: str, numbers: NDArray[Any]) -> Stamps:
    """Return the moments that numbers count, NaT for NaN."""
    made = np.full(len(numbers), NAT)
    known = np.isfinite(numbers)
    some = numbers[known]
    if family == "excel":
        # Excel's day 25569 is the first of 1970; its fractions carry a few microseconds of rounding
        made[known] = np.round((some - 25_569) * 86_400_000).astype(np.int64).astype("datetime64[ms]")
    elif family == "decimal year":
        made[known] = _years(some)
    else:
        made[known] = epoch(some, unit)
    return made


def _years(numbers: NDArray[Any]) -> Stamps:
    whole = np.floor(numbers)
    start = (whole - 1970).astype(np.int64).astype("datetime64[Y]").astype("datetime64[s]")
    end = (whole - 1969).astype(np.int64).astype("datetime64[Y]").astype("datetime64[s]")
    inside = np.round((numbers - whole) * (end - start).astype(np.int64)).astype(np.int64)
    made: Stamps = (start + inside).astype("datetime64[ns]")
    return made


def epoch(numbers: NDArray[Any], unit: str) -> Stamps:
    """Return the moments of numbers that count since 1970.

    Examples
    --------
    >>> str(epoch(np.array([1491041340.5]), "s")[0])
    '2017-04-01T10:09:00.500000000'
    """
    if numbers.dtype.kind == "i":
        return np.asarray(numbers * NS[unit]).view("datetime64[ns]")
    whole = np.floor(numbers)
    # a float of seconds is exact to a fraction of a microsecond, so that is what it is rounded to
    fraction = np.round((numbers - whole) * (NS[unit] / 1000)) * 1000
    return np.asarray(whole.astype(np.int64) * NS[unit] + fraction.astype(np.int64)).view("datetime64[ns]")
