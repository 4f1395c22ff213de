"""Distance from a polynomial through the points around, those beside it left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.robust import clipped
from offbeat.core.series import Floats
from offbeat.core.windows import spread
from offbeat.detectors._residual import Residual

REACH = 2
"""How many windows to each side the polynomial is fitted to."""


@dataclass
class Polynomial(Residual):
    """Distance from a local polynomial fitted without the point's own window (POLY).

    The score is |x - p| over the usual distance.

    p is fitted by least squares to two windows on each side, the window around the point left out, and read at the
    point. The coefficients of such a fit are the same everywhere, so that it is one convolution; the ends are mirrored
    about their last points. A window is judged by the root mean square of its points. Values are cut off at 8 robust
    standard deviations in what is fitted, not where they are judged. What is slow against five windows is expected; a
    season as short as the window is not, and raises the usual distance.

    Score: robust standard deviations of the distance in the training data. A channel that was constant in training
    scores 0 while it stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n log window),
    memory O(n).

    References
    ----------
    Li, Yu, Huang, Jing (2007), Unifying density-based clustering and outlier detection, WKDD; Savitzky, Golay (1964),
    Smoothing and differentiation of data by simplified least squares procedures, Analytical Chemistry 36.

    Examples
    --------
    >>> x = (np.arange(600.0) / 100) ** 2 + 0.1 * np.random.default_rng(0).normal(size=600)
    >>> x[300] += 1
    >>> int(Polynomial(window=5).fit(x).score(x).argmax()) in range(298, 303)
    True
    """

    window: int = param(32, "width of the window that is left out and scored, in points", low=1, log=True)
    degree: int = param(4, "degree of the polynomial, less where there are fewer points", low=0, high=9)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance"})
    cost: ClassVar[str] = "O(n log window)"
    unsteady: ClassVar[float] = 0.2

    def _learn(self, z: Floats) -> None:
        self.window_ = self.window
        self.weights_ = _weights(self.window_, self.degree)

    def _expected(self, z: Floats) -> Floats:
        from scipy.signal import oaconvolve

        reach = len(self.weights_) // 2
        padded = np.pad(clipped(z), ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")
        expected: Floats = oaconvolve(padded, self.weights_[:, None], mode="valid", axes=0)
        return expected

    def _distance(self, z: Floats, rest: Floats) -> Floats:
        squares = np.square(super()._distance(z, rest))
        # each point taken as a window of its own: the mean over those that reach a point is the mean over past points
        scores: Floats = np.sqrt(spread(squares, self.window_)[self.window_ - 1 : len(z)])
        return scores


def _weights(window: int, degree: int) -> Floats:
    """Return what each point around counts for in the polynomial's value at the middle; those of the window count 0."""
    half = window // 2
    reach = half + REACH * window
    t = np.arange(-reach, reach + 1)
    read = np.abs(t) > half
    # no more coefficients than points: else a constant would not be its own polynomial
    degree = min(degree, int(read.sum()) - 1)
    powers = np.polynomial.legendre.legvander(t[read] / reach, degree)
    middle = np.polynomial.legendre.legvander(np.zeros(1), degree)
    weights = np.zeros(len(t))
    weights[read] = np.linalg.lstsq(powers.T, middle[0], rcond=None)[0]
    return weights
