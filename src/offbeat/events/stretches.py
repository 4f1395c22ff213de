"""The event machine: from severities to stretches of alarms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.core.cut import Cut, severity
from offbeat.core.series import Floats
from offbeat.core.windows import true_runs

OPEN_ABOVE = 1.0
"""An event opens at a severity above this."""

CLOSE_BELOW = 0.5
"""It is over once the severity stays at or below this for `min_gap` rows of the cut."""


def stretches(scores: Floats, cut: Cut) -> NDArray[np.int64]:
    """Return the stretches of alarms as rows (first, last + 1).

    Nothing is learned from `scores`: quiet points around a stretch change nothing.

    Parameters
    ----------
    scores
        Shape (n,); NaN is never an alarm.
    cut
        The threshold.
    """
    return alarmed(severity(scores, cut), cut.min_gap)


def alarmed(severity: Floats, min_gap: int) -> NDArray[np.int64]:
    """Return the stretches of alarms as rows (first, last + 1), as the event machine opens and closes them.

    A stretch opens at a severity above 1, and takes in the rows right before that are above a half. It goes on while
    the severity is above a half, and through gaps of fewer than `min_gap` rows, as long as these are no longer than it
    was above a half before: how scores cluster says what one cause brings about, but must not join what is weeks apart.
    Whether a row belongs to a stretch depends on earlier rows alone, but for the rows right before it opens.

    Parameters
    ----------
    severity
        Shape (n,); NaN counts as 0.
    min_gap
        Rows.

    Examples
    --------
    >>> alarmed(np.array([0, 0.6, 2, 0.8, 0, 0.7, 0, 0, 0, 0, 1.5]), 3).tolist()
    [[1, 6], [10, 11]]
    """
    height = np.nan_to_num(severity)
    found: list[list[int]] = []
    longest = 0
    for first, end in true_runs(height > CLOSE_BELOW):
        if found and first - found[-1][1] <= min(min_gap - 1, longest):
            found[-1][1], longest = int(end), max(longest, int(end - first))
        elif height[first:end].max() > OPEN_ABOVE:
            found.append([int(first), int(end)])
            longest = int(end - first)
    return np.array(found, dtype=np.int64).reshape(-1, 2)
