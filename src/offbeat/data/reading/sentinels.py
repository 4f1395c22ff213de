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
"""Cells below which a number is never taken for a code; a row of nines may stand in one less."""
_STRETCHES = 5
"""Stretches of rows in which a number must stand that is no row of nines and no limit of a type."""


def find_sentinels(values: Floats, keep: Sequence[float] = ()) -> dict[float, NDArray[np.bool_]]:
    """Return the numbers that stand for missing values, each with the cells where it does.

    A code is the lowest or the highest number of a channel, and stands far from all others: further than 98 % of them
    spread, or below zero where they are not. It is a row of nines, a limit of a type of numbers or -1, and stands in
    three cells; or a negative multiple of a hundred that stands in five stretches. Where it is ten times further off
    than the others spread, or a row of nines below zero where they are not, two cells are enough, or three stretches.
    What is a code in one channel is one in all where it is the lowest or highest. A positive one is twice as large as
    all other numbers, three times below 900: 99 may be a percentage.

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
    suspects: dict[float, list[int]] = {}
    for j in range(values.shape[1]):
        for code in _suspects(values[:, j], keep):
            suspects.setdefault(code, []).append(j)
    found = {}
    for code in sorted(suspects):
        cells = values == code
        columns = suspects[code]
        count = int(cells[:, columns].sum())
        stretches = int((np.diff(cells[:, columns].astype(np.int8), prepend=0, axis=0) == 1).sum())
        sure = all(_is_sure(values[:, j], code) for j in columns)
        if not _enough(code, count, stretches, sure):
            continue
        here = [j for j in range(values.shape[1]) if cells[:, j].any() and _is_outermost(values[:, j], code)]
        mask = np.zeros_like(cells)
        mask[:, here] = cells[:, here]
        if mask.any():
            found[code] = mask
    return found


def _enough(code: float, count: int, stretches: int, sure: bool) -> bool:
    """Whether a number that stands far off stands often enough to be a code."""
    if _is_coded(code):
        return count >= _LEAST - sure
    return stretches >= (_LEAST if sure else _STRETCHES)


def _is_coded(code: float) -> bool:
    """Whether a number is a row of nines, a limit of a type, or -1."""
    return bool(_NINES.fullmatch(f"{code:.10g}")) or code in _LIMITS or code == -1


def _is_outermost(x: Floats, code: float) -> bool:
    """Whether no other number of a channel lies beyond the code, and none close to it."""
    rest = x[np.isfinite(x) & (x != code)]
    if not len(rest):
        return True
    if code > 0:
        return _is_beyond(rest, code)
    gap = rest.min() - code
    return bool(gap > 0.1 * (rest.max() - rest.min())) or (code < 0 <= rest.min())


def _suspects(x: Floats, keep: Sequence[float]) -> set[float]:
    """Return the lowest and the highest number of a channel where they stand off like codes; and those behind them."""
    made: set[float] = set()
    known = x[np.isfinite(x)]
    for _ in range(2):
        ends = {float(known.min()), float(known.max())} - {*keep} if len(known) > 2 * _LEAST else set()
        found = {code for code in ends if _stands_off(known, code)}
        if not found:
            break
        made |= found
        known = known[~np.isin(known, list(found))]
    return made


def _stands_off(known: Floats, code: float) -> bool:
    if np.count_nonzero(known == code) < _LEAST - 1:
        return False
    rest = known[known != code]
    if len(rest) < 0.1 * len(known):
        return code <= -999 and _is_coded(code)
    low, high = np.quantile(rest, (0.01, 0.99))
    gap = float(max(rest.min() - code, code - rest.max()))
    against = bool(code < 0 <= rest.min())
    if code == -1:
        return against and bool(np.unique(rest).size > 2) and gap >= 1
    if against and _is_coded(code):
        return True
    far = gap > high - low
    if not (far or (against and abs(code) > 0.05 * max(abs(high), 1))):
        return False
    if code > 0:
        return _is_coded(code) and _is_beyond(rest, code)
    return code < 0 and (_is_coded(code) or code % 100 == 0)


def _is_beyond(rest: Floats, code: float) -> bool:
    """Whether a positive code is so many times the largest other number; 99 % of something is none."""
    times = 2 if code > 900 else 3
    return bool(code > times * rest.max() and code > times * abs(rest.min()) and len(np.unique(rest[:1000])) > 2)


def _is_sure(x: Floats, code: float) -> bool:
    """Whether a number is of the other sign than all others, or ten times further off than they spread."""
    rest = x[np.isfinite(x) & (x != code)]
    if not len(rest):
        return True
    gap = float(max(rest.min() - code, code - rest.max()))
    low, high = np.quantile(rest, (0.01, 0.99))
    if code == -1:
        return False
    against = bool(code < 0 <= rest.min())
    return gap > 10 * (high - low) or (against and (_is_coded(code) or gap > 2 * (high - low)))
