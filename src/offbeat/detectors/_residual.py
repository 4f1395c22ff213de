"""Base of the detectors that score the distance from an expected value."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.robust import LEAST_SHARE, USUAL, scale_of, standard, wide_scale_of
from offbeat.core.series import Floats


@dataclass
class Residual(Detector):
    """Distance from the expected value, in robust standard deviations of that distance in training.

    A subclass learns in `_learn` and returns in `_expected` what it expects at each point, NaN where it can't say. Both
    get the series in the channels' own robust standard deviations, (n, channels), not cut off.
    """

    def _learn(self, z: Floats) -> None:
        """Learn what `_expected` needs."""

    @abstractmethod
    def _expected(self, z: Floats) -> Floats:
        """Return what is expected, same shape as `z`."""

    def _fit(self, x: Floats) -> None:
        self._fit_score(x)

    def _fit_score(self, x: Floats) -> Floats:
        self.centre_ = np.median(x, axis=0)
        self.scale_ = wide_scale_of(x, self.centre_)
        z = self._standard(x)
        self._learn(z)
        rest = z - self._expected(z)
        known = rest[np.isfinite(rest).all(axis=1)]
        none = np.zeros(x.shape[1])
        self.usual_ = np.quantile(known, USUAL, axis=0) if len(known) else np.zeros((2, x.shape[1]))
        self.spread_ = np.maximum(scale_of(known, none) if len(known) else none + 1.0, LEAST_SHARE)
        return self._distance(z, rest)

    def _score(self, x: Floats) -> Floats:
        z = self._standard(x)
        return self._distance(z, z - self._expected(z))

    def _distance(self, z: Floats, rest: Floats) -> Floats:
        """Return the scores of the residuals `rest` of the values `z`.

        Both have shape (n, channels); `rest` may be overwritten.
        """
        return np.abs(np.divide(rest, self.spread_, out=rest), out=rest)

    def _band(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        expected = self._expected(self._standard(x)) * self.scale_ + self.centre_
        low, high = np.minimum(self.usual_[0], 0) * self.scale_, np.maximum(self.usual_[1], 0) * self.scale_
        return expected, expected + low, expected + high

    def _standard(self, x: Floats) -> Floats:
        return standard(x, self.centre_, self.scale_)
