"""What a kind of anomaly is: a function that `kind` marks, one file a kind.

Each changes one stretch of the values in place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from offbeat.core.registry import listed
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
    order
        Its place where all kinds are planted one after another from one seed. A kind without one comes last, so that
        adding it leaves what the others are as it was.
    """

    change: Change
    size: float
    is_point: bool = False
    alone: bool = False
    order: float = np.inf

    @property
    def what(self) -> str:
        """One line on it, for listings."""
        return (self.change.__doc__ or "").strip()


KINDS: dict[str, Kind] = {}
"""Every kind by its name, in their order: the functions of this folder that `kind` marks."""


def kind(
    size: float, *, is_point: bool = False, alone: bool = False, order: float = np.inf
) -> Callable[[Change], Change]:
    """Declare a function to be a kind of anomaly; see `Kind`."""

    def register(change: Change) -> Change:
        found = KINDS | {change.__name__: Kind(change, size, is_point, alone, order)}
        KINDS.clear()
        KINDS.update(sorted(found.items(), key=lambda item: (item[1].order, item[0])))
        return listed(change, size=size, is_point=is_point, alone=alone)

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


def middle_and_swing(x: Floats, at: Stretch) -> tuple[Floats, Floats]:
    """Split the stretch into the mean of each channel and the distances from it."""
    part = fill(x[at.rows])
    middle = part.mean(axis=0)
    return middle, part - middle
