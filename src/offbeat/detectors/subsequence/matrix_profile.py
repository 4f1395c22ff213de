"""Distance to the nearest window of the whole training data, shape alone: the matrix profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.subsequence._windows import Scale, Windows, distance_apart, distances, width_for

BLOCK = 2048
"""Reference windows that are compared in one go: few enough that sums along them lose no digits."""


@dataclass
class MatrixProfile(Detector):
    """Distance of each window to its nearest in all of the training data, both z-normalised; exact.

    Where the scored series is the training series, windows that start within a quarter of the width from one another
    are not compared; this is the self-join whose largest values are the discords. A constant window is at distance 0
    from another constant one, and at sqrt(w) from any other.

    Score: min_j |z(a_i) - z(b_j)| = min_j sqrt(2 w (1 - corr(a_i, b_j))), Euclidean, from 0 to 2 sqrt(w).

    Time O(n m) for n points scored and m points of training data, 1 s for 40 thousand of each; memory O(n + m). Sees
    shapes that occur once. Does not see a change of level or amplitude that keeps the shape, nor a fault that occurs
    twice alike, and takes the noise of a quiet stretch for a shape of its own.

    References
    ----------
    Yeh et al., "Matrix Profile I" (ICDM 2016); Zimmerman et al., "Matrix Profile XIV" (SoCC 2019).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] = x[520:500:-1]
    >>> scores = detector("matrix_profile", window=32).fit(x).score(x)
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    window: int | None = param(None, "window width, in points; None is the period that the data show", low=3)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "shape"})
    cost: ClassVar[str] = "O(n^2)"

    def _fit(self, x: Floats) -> None:
        self.window_ = width_for(x, self.window)
        self.scale_ = Scale.of(x)
        self.reference_ = self.scale_.apply(x)

    def _score(self, x: Floats) -> Floats:
        count = len(self.reference_) - self.window_ + 1
        apart = distance_apart(count, -(-self.window_ // 4) + 1)
        firsts = range(0, count, BLOCK)
        starts = firsts if self._starts_as_trained(x) else None
        near = []
        for own, others in zip(self.scale_.apply(x).T, self.reference_.T, strict=True):
            reference = self._windows(others)
            blocks = [reference.part(first, min(first + BLOCK, count)) for first in firsts]
            near.append(np.sqrt(distances(self._windows(own), blocks, starts, apart)))
        return np.column_stack(near)

    def _windows(self, values: Floats) -> Windows:
        return Windows.of(values, self.window_, damping=0.0)
