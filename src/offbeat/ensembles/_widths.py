"""The window widths that `auto` uses (decision 33)."""

from __future__ import annotations

import numpy as np

from offbeat.core.series import Floats
from offbeat.preprocess.around import mean_around

ACTIVITY = 16
"""Points over which the steps of a series are averaged, so that heart beats a little early still overlap."""
SHORTEST, LONGEST = 8, 300
"""The range of lags in which the second window is searched."""
FEWEST = 4
"""Second windows that the data must hold: with 16, half of what it finds is lost (decision 34)."""
ROWS = 20_000
"""Rows from which the autocorrelation is computed."""
UNLIKE = 0.25
"""The smallest log ratio of the two widths: one a quarter larger sees the same."""


def first_width(x: Floats) -> int:
    """Return the window width for data of shape (n, channels) without NaN, at least 2.

    One period of the values; where they show none, of their activity, the mean size of their steps. Heart beats are
    narrow and irregular, so that the autocorrelation of their values shows no period; that of their activity does.

    Examples
    --------
    >>> first_width(np.sin(np.arange(1000.0) / 8)[:, None])
    50
    """
    from offbeat.preprocess.period import CREDIBLE, default_window, periods

    width = max(default_window(x), 2)
    if any(period.strength >= CREDIBLE for period in periods(x)):
        return width
    active = mean_around(np.abs(np.diff(x, axis=0, prepend=x[:1])), ACTIVITY, "symmetric")
    # sizes of steps correlate more easily than values do
    clear = any(period.strength >= 2 * CREDIBLE for period in periods(active))
    return max(default_window(active), 2) if clear else width


def second_width(x: Floats, first: int) -> int | None:
    """Return a second window width, or None where it is too close to the first.

    The lag, 8 to 300, with the highest autocorrelation peak; 128 where there is no peak.

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
    from offbeat.preprocess.period import fast_length

    away = x - x.mean(axis=0)
    largest = np.abs(away).max(axis=0, initial=0.0)
    away = away[:, largest > 0] / largest[largest > 0]
    size = fast_length(2 * len(x))
    power = np.zeros(size // 2 + 1)
    for column in away.T:
        one = np.abs(np.fft.rfft(column, size)) ** 2
        power += one / one.mean()
    mean: Floats = np.fft.irfft(power, size)[: len(x)]
    return mean
