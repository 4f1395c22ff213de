"""The kinds of anomaly that can be planted, one function per kind.

Each changes one stretch of the values in place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from offbeat.core.errors import InputError
from offbeat.core.robust import robust_sd
from offbeat.core.series import Floats
from offbeat.core.windows import fill


@dataclass(frozen=True, eq=False)
class Stretch:
    """Where and how strongly to change the values.

    Parameters
    ----------
    first, last
        The rows, `last` excluded.
    size
        How strong: in usual deviations or as a factor, as the kind says.
    usual
        Shape (channels,): the usual deviation of each channel, a robust standard deviation of the whole series.
    rng
        Where chance comes from.
    """

    first: int
    last: int
    size: float
    usual: Floats
    rng: np.random.Generator

    @property
    def rows(self) -> slice:
        """The rows as a slice."""
        return slice(self.first, self.last)

    def __len__(self) -> int:
        return self.last - self.first


Change = Callable[[Floats, Stretch], None]


@dataclass(frozen=True)
class Kind:
    """One kind of anomaly.

    Parameters
    ----------
    change
        Changes the values, shape (n, channels), in the rows of the stretch and nowhere else.
    size
        The size where none is asked for.
    is_point
        Whether it is one point long where no length is asked for.
    alone
        Whether it changes one channel of several where none are named: the others are what it breaks with.
    """

    change: Change
    size: float
    is_point: bool = False
    alone: bool = False

    @property
    def what(self) -> str:
        """One line on it, for listings."""
        return (self.change.__doc__ or "").strip()


KINDS: dict[str, Kind] = {}
"""Every kind by its name: the functions of this module that `_kind` marks."""


def _kind(size: float, *, is_point: bool = False, alone: bool = False) -> Callable[[Change], Change]:
    def register(change: Change) -> Change:
        KINDS[change.__name__] = Kind(change, size, is_point, alone)
        return change

    return register


def usual_deviation(values: Floats) -> Floats:
    """Return the robust standard deviation of each channel.

    1.4826 times the median absolute deviation; where that is 0, the standard deviation; where that is 0 too, 1.

    Examples
    --------
    >>> usual_deviation(np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0], [90.0, 5.0]])).round(2)
    array([1.48, 1.  ])
    """
    filled = fill(values)
    mad = robust_sd(filled)
    sd = filled.std(axis=0)
    usual: Floats = np.where(mad > 0, mad, np.where(sd > 0, sd, 1.0))
    return usual


@_kind(6.0, is_point=True)
def spike(x: Floats, at: Stretch) -> None:
    """Raise by `size` usual deviations."""
    x[at.rows] += at.size * at.usual


@_kind(6.0, is_point=True)
def dip(x: Floats, at: Stretch) -> None:
    """Lower by `size` usual deviations."""
    x[at.rows] -= at.size * at.usual


@_kind(3.0)
def level_shift(x: Floats, at: Stretch) -> None:
    """Shift by `size` usual deviations, and back at the end."""
    x[at.rows] += at.size * at.usual


@_kind(4.0)
def trend(x: Floats, at: Stretch) -> None:
    """Drift away to `size` usual deviations, and jump back at the end."""
    x[at.rows] += np.linspace(0.0, at.size, len(at) + 1)[1:, None] * at.usual


@_kind(1.0)
def variance(x: Floats, at: Stretch) -> None:
    """Add noise of `size` usual deviations."""
    x[at.rows] += at.rng.normal(size=x[at.rows].shape) * at.size * at.usual


@_kind(2.0)
def shape(x: Floats, at: Stretch) -> None:
    """Flatten the cycles towards a square wave of the same height; more for larger `size`."""
    middle, swing = _middle_and_swing(x, at)
    height = np.abs(swing).max(axis=0)
    height = np.where(height > 0, height, 1.0)
    x[at.rows] = middle + np.sign(swing) * height * (np.abs(swing) / height) ** (1 / (1 + at.size))


@_kind(2.0)
def frequency(x: Floats, at: Stretch) -> None:
    """Run `size` times as fast."""
    n = len(x)
    # the course ahead is played faster; at the end of the series it turns round
    places = (at.first + at.size * np.arange(len(at))) % max(2 * (n - 1), 1)
    places = np.where(places > n - 1, 2 * (n - 1) - places, places)
    x[at.rows] = np.column_stack([np.interp(places, np.arange(n), channel) for channel in fill(x).T])


@_kind(2.5)
def amplitude(x: Floats, at: Stretch) -> None:
    """Swing `size` times as far around the middle."""
    middle, swing = _middle_and_swing(x, at)
    x[at.rows] = middle + at.size * swing


@_kind(1.0)
def frozen(x: Floats, at: Stretch) -> None:
    """Repeat the first value to the last digit; `size` has no meaning."""
    x[at.rows] = fill(x)[at.first]


@_kind(1.0)
def missing_cycle(x: Floats, at: Stretch) -> None:
    """Replace by a straight line with `size` times the usual noise."""
    filled = fill(x)
    steps = np.diff(filled, axis=0, prepend=filled[:1])
    noise = robust_sd(steps) / np.sqrt(2)
    share = np.linspace(0.0, 1.0, len(at))[:, None]
    line = filled[at.first] * (1 - share) + filled[at.last - 1] * share
    x[at.rows] = line + at.rng.normal(size=line.shape) * noise * at.size


@_kind(1.0, alone=True)
def correlation(x: Floats, at: Stretch) -> None:
    """Mirror one channel around its mean, `size` times as far."""
    middle, swing = _middle_and_swing(x, at)
    x[at.rows] = middle - at.size * swing


def _middle_and_swing(x: Floats, at: Stretch) -> tuple[Floats, Floats]:
    """Split the stretch into the mean of each channel and the distances from it."""
    part = fill(x[at.rows])
    middle = part.mean(axis=0)
    return middle, part - middle


def check(kind: str, channels: int) -> None:
    """Refuse what a kind can't be planted in.

    Raises
    ------
    InputError
        For a break with the other channels where there are none.
    """
    if KINDS[kind].alone and channels < 2:
        raise InputError(f"{kind} needs a series of at least 2 channels, and this has {channels}; plant another kind")
