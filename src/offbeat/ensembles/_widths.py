"""The windows through which `auto` looks at the data."""

from __future__ import annotations

import numpy as np

from offbeat.core.series import Floats

ACTIVITY = 16
"""Points over which the steps of a series are averaged: enough that beats which come a little early still meet."""
SHORTEST, LONGEST = 8, 300
"""The lags at which a series is looked at for what resembles it."""
FEWEST = 4
"""Windows that the data must hold, to be looked at through another: with 16, half of what it finds is lost."""
ROWS = 20_000
"""Rows of which the resemblance is taken."""
UNLIKE = 0.25
"""The natural logarithm of the ratio from which two widths are two: one a quarter or so larger sees the same."""


def first_width(x: Floats) -> int:
    """Return the window that suits the data, shape (n, channels) without NaN: at least 2 points.

    One period of the values; where they show none, of their activity, the mean size of their steps. Heart beats do
    not meet in the values of an autocorrelation, for each is narrow and comes when it will; their activity does.

    Examples
    --------
    >>> first_width(np.sin(np.arange(1000.0) / 8)[:, None])
    50
    """
    from scipy.ndimage import uniform_filter1d

    from offbeat.preprocess.period import CREDIBLE, default_window, periods

    width = max(default_window(x), 2)
    if any(period.strength >= CREDIBLE for period in periods(x)):
        return width
    active = uniform_filter1d(np.abs(np.diff(x, axis=0, prepend=x[:1])), ACTIVITY, axis=0)
    # sizes resemble each other more easily than values do
    clear = any(period.strength >= 2 * CREDIBLE for period in periods(active))
    return max(default_window(active), 2) if clear else width


def second_width(x: Floats, first: int) -> int | None:
    """Return another window to look through, or None where it would show what the first does.

    The lag, 8 to 300, at which the data resemble themselves best, however little; 128 where no lag stands out.

    Examples
    --------
    >>> x = np.sin(np.arange(4000.0) / 8)[:, None]
    >>> second_width(x, 50) is None
    True
    >>> second_width(np.cumsum(np.ones((4000, 1)), axis=0), 50)
    128
    """
    from offbeat.preprocess.period import DEFAULT_WINDOW

    resemblance = _resemblance(x[:ROWS])[: LONGEST + 2]
    inner = resemblance[1:-1]
    peaks = np.flatnonzero((inner > resemblance[:-2]) & (inner > resemblance[2:])) + 1
    peaks = peaks[peaks >= SHORTEST]
    width = int(peaks[resemblance[peaks].argmax()]) if len(peaks) else 2 * DEFAULT_WINDOW
    width = min(width, len(x) // FEWEST)
    return width if width >= SHORTEST and abs(np.log(width / first)) > UNLIKE else None


def _resemblance(x: Floats) -> Floats:
    """Return the mean autocorrelation of the channels, by lag."""
    from scipy import fft

    away = x - x.mean(axis=0)
    largest = np.abs(away).max(axis=0, initial=0.0)
    away = away[:, largest > 0] / largest[largest > 0]
    size = fft.next_fast_len(2 * len(x), real=True)
    power = np.zeros(size // 2 + 1)
    for column in away.T:
        one = np.abs(fft.rfft(column, size)) ** 2
        power += one / one.mean()
    mean: Floats = fft.irfft(power, size)[: len(x)]
    return mean
