"""What the detectors share that learn by statsforecast: on what, how long a season is, and what if it can't."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from offbeat.core.errors import needed
from offbeat.core.robust import LEAST_SHARE, clipped
from offbeat.core.series import Floats
from offbeat.core.threads import one_thread

FEWEST = 50
"""Points below which no model is looked for."""


LEAST = 250
"""Points that each of many channels is fitted on, if as many are asked for."""


def recent(z: Floats, most: int) -> list[Floats]:
    """Return the last rows of each channel, clipped: `most` of them, fewer where there are more than four channels."""
    rows = max(most * 4 // max(z.shape[1], 4), min(most, LEAST))
    return [np.ascontiguousarray(column) for column in clipped(z[-rows:]).T]


def seasons_of(z: Floats, longest: int, most: int = 1) -> list[int]:
    """Return the credible periods of at most `longest` points, the strongest first; four cycles of each are there."""
    from offbeat.preprocess.period import CREDIBLE, periods

    found = periods(z, most=most + 2, longest=min(longest + longest // 4, len(z) // 4))
    return [p.length for p in found if p.strength >= CREDIBLE and p.length <= longest][:most]


def fitted_or_none(who: str, fit: Callable[[], Any], part: Floats) -> Any:
    """Return what `fit` returns; None for a part that is too short or constant, or where no model can be fitted to it.

    Raises
    ------
    MissingExtraError
        Where statsforecast is not installed.
    """
    with needed(who, "forecast"):
        import_module("statsforecast.models")
    if len(part) < FEWEST or np.ptp(part) <= LEAST_SHARE**2:
        return None
    with warnings.catch_warnings(), np.errstate(all="ignore"), one_thread():
        warnings.simplefilter("ignore")
        try:
            return fit()
        except Exception:  # the library has many ways of saying that a series can't be fitted, a bare Exception too
            return None
