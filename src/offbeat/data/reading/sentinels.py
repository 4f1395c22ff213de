"""Numbers that stand for a missing value, such as -999: found by how often and how far off they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats

_NINES = re.compile(r"-?9{2,7}(\.0*|\.9+0*)?|-?9{1,5}\.9{1,4}")
_LIMITS = (
    32767.0,
    -32768.0,
    65535.0,
    2147483647.0,
    -2147483648.0,
    4294967295.0,
    6553.5,
    -3276.8,
    3276.7,
    1e20,
    9.96921e36,
)
_LEAST = 3
"""Cells below which a number is never taken for a code."""
_STRETCHES = 5
"""Stretches of rows in which a number must stand that is no row of nines and no limit of a type."""


def find_sentinels(values: Floats, keep: Sequence[float] = ()) -> dict[float, NDArray[np.bool_]]:
    """Return the numbers that stand for missing values, each with the cells where it does.

    A code is the lowest or the highest number of a channel, stands there in three cells at least, and far from all
    others: further than 98 % of the others spread, or below zero where all others are not. A number that is no row of
    nines and no limit of a type must be a multiple of a hundred, and stand in five stretches. What is a code in one
    channel is one in all where it is the lowest or highest. -1 is one where it is the only number below zero.

    Parameters
    ----------
    values
        Shape (n, channels); NaN where a value is missing already.
    keep
        Numbers that are values.

    Returns
    -------
    For each code a mask of the shape of `values`.

    Examples
    --------
    >>> x = 20 + np.sin(np.arange(50.0))[:, None]
    >>> x[[3, 17, 18, 40]] = -999
    >>> {code: int(cells.sum()) for code, cells in find_sentinels(x).items()}
    {-999.0: 4}
    """
    codes: set[float] = set()
    for j in range(values.shape[1]):
        codes |= {code for code in _codes(values[:, j]) if code not in keep}
    found = {}
    for code in sorted(codes):
        cells = values == code
        here = [j for j in range(values.shape[1]) if cells[:, j].any() and _is_outermost(values[:, j], code)]
        mask = np.zeros_like(cells)
        mask[:, here] = cells[:, here]
        if mask.any():
            found[code] = mask
    return found


def _is_outermost(x: Floats, code: float) -> bool:
    """Whether no other number of a channel lies beyond the code, and none close to it."""
    rest = x[np.isfinite(x) & (x != code)]
    if not len(rest):
        return True
    gap = max(rest.min() - code, code - rest.max())
    return bool(gap > 0.1 * (rest.max() - rest.min()) and gap > 0) or (code == -1 and bool(rest.min() >= 0))


def _codes(x: Floats) -> set[float]:
    """Return the codes of one channel; a second one may stand behind the first."""
    made: set[float] = set()
    known = x[np.isfinite(x)]
    for _ in range(2):
        ends = {float(known.min()), float(known.max())} if len(known) > 2 * _LEAST else set()
        found = {code for code in ends if _is_code(x, known, code)}
        if not found:
            break
        made |= found
        known = known[~np.isin(known, list(found))]
    return made


def _is_code(x: Floats, known: Floats, code: float) -> bool:
    here = x == code
    count = int(here.sum())
    if count < _LEAST:
        return False
    if count > 0.9 * len(known):
        return code <= -999 and bool(_NINES.fullmatch(f"{code:.10g}"))
    rest = known[known != code]
    low, high = np.quantile(rest, (0.01, 0.99))
    gap = float(max(rest.min() - code, code - rest.max()))
    stretches = int(np.count_nonzero(np.diff(here.astype(np.int8), prepend=0) == 1))
    if code == -1:
        return bool(rest.min() >= 0) and gap >= 1 and bool(np.unique(rest).size > 2)
    against = code < 0 <= rest.min()
    far = gap > high - low
    if not (far or (against and abs(code) > 0.05 * max(abs(high), 1))):
        return False
    if _NINES.fullmatch(f"{code:.10g}") or code in _LIMITS:
        return against or abs(code) > abs(float(np.median(rest)))
    return code % 100 == 0 and code != 0 and stretches >= _STRETCHES
