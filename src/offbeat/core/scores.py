"""What a detector returns: scores with their status, members, and the normal range."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats

PREFIX = "offbeat_"
"""Stands before the name of a column that the data has already."""

SCORE_COLUMNS = ("score", "severity", "status", "alarm")
"""The columns that `to_frame` adds to the data, in this order, behind all others; see `score_columns`."""


def score_columns(taken: Collection[Any]) -> tuple[str, ...]:
    """Return the names of these columns beside others of which some may be called the same.

    Examples
    --------
    >>> score_columns(["time", "score", "load"])
    ('offbeat_score', 'severity', 'status', 'alarm')
    """
    return tuple(_free(word, taken) for word in SCORE_COLUMNS)


def _free(word: str, taken: Collection[Any]) -> str:
    while word in taken:
        word = f"{PREFIX}{word}"
    return word


@dataclass(frozen=True, eq=False)
class Member:
    """What one of the detectors says that another is made of.

    Parameters
    ----------
    scores
        float64 of shape (n,), in a unit that all members share; NaN where it did not judge.
    about
        The kind of event that it speaks of where the values themselves do not tell, e.g. "shape".
    words
        What it found, in a few words, e.g. "it rarely varies like this over {window}", filled in with a time span.
    window
        How many points it looks at; 0 where `words` names no window.
    """

    scores: Floats
    about: str
    words: str
    window: int = 0


Members = Mapping[str, Member]
"""The members of a detector by name."""


@dataclass(frozen=True, eq=False)
class ScoreResult:
    """What a detector says of every point.

    Parameters
    ----------
    scores
        float64 of shape (n,), higher is more anomalous; NaN where the point was not scored.
    status
        uint8 of shape (n,), codes of `Status`.
    shares
        Shape (n, channels), what each channel brings to the score; None where the detector judges all at once.
    raw
        Shape (n, channels), the channels' scores before they were brought to one unit, or (n, 1).
    members
        What each detector said of which this one is made; empty where it is made of none.
    """

    scores: Floats
    status: NDArray[np.uint8]
    shares: Floats | None
    raw: Floats
    members: Members = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Band:
    """What a detector expected, and the range that is usual; each of shape (n, channels), in the data's unit."""

    expected: Floats
    lower: Floats
    upper: Floats
