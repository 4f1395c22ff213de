"""Distance to the nearest window of the whole training data, shape alone: the matrix profile."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors._windows import min_gap_for
from offbeat.detectors.subsequence._join import SLICE, Windows, distances
from offbeat.detectors.subsequence._profile import ProfileDetector

BLOCK = 2048
"""Reference windows that are compared in one go: few enough that sums along them lose no digits."""


@dataclass
class MatrixProfile(ProfileDetector):
    """Matrix profile: z-normalised distance to the nearest training window; exact.

    Where the scored series begins with the training series, windows that start within a quarter of the width from one
    another are not compared; this is the self-join whose largest values are the discords. A constant window is at
    distance 0 from another constant one, and at sqrt(w) from any other. Windows of which more than a
    tenth is missing are neither scored nor compared with.

    With k above 1 the k-th neighbour counts, where each neighbour starts at least a window away from the nearer ones:
    a fault that happened up to k times alike is seen. Channels are judged each for itself and then brought to one
    unit; with `dimensions` they are judged together, two windows being as far apart as the mean over that share of
    the channels in which they differ least (mSTAMP).

    Score: min_j |z(a_i) - z(b_j)| = min_j sqrt(2 w (1 - corr(a_i, b_j))), Euclidean, from 0 to 2 sqrt(w).

    Time O(n m) for n points scored and m points of training data, 1 s for 40 thousand of each, five times that with
    k=2 and ten times with `dimensions` or k=5; memory O(n + m). Sees shapes that occur once. Does not see a change of
    level or amplitude that keeps the shape, nor a fault that occurs more than k times alike, and takes the noise of a
    quiet stretch for a shape of its own.

    References
    ----------
    Yeh et al., "Matrix Profile I" (ICDM 2016) and "Matrix Profile VI" (ICDM 2017), for the dimensions; Zimmerman et
    al., "Matrix Profile XIV" (SoCC 2019), for the recurrence.

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] = x[520:500:-1]
    >>> scores = detector("matrix_profile", window=32).fit_score(x).scores
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    k: int = param(1, "the neighbour whose distance is the score", low=1, high=64)
    dimensions: float | None = param(
        None, "share of the channels that is compared together; None scores each by itself", low=0, high=1
    )

    cost: ClassVar[str] = "O(n^2)"

    def _score(self, x: Floats) -> Floats:
        return self._against_training(x, own=False)

    def _score_trained(self, x: Floats) -> Floats:
        return self._against_training(x, own=True)

    def _against_training(self, x: Floats, *, own: bool) -> Floats:
        series, bank = self._windows(x), self._windows(self.reference_)
        min_gap = min_gap_for(len(bank[0]), self._min_gap) if own else 0
        if self.dimensions is not None and len(series) > 1:
            return self._kth(series, bank, min_gap)
        pairs = list(zip(series, bank, strict=True))
        if self.k > 1:
            return np.column_stack([self._kth([one], [other], min_gap) for one, other in pairs])
        return np.column_stack([_nearest(one, other, min_gap, own) for one, other in pairs])

    def _kth(self, series: list[Windows], bank: list[Windows], min_gap: int) -> Floats:
        """Return the distance of each window, of all channels together, to its k-th neighbour; NaN for none."""
        from offbeat.kernels.profile import neighbours
        from offbeat.kernels.threads import in_slices

        least = max(1, math.ceil((self.dimensions or 0) * len(series) - 1e-9))
        near = np.empty(len(series[0]))
        columns = np.stack([_columns(windows) for windows in bank])

        def one(first: int, last: int) -> None:
            rows = [windows.part(first, last) for windows in series]
            covariance = np.stack([_dots(a.values, b.raw(0)) for a, b in zip(rows, bank, strict=True)])
            edge = np.stack([_dots(b.values, a.raw(0)) for a, b in zip(rows, bank, strict=True)])
            own = np.stack([_columns(windows) for windows in rows])
            neighbours(covariance, edge, own, columns, (-first, min_gap), self.k, self.window_, least, near[first:last])

        in_slices(one, len(near), SLICE)
        return np.where(np.isfinite(near), near, np.nan)


def _nearest(series: Windows, bank: Windows, min_gap: int, own: bool) -> Floats:
    """Return the distance of each window to its nearest; NaN for none."""
    firsts = range(0, len(bank), BLOCK)
    blocks = [bank.part(first, min(first + BLOCK, len(bank))) for first in firsts]
    return np.sqrt(distances(series, blocks, firsts if own else None, min_gap))


def _columns(windows: Windows) -> Floats:
    return np.stack([windows.steps, windows.halves, windows.inverse, windows.square])


def _dots(values: Floats, window: Floats) -> Floats:
    """Return the dot product of `window` with every window of `values`."""
    from offbeat.kernels.join import dots

    out = np.empty(len(values) - len(window) + 1)
    dots(values, window, out)
    return out
