"""Scale each channel by what was learned from training data alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self, final

import numpy as np

from offbeat.core.errors import InputError, NotFittedError
from offbeat.core.params import param, validate
from offbeat.core.registry import listed
from offbeat.core.robust import QUARTILES_TO_SD, robust_sd
from offbeat.core.series import Floats


class Scaler(ABC):
    """Base of every scaler: (x - centre) / spread, per channel.

    A subclass learns both from training data. NaN are passed over in fitting and passed through in scaling. A channel
    that is constant in training, or has no value there, gets the spread 1: it gives zeros, and if it moves later that
    is seen in its own unit.
    """

    centre_: Floats
    spread_: Floats

    def __post_init__(self) -> None:
        validate(self)

    @abstractmethod
    def _learn(self, column: Floats) -> tuple[float, float]:
        """Return centre and spread of the finite, not constant values of one channel."""

    @final
    def fit(self, x: Floats) -> Self:
        """Learn from training data of shape (n,) or (n, channels).

        Raises
        ------
        InputError
            For no rows at all.
        """
        if not len(x):
            raise InputError(f"{type(self).__name__} can't learn a scale from no rows; give training data")
        learned = [self._of(column) for column in _columns(x).T]
        self.centre_, self.spread_ = (np.array(part) for part in zip(*learned, strict=True))
        return self

    @final
    def transform(self, x: Floats) -> Floats:
        """Return `x`, shape (n,) or (n, channels), scaled; the same shape.

        Raises
        ------
        NotFittedError
            Before `fit`.
        InputError
            For another number of channels than it was fitted on.
        """
        self._check(x)
        scaled: Floats = (_columns(x) - self.centre_) / self.spread_
        return scaled.reshape(x.shape)

    @final
    def inverse(self, x: Floats) -> Floats:
        """Return scaled values in the unit they came from; raises as `transform` does."""
        self._check(x)
        back: Floats = _columns(x) * self.spread_ + self.centre_
        return back.reshape(x.shape)

    def _of(self, column: Floats) -> tuple[float, float]:
        known = column[np.isfinite(column)]
        if not len(known):
            return 0.0, 1.0
        if known.min() == known.max():
            return float(known[0]), 1.0
        centre, spread = self._learn(known)
        # the smallest numbers have no inverse
        return centre, spread if spread > np.finfo(np.float64).tiny else 1.0

    def _check(self, x: Floats) -> None:
        if not hasattr(self, "centre_"):
            raise NotFittedError(f"{type(self).__name__} has not learned a scale yet; call fit first")
        if _columns(x).shape[1] != len(self.centre_):
            raise InputError(
                f"{type(self).__name__} was fitted on {len(self.centre_)} channels and got {_columns(x).shape[1]}; "
                "give the same channels in the same order"
            )


@listed
@dataclass
class MinMax(Scaler):
    """The smallest training value becomes 0, the largest 1; later values may lie outside.

    Examples
    --------
    >>> MinMax().fit(np.array([2.0, 4.0])).transform(np.array([2.0, 3.0, np.nan, 6.0]))
    array([0. , 0.5, nan, 2. ])
    """

    def _learn(self, column: Floats) -> tuple[float, float]:
        low = float(column.min())
        return low, float(column.max()) - low


@listed
@dataclass
class Standard(Scaler):
    """The mean becomes 0, the standard deviation 1.

    Examples
    --------
    >>> Standard().fit(np.array([1.0, 3.0])).transform(np.array([1.0, 2.0, 5.0]))
    array([-1.,  0.,  3.])
    """

    def _learn(self, column: Floats) -> tuple[float, float]:
        return float(column.mean()), float(column.std())


@listed
@dataclass
class Robust(Scaler):
    """Scale to median 0 and robust standard deviation 1.

    Where most values are equal the robust deviation is 0, and the standard deviation takes its place.

    Examples
    --------
    >>> Robust().fit(np.array([1.0, 2.0, 3.0, 4.0, 1e6])).transform(np.array([3.0, 4.4826]))
    array([0., 1.])
    """

    spread: str = param("mad", "the robust deviation: of the median, or of the quartiles", choices=("mad", "iqr"))

    def _learn(self, column: Floats) -> tuple[float, float]:
        low, middle, high = np.quantile(column, (0.25, 0.5, 0.75))
        # of a normal distribution, the median distance is 0.6745 standard deviations, and the quartiles span twice that
        deviation = robust_sd(column, middle) if self.spread == "mad" else (high - low) / QUARTILES_TO_SD
        return float(middle), float(deviation) if deviation > 0 else float(column.std())


@listed
@dataclass
class L2Norm(Scaler):
    """Divide by the L2 norm of the training data; 0 stays 0.

    A constant channel becomes zeros here as well, like in every scaler.

    Examples
    --------
    >>> L2Norm().fit(np.array([3.0, 4.0])).transform(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    """

    def _learn(self, column: Floats) -> tuple[float, float]:
        # scaled first, as the square of a large number overflows
        largest = float(np.abs(column).max())
        return 0.0, largest * float(np.sqrt(((column / largest) ** 2).sum()))


def _columns(x: Floats) -> Floats:
    return x[:, None] if x.ndim == 1 else x
