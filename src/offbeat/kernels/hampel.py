"""Moving median and median deviation, by a window that is kept sorted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled


@compiled
def moving_medians(x: NDArray[np.float64], half: int, middle: NDArray[np.float64], away: NDArray[np.float64]) -> None:
    """Write the moving median, and the median distance from it.

    Parameters
    ----------
    x
        Shape (n,), finite.
    half
        How many values to each side belong to the window; at the ends, those that there are.
    middle, away
        Shape (n,), written to.

    Notes
    -----
    O(n half) time with a small constant: a value is put into its place by moving those above it, and the median
    deviation is found by walking outwards from the median, to the nearer side at each step.
    """
    n = len(x)
    window = np.empty(2 * half + 2)
    count = 0
    for i in range(-half, n):
        if i + half < n:
            new = x[i + half]
            place = count
            while place > 0 and window[place - 1] > new:
                window[place] = window[place - 1]
                place -= 1
            window[place] = new
            count += 1
        if i - half - 1 >= 0:
            place = np.searchsorted(window[:count], x[i - half - 1])
            count -= 1
            for j in range(place, count):
                window[j] = window[j + 1]
        if i < 0:
            continue
        m = 0.5 * (window[count // 2] + window[(count - 1) // 2])
        above = count // 2
        below = above - 1
        last, one_before = 0.0, 0.0
        for _ in range(count // 2 + 1):
            one_before = last
            if below < 0 or (above < count and window[above] - m < m - window[below]):
                last = window[above] - m
                above += 1
            else:
                last = m - window[below]
                below -= 1
        middle[i] = m
        away[i] = last if count % 2 else 0.5 * (last + one_before)
