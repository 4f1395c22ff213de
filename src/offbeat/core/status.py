"""The status of every point: whether it was scored, and if not, why."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats


class Status(IntEnum):
    """The status of one point, of a channel or of a whole row; a higher number is worse.

    Up to `FROZEN` the point has a score, from `WARMUP` on it has none.

    `OK`: scored. `PROVISIONAL`: scored, but rows that are still to come may change the score. `PARTIAL`: a row of
    which some channels were not scored, or a point that less than half of the detector's members scored. `FROZEN`:
    scored, but the value is stuck. `WARMUP`: the detector had not read enough points yet, at the start or after a
    gap. `SHORT`: the stretch between two gaps, or the whole data, is shorter than the detector's window. `MISSING`:
    there is no value. `DROPPED`: the row was taken out before scoring, since another one has the same time.
    """

    OK = 0
    PROVISIONAL = 1
    PARTIAL = 2
    FROZEN = 3
    WARMUP = 4
    SHORT = 5
    MISSING = 6
    DROPPED = 7


_WORDS = np.array([s.name.lower() for s in Status])


def words(codes: NDArray[np.uint8]) -> NDArray[np.str_]:
    """Return the words for an array of codes, of the same shape.

    Examples
    --------
    >>> words(np.array([0, 6, 0], dtype=np.uint8)).tolist()
    ['ok', 'missing', 'ok']
    """
    return _WORDS[codes]


def channel_status(
    values: Floats, raw: Floats, base_status: NDArray[np.uint8], frozen_mask: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Return the status of each channel in each row.

    Parameters
    ----------
    values
        Shape (n, channels), as they were scored; NaN where missing.
    raw
        The scores of the channels, shape (n, channels), or of the rows, (n, 1); NaN where not scored.
    base_status
        Shape (n,), what the detector says of each row.
    frozen_mask
        bool of shape (n, channels), where a channel is stuck.

    Returns
    -------
    uint8 of shape (n, channels). A value that has no score in a row that has one is `SHORT`: its channel has too few
    values around it.

    Examples
    --------
    >>> values = np.array([[1.0, 5.0], [2.0, np.nan], [3.0, 5.0], [4.0, 5.0]])
    >>> raw = np.array([[0.1, 0.2], [0.1, np.nan], [0.3, np.nan], [0.1, 0.1]])
    >>> frozen = np.array([[False, False], [False, False], [False, False], [False, True]])
    >>> words(channel_status(values, raw, np.zeros(4, dtype=np.uint8), frozen)).tolist()
    [['ok', 'ok'], ['ok', 'missing'], ['ok', 'short'], ['ok', 'frozen']]
    """
    status = np.repeat(base_status.astype(np.uint8)[:, None], values.shape[1], axis=1)
    scored = status <= Status.FROZEN
    status[scored & np.isnan(raw)] = Status.SHORT
    status[frozen_mask & (status < Status.FROZEN)] = Status.FROZEN
    status[np.isnan(values) & (status < Status.MISSING)] = Status.MISSING
    return status


def worst(channels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the status of each row: the worst of its channels.

    A row of which at least one channel has a score has one, too: channels without one make it `PARTIAL`.

    Parameters
    ----------
    channels
        Shape (n, channels), as `channel_status` returns it.

    Examples
    --------
    >>> words(worst(np.array([[0, 0], [0, 6], [5, 6], [3, 6], [1, 0]], dtype=np.uint8))).tolist()
    ['ok', 'partial', 'missing', 'frozen', 'provisional']
    """
    if not channels.shape[1]:
        return np.zeros(len(channels), dtype=np.uint8)
    scored = channels <= Status.FROZEN
    of_scored = np.where(scored, channels, Status.OK).max(axis=1)
    mixed = np.maximum(of_scored, np.uint8(Status.PARTIAL))
    highest = channels.max(axis=1)
    row: NDArray[np.uint8] = np.where(scored.all(axis=1) | ~scored.any(axis=1), highest, mixed).astype(np.uint8)
    return row
