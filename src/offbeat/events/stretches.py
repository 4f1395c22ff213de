"""From scores and a threshold to stretches of alarms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.core.clusters import clusters
from offbeat.core.cut import Cut, severity
from offbeat.core.series import Floats
from offbeat.core.windows import true_runs

HALF_WAY = 0.5
"""The severity that a score must fall to for an event to be over; at 1 it begins."""


def stretches(scores: Floats, cut: Cut) -> NDArray[np.int64]:
    """Return the stretches of alarms as rows (first, last + 1), those that belong together joined.

    A stretch goes on for as long as the score stays above half of the way from the usual score to the threshold. Two
    belong together where no more points lie between them than the longer of them has, and than `min_gap` of the cut:
    how scores cluster says what one chance brings about, but where much is anomalous, it would join what lies weeks
    apart. Nothing is learned from `scores`: quiet points around a stretch change nothing.

    Parameters
    ----------
    scores
        Shape (n,); NaN is never an alarm.
    cut
        The threshold.
    """
    high = np.nan_to_num(scores, nan=-np.inf)
    alarms = np.flatnonzero(high > cut.value)
    high_enough = np.nan_to_num(severity(scores, cut)) > HALF_WAY
    lengths = np.diff(true_runs(high_enough), axis=1)[:, 0]
    gaps = np.minimum(cut.min_gap, np.maximum(lengths[1:], lengths[:-1]) + 1)
    found = clusters(high_enough, gaps)
    holds = np.searchsorted(alarms, found[:, 1]) > np.searchsorted(alarms, found[:, 0])
    return found[holds]
