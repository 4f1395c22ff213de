"""The status of every point: whether it was scored, and if not, why."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Status(IntEnum):
    """The status of one point.

    `OK`: scored. `PROVISIONAL`: scored, but later rows may still change the score.
    `MISSING`: there is no value. `WARMUP`: the detector had not read enough points yet, at the start or
    after a gap. `FROZEN`: scored, but the value is stuck there. `SHORT`: the stretch between two gaps is shorter than
    a window.
    """

    OK = 0
    MISSING = 1
    WARMUP = 2
    FROZEN = 3
    SHORT = 4
    PROVISIONAL = 5


_WORDS = np.array([s.name.lower() for s in Status])


def words(codes: NDArray[np.uint8]) -> NDArray[np.str_]:
    """Return the words for an array of codes.

    Examples
    --------
    >>> words(np.array([0, 1, 0], dtype=np.uint8)).tolist()
    ['ok', 'missing', 'ok']
    """
    return _WORDS[codes]
