"""Which rows to learn from, to choose on and to measure on, in time order: nothing is learned from the future."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from offbeat.core.errors import InputError, ParameterError
from offbeat.preprocess.split import split

SPLIT = "70/15/15"
"""How rows are split where nobody says."""

FIRST = 0.4
"""The share of all rows that the first fold of a cross-validation learns from."""

_SHARES = re.compile(r"(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)")
_WALK = re.compile(r"(expanding|rolling)(?::(\d+))?")


@dataclass(frozen=True)
class Fold:
    """The rows of one split; each slice has a start and a stop, and each part lies after the one before it.

    Parameters
    ----------
    train
        What is learned from.
    validation
        What thresholds and parameters are chosen on.
    test
        What the result is measured on.
    """

    train: slice
    validation: slice
    test: slice


def folds(n: int, how: str = SPLIT, gap: int = 0) -> list[Fold]:
    """Split `n` rows into training, validation and test rows, once or several times.

    Parameters
    ----------
    n
        Number of rows.
    how
        "70/15/15" or other shares: one split. "expanding:5": 5 folds; the first learns from 40 % of the rows, the rest
        is cut into 6 blocks, and each fold validates on one, tests on the next, and learns from all before them.
        "rolling:5": the same, but each learns from as many rows as the first. Test blocks never overlap.
    gap
        Rows left out before the validation and before the test rows, so that no window reaches across.

    Raises
    ------
    ParameterError
        For a split that can't be read, shares that are not above 0, no fold, or a gap below 0.
    InputError
        For too few rows: every part must keep at least one.

    Examples
    --------
    >>> folds(100)
    [Fold(train=slice(0, 70, None), validation=slice(70, 85, None), test=slice(85, 100, None))]
    >>> for fold in folds(100, "rolling:2", gap=1):
    ...     print(*((part.start, part.stop) for part in (fold.train, fold.validation, fold.test)))
    (0, 39) (40, 59) (60, 80)
    (20, 59) (60, 79) (80, 100)
    """
    if gap < 0:
        raise ParameterError(f"gap={gap} is not allowed; it is a number of rows, at least 0")
    shares, walk = _SHARES.fullmatch(how), _WALK.fullmatch(how)
    if shares:
        found = [_by_shares(n, [float(share) for share in shares.groups()], gap)]
    elif walk:
        found = _walking(n, walk[1], int(walk[2] or 5), gap)
    else:
        raise ParameterError(f"split={how!r} can't be read; write it as '70/15/15', 'expanding:5' or 'rolling:5'")
    for fold in found:
        if min(part.stop - part.start for part in (fold.train, fold.validation, fold.test)) < 1:
            raise InputError(
                f"{n} rows can't be split by {how!r} with a gap of {gap}: a part would be empty; "
                "give more data, fewer folds or a smaller gap"
            )
    return found


def _by_shares(n: int, shares: Sequence[float], gap: int) -> Fold:
    train, validation, total = shares[0], shares[1], sum(shares)
    if min(shares) <= 0:
        raise ParameterError(f"split='{'/'.join(format(s, 'g') for s in shares)}': each share must be above 0")
    parts = split(np.empty(n), train / total, validation / total)
    first, second = len(parts.train), len(parts.train) + len(parts.validation)
    return Fold(slice(0, first - gap), slice(first, second - gap), slice(second, n))


def _walking(n: int, how: str, count: int, gap: int) -> list[Fold]:
    if count < 1:
        raise ParameterError(f"split='{how}:{count}' has no fold; give at least 1")
    edges = np.linspace(int(FIRST * n), n, count + 2).astype(int).tolist()
    found = []
    for before, middle, after in zip(edges, edges[1:], edges[2:], strict=False):
        start = 0 if how == "expanding" else before - edges[0]
        found.append(Fold(slice(start, before - gap), slice(before, middle - gap), slice(middle, after)))
    return found
