"""What is wrong with the data itself, before any detector has seen it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing about the data that its owner would want to know.

    Parameters
    ----------
    kind
        One word: gap, duplicate, unsorted, frozen, constant, unit, late, clock, irregular, infinite, text, ...
    text
        One sentence that a person would say, with the figures in it.
    channel
        The channel concerned; None where it is all of them.
    start, end
        First and last time concerned (inclusive), as `Series.label` gives them; None where it is the whole series.
    n_points
        How many points are concerned.
    """

    kind: str
    text: str
    channel: str | None = None
    start: Any = None
    end: Any = None
    n_points: int = 0
