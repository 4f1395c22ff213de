"""How many of the most extreme values are outliers, by the critical values of Rosner's test."""

from __future__ import annotations

import numpy as np

from offbeat.core.series import Floats

MOST = 0.1
"""The share of the values that may be outliers; Rosner's critical values are good up to about that."""

RISK = 0.05
"""The chance of finding any outlier among independent normal values."""


def critical(n: int, removed: Floats) -> Floats:
    """Return the critical values of the largest deviation, in standard deviations, with so many of n values removed.

    Parameters
    ----------
    n
        How many values there are, at least 3.
    removed
        How many of them were removed before, each at most n - 3.

    Examples
    --------
    >>> critical(54, np.array([0.0, 1.0, 9.0])).round(3)
    array([3.159, 3.151, 3.085])
    """
    from scipy.special import stdtrit

    left = n - removed
    t = stdtrit(left - 2, 1 - RISK / (2 * left))
    found: Floats = (left - 1) * t / np.sqrt((left - 2 + t * t) * left)
    return found


def outliers(statistics: Floats, n: int) -> int:
    """Return how many of n values are outliers: the largest i of which the i-th statistic is above its critical value.

    Parameters
    ----------
    statistics
        The largest deviation among the values that are left when 0, 1, 2, ... were removed.
    n
        How many values there are.
    """
    above = np.flatnonzero(statistics > critical(n, np.arange(float(len(statistics)))))
    return int(above[-1]) + 1 if len(above) else 0


def most_outliers(n: int) -> int:
    """Return how many of n values may be called outliers."""
    return max(0, min(int(MOST * n), n - 3))
