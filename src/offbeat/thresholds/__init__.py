"""From scores to a threshold, and to alarms under a budget: one file a threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import ParameterError, unknown
from offbeat.core.params import params_of, parse_options
from offbeat.core.registry import Entry, entries
from offbeat.core.series import Floats
from offbeat.core.windows import runs
from offbeat.thresholds._base import Cut, Threshold
from offbeat.thresholds._tail import clusters, separation

HALF_WAY = 0.5
"""The level that a score must fall to for an event to be over; at 1 it begins."""

__all__ = ["Cut", "Threshold", "stretches", "threshold", "threshold_entries"]


def threshold_entries() -> dict[str, Entry]:
    """Return every threshold's name and where it lives; imports none of them."""
    return entries("thresholds")


def threshold(spec: str) -> Threshold:
    """Make the threshold that a user has typed.

    Parameters
    ----------
    spec
        A name, with options behind a colon: "mad", "percentile:99", "pot:risk=0.001", "top_k:5". An option without a
        name is the first parameter.

    Raises
    ------
    UnknownNameError
        For a name or option that is not there, with the nearest ones offered.
    ParameterError
        For a value outside its bounds.

    Examples
    --------
    >>> threshold("percentile:99")
    Percentile(percent=99.0)
    """
    name, _, rest = spec.partition(":")
    found = threshold_entries()
    if name not in found:
        raise unknown("threshold", name, found)
    kind = found[name].load(Threshold)
    options: dict[str, str] = {}
    for part in filter(None, (word.strip() for word in rest.split(","))):
        key, equals, value = part.partition("=")
        if not equals:
            key, value = next(iter(params_of(kind)), ""), part
        if not key:
            raise ParameterError(f"threshold {name!r} has no parameters, and got {part!r}; write just {name!r}")
        options[key] = value
    made: Threshold = kind(**parse_options(kind, options))
    return made


def stretches(scores: Floats, cut: Cut) -> NDArray[np.int64]:
    """Return the stretches of alarms as rows (first, last + 1), those that belong together joined.

    A stretch goes on for as long as the score stays above half of the way from the usual score to the threshold. Two
    belong together where no more points lie between them than the longer of them has, and than scores above the start
    of the tail keep apart: how scores cluster says what one chance brings about, but where much is anomalous, it
    would join what lies weeks apart.

    Parameters
    ----------
    scores
        Shape (n,); NaN is never an alarm.
    cut
        The threshold, with the tail.
    """
    high = np.nan_to_num(scores, nan=-np.inf)
    start = cut.value if cut.tail is None else cut.tail.start
    alarms = np.flatnonzero(high > cut.value)
    high_enough = np.nan_to_num(cut.level(scores)) > HALF_WAY
    lengths = np.diff(runs(high_enough), axis=1)[:, 0]
    apart = np.minimum(separation(high, start), np.maximum(lengths[1:], lengths[:-1]) + 1)
    found = clusters(high_enough, apart)
    holds = np.searchsorted(alarms, found[:, 1]) > np.searchsorted(alarms, found[:, 0])
    return found[holds]
