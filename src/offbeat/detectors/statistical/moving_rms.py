"""Energy of the standardised series in a moving window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import floor_of, standard
from offbeat.core.series import Floats

LARGEST = 1e4
"""Standardised values are cut off here, so that running sums keep their digits."""


@dataclass
class MovingRMS(Detector):
    """Root mean square of the standardised series in a moving window.

    sqrt(mean z^2) with z = (x - mean) / sd.

    It ranks like the sum of all principal components of the windows, each weighed by its inverse share of variance,
    at a small part of the cost: the components of stationary windows are orthogonal, so their energies add up to that
    of the window.

    Score: root mean square, 1 in the training data. A channel that was constant in training scores 0 while it stays
    so, and up to 1e4 as soon as it moves. Time O(n), memory O(n).

    References
    ----------
    Liu, Paparrizos (2024), The elephant in the room: towards a reliable time-series anomaly detection benchmark, for
    the principal components.

    Examples
    --------
    >>> x = np.tile([1.0, -1.0], 100)
    >>> x[100:110] *= 3
    >>> int(MovingRMS(window=10).fit(x).score(x).argmax())
    105
    """

    window: int | None = param(None, "width of the window, in points; None is one period", low=2)

    sees: ClassVar[frozenset[str]] = frozenset({"level_shift", "variance"})
    memory: ClassVar[int] = 80

    def _fit(self, x: Floats) -> None:
        from offbeat.preprocess.period import default_window

        self.window_ = self.window or max(2, default_window(x))
        self.mean_: Floats = x.mean(axis=0)
        largest = np.maximum(np.abs(x - self.mean_).max(axis=0), floor_of(x))
        self.sd_: Floats = np.maximum(largest * ((x - self.mean_) / largest).std(axis=0), floor_of(x))

    def _score(self, x: Floats) -> Floats:
        z = np.clip(standard(x, self.mean_, self.sd_), -LARGEST, LARGEST)
        sums = np.zeros((len(z) + 1, z.shape[1]))
        np.cumsum(np.square(z, out=z), axis=0, out=sums[1:])
        first = np.arange(len(z)) - self.window_ // 2
        last = np.minimum(first + self.window_, len(z))
        first = np.maximum(first, 0)
        energy = np.maximum(sums[last] - sums[first], 0.0)
        return np.sqrt(energy / (last - first)[:, None])
