"""Find the periods of a series, each with its strength."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.robust import DECILES_TO_SD, robust_sd
from offbeat.core.series import Floats
from offbeat.core.windows import fill

LONGEST_PART = 50_000
"""Rows that are looked at, from the middle of a longer series: five weeks of minutes, six years of hours."""
MOST_VALUES = 400_000
"""Values that are looked at over all channels, so that many channels cost no more than a few."""
CREDIBLE = 0.2
"""The strength from which on a period is worth building on."""
FAINTEST = 0.1
"""The strength below which a peak is not told from chance."""
FEW_CYCLES = 0.5
"""The strength that a single cycle would need; of more cycles each needs less, by the root of their number."""
CLEARER = 0.25
"""The share of what a period leaves unlike itself that a multiple of it must win, to be a period of its own."""
LINE = 6.0
"""How far a period's line must stand above the spectrum around it, as a ratio of power."""
DEFAULT_WINDOW = 64
SMALLEST_WINDOW, LARGEST_WINDOW = 8, 256


@dataclass(frozen=True)
class Period:
    """One period.

    Parameters
    ----------
    length
        In points.
    strength
        0 to 1: the height of the autocorrelation at `length`, less that of the trough before it where the trough is
        above 0; so a drift, in which everything resembles its neighbour, counts for nothing.
    """

    length: int
    strength: float


def periods(x: Floats, most: int = 3, longest: int | None = None) -> tuple[Period, ...]:
    """Return the periods of a series, the strongest first.

    A period is a peak of the autocorrelation that the spectrum confirms, by a line at it or at one of its harmonics.
    A multiple of a period is one of its own only where the series resembles itself clearly better there, as the week
    does in hourly data that also has a day. A linear trend is removed and outliers are clipped first.

    Parameters
    ----------
    x
        Shape (n,) or (n, channels); the channels are looked at together. NaN are interpolated.
    most
        How many to return at most.
    longest
        The longest period to look for, in points; None is a third of the part looked at, so that there are three
        cycles of it to compare.

    Returns
    -------
    At most `most` periods. O(n log n) time for the at most 50,000 rows in the middle that are looked at.

    Examples
    --------
    >>> hours = np.arange(24 * 7 * 8)
    >>> load = np.sin(2 * np.pi * hours / 24) + 1.0 * (hours // 24 % 7 >= 5)
    >>> [p.length for p in periods(load)]
    [168, 24]
    >>> periods(np.ones(100))
    ()
    """
    part = _part(x)
    reach = len(part) // 3 if longest is None else min(longest, len(part) // 2)
    channels = [column for column in part.T if column.any()]
    if reach < 2 or not channels:
        return ()
    acf = np.mean([autocorrelation(column, len(part) // 2) for column in channels], axis=0)
    power = np.mean([_spectrum(column) for column in channels], axis=0)
    least = max(FAINTEST, 4 / np.sqrt(len(part)))
    found: list[Period] = []
    for lag in _peaks(acf, reach):
        strength = _strength(acf, lag)
        new = not any(_explained(lag, strength, acf, shorter) for shorter in found)
        # chance resembles itself by more, the fewer the cycles
        clear = strength > max(least, FEW_CYCLES * np.sqrt(lag / len(part)))
        if clear and new and _is_line(power, len(part) / lag):
            found.append(Period(lag, strength))
    return tuple(sorted(found, key=lambda p: -p.strength)[:most])


def default_window(x: Floats) -> int:
    """Return a window width for detectors that compare subsequences, where the user gave none.

    One period: the shortest that is at least half as strong as the strongest, since a day is enough to know a day
    by, and a week of hours is seven times the cost. A period above 256 points is divided into equal parts that fit,
    because cost and blur grow with the width: minutes with a daily period of 1440 give 240, a sixth of the day.
    One below 8 is taken several times, as fewer points have no shape.
    Without a credible period it is 64. It is never above an eighth of the series.

    Parameters
    ----------
    x
        Shape (n,) or (n, channels).

    Returns
    -------
    In points: 8 to 256, less for series below 64 points, at least 1.

    Examples
    --------
    >>> default_window(np.sin(2 * np.pi * np.arange(1000) / 50))
    50
    >>> default_window(np.zeros(1000))
    64
    >>> default_window(np.zeros(100))
    12
    """
    ceiling = max(len(x) // 8, min(2, len(x) // 2), 1)
    credible = [p for p in periods(x) if p.strength >= CREDIBLE]
    if not credible:
        return min(DEFAULT_WINDOW, ceiling)
    length = min(p.length for p in credible if p.strength >= credible[0].strength / 2)
    length *= -(-SMALLEST_WINDOW // length)
    parts = -(-length // LARGEST_WINDOW)
    return min(length // parts, ceiling)


def _part(x: Floats) -> Floats:
    """Take the middle of the series, detrended, clipped and scaled; constant channels are 0."""
    x = x[:, None] if x.ndim == 1 else x
    rows = min(len(x), LONGEST_PART, max(MOST_VALUES // max(x.shape[1], 1), 1000))
    first = (len(x) - rows) // 2
    part = fill(x[first : first + rows])
    if rows < 4:
        return np.zeros_like(part)
    part = part - np.median(part, axis=0)
    largest = np.abs(part).max(axis=0)
    # to at most 1, as the square of a large number overflows
    part /= np.where(largest > 0, largest, 1.0)
    part = _clipped(_straightened(_clipped(part)))
    part -= part.mean(axis=0)
    sd = part.std(axis=0)
    # what rounding left of a constant or of a straight line is no signal
    return np.where(sd > 1e-9, part / np.where(sd > 0, sd, 1.0), 0.0)


def _clipped(x: Floats) -> Floats:
    """Clip at five robust standard deviations.

    Where most values are equal, at the 1st and 99th percentile.

    The deciles count beside the median deviation, which knows nothing of the days of a series whose nights are all
    nearly equal, and would clip them off.
    """
    low, tenth, middle, ninetieth, high = np.quantile(x, (0.01, 0.1, 0.5, 0.9, 0.99), axis=0)
    reach = 5 * np.maximum(robust_sd(x, middle), (ninetieth - tenth) / DECILES_TO_SD)
    clipped: Floats = np.clip(x, np.where(reach > 0, middle - reach, low), np.where(reach > 0, middle + reach, high))
    return clipped


def _straightened(x: Floats) -> Floats:
    """Remove the least-squares line of each channel."""
    t = np.linspace(-1.0, 1.0, len(x))
    centred = x - x.mean(axis=0)
    straight: Floats = centred - t[:, None] * (t @ centred / (t @ t))
    return straight


def autocorrelation(x: Floats, reach: int) -> Floats:
    """Return the autocorrelation at the lags 0 to `reach`, each divided by the number of its pairs; 0 where `x` is."""
    size = fast_length(len(x) + reach)
    power = np.abs(np.fft.rfft(x, size)) ** 2
    sums = np.fft.irfft(power, size)[: reach + 1] / (len(x) - np.arange(reach + 1))
    acf: Floats = sums / sums[0] if sums[0] > 0 else np.zeros(reach + 1)
    return acf


def fast_length(least: int) -> int:
    """Return the smallest length from `least` on whose Fourier transform is fast: its factors are 2, 3 and 5.

    As `scipy.fft.next_fast_len`, whose import costs a fifth of a second.

    Examples
    --------
    >>> [fast_length(least) for least in (7, 100, 1021)]
    [8, 100, 1024]
    """
    powers = range(least.bit_length())
    odd = [int(3**i * 5**j) for i in powers for j in powers]
    return min(part << max(0, (-(-least // part) - 1).bit_length()) for part in odd)


def _spectrum(x: Floats) -> Floats:
    """Return the power at k cycles in the length of `x`, tapered against leakage."""
    power: Floats = np.abs(np.fft.rfft(x * np.hanning(len(x)))) ** 2
    return power


def _strength(acf: Floats, lag: int) -> float:
    return float(min(acf[lag] - max(0.0, acf[lag // 2 : lag].min()), 1.0))


def _peaks(acf: Floats, reach: int) -> list[int]:
    """Find the lags where the autocorrelation peaks within a quarter of the lag."""
    rises = (acf[1:-1] > acf[:-2]) & (acf[1:-1] >= acf[2:])
    lags = np.flatnonzero(rises) + 1
    lags = lags[(lags >= 2) & (lags <= reach) & (acf[lags] > 0)]
    tops = [int(p) for p in lags if acf[p] >= acf[p - p // 4 : p + p // 4 + 1].max()]
    return sorted({min(_refined(acf, p), reach) for p in tops})


def _refined(acf: Floats, lag: int) -> int:
    """Refine a peak by its first four multiples, whose error divides by their number."""
    near = np.arange(max(2, lag - lag // 16), lag + lag // 16 + 1)
    near = near[near * 4 < len(acf)] if 4 * lag < len(acf) else near[near < len(acf)]
    times = np.arange(1, max(1, min(4, (len(acf) - 1) // max(int(near.max(initial=lag)), 1))) + 1)
    heights = acf[near[:, None] * times].sum(axis=1)
    return int(near[heights.argmax()]) if len(near) else lag


def _explained(lag: int, strength: float, acf: Floats, shorter: Period) -> bool:
    """Whether `lag` is a multiple of a shorter period and not clearly stronger."""
    times = round(lag / shorter.length)
    is_multiple = abs(lag - times * shorter.length) <= max(1, shorter.length // 8, times / 2)
    beside = [acf[k] for k in (lag - shorter.length, lag + shorter.length) if k < len(acf)]
    # the autocorrelation reaches over half of the series, so this is two of its standard errors
    chance = np.sqrt(2 / len(acf))
    pairs = (strength, shorter.strength), (acf[lag], max(beside))
    return is_multiple and not all(high - low > max(chance, CLEARER * (1 - low)) for high, low in pairs)


def _is_line(power: Floats, cycles: float) -> bool:
    """Whether the spectrum has a peak at `cycles` or one of its first four multiples."""
    for harmonic in range(1, 5):
        at = cycles * harmonic
        near = max(1.0, 0.03 * at)
        first, last = max(1, round(at - near)), min(len(power) - 1, round(at + near))
        around = power[max(1, int(at / 1.6)) : int(at * 1.6) + 2]
        if first > last or len(around) < 3:
            continue
        if power[first : last + 1].max() > LINE * np.median(around):
            return True
    return False
