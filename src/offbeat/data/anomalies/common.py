"""The common kinds of anomaly. Another file of this folder adds its own."""

from __future__ import annotations

import numpy as np

from offbeat.core.robust import robust_sd
from offbeat.core.series import Floats
from offbeat.core.windows import fill
from offbeat.data.anomalies._kind import Stretch, kind, middle_and_swing


@kind(6.0, is_point=True)
def spike(x: Floats, at: Stretch) -> None:
    """Raise by `size` usual deviations."""
    x[at.rows] += at.size * at.usual


@kind(6.0, is_point=True)
def dip(x: Floats, at: Stretch) -> None:
    """Lower by `size` usual deviations."""
    x[at.rows] -= at.size * at.usual


@kind(3.0)
def level_shift(x: Floats, at: Stretch) -> None:
    """Shift by `size` usual deviations, and back at the end."""
    x[at.rows] += at.size * at.usual


@kind(4.0)
def trend(x: Floats, at: Stretch) -> None:
    """Drift away to `size` usual deviations, and jump back at the end."""
    x[at.rows] += np.linspace(0.0, at.size, len(at) + 1)[1:, None] * at.usual


@kind(1.0)
def variance(x: Floats, at: Stretch) -> None:
    """Add noise of `size` usual deviations."""
    x[at.rows] += at.rng.normal(size=x[at.rows].shape) * at.size * at.usual


@kind(2.0)
def shape(x: Floats, at: Stretch) -> None:
    """Flatten the cycles towards a square wave of the same height; more for larger `size`."""
    middle, swing = middle_and_swing(x, at)
    height = np.abs(swing).max(axis=0)
    height = np.where(height > 0, height, 1.0)
    x[at.rows] = middle + np.sign(swing) * height * (np.abs(swing) / height) ** (1 / (1 + at.size))


@kind(2.0)
def frequency(x: Floats, at: Stretch) -> None:
    """Run `size` times as fast."""
    n = len(x)
    # the course ahead is played faster; at the end of the series it turns round
    places = (at.first + at.size * np.arange(len(at))) % max(2 * (n - 1), 1)
    places = np.where(places > n - 1, 2 * (n - 1) - places, places)
    x[at.rows] = np.column_stack([np.interp(places, np.arange(n), channel) for channel in fill(x).T])


@kind(2.5)
def amplitude(x: Floats, at: Stretch) -> None:
    """Swing `size` times as far around the middle."""
    middle, swing = middle_and_swing(x, at)
    x[at.rows] = middle + at.size * swing


@kind(1.0)
def frozen(x: Floats, at: Stretch) -> None:
    """Repeat the first value to the last digit; `size` has no meaning."""
    x[at.rows] = fill(x)[at.first]


@kind(1.0)
def missing_cycle(x: Floats, at: Stretch) -> None:
    """Replace by a straight line with `size` times the usual noise."""
    filled = fill(x)
    steps = np.diff(filled, axis=0, prepend=filled[:1])
    noise = robust_sd(steps) / np.sqrt(2)
    share = np.linspace(0.0, 1.0, len(at))[:, None]
    line = filled[at.first] * (1 - share) + filled[at.last - 1] * share
    x[at.rows] = line + at.rng.normal(size=line.shape) * noise * at.size


@kind(1.0, alone=True)
def correlation(x: Floats, at: Stretch) -> None:
    """Mirror one channel around its mean, `size` times as far."""
    middle, swing = middle_and_swing(x, at)
    x[at.rows] = middle - at.size * swing
