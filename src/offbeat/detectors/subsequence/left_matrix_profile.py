"""Distance to the nearest earlier window: the left matrix profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.series import Floats
from offbeat.detectors.subsequence._join import SLICE
from offbeat.detectors.subsequence._profile import Past, PastDistance


@dataclass
class LeftMatrixProfile(PastDistance):
    """Left matrix profile: z-normalised distance to the nearest earlier window; exact and causal.

    Earlier are all windows of the training data, and those of the scored series that start more than a quarter of the
    width before. Where the scored series begins with the training data, they are found there, once, and the first
    four widths are not scored, since everything is new to a series that has just begun. A fault that repeats an
    earlier one is not seen; the first of them is, which the two-sided profile misses.

    Score: min_(j earlier) |z(a_i) - z(b_j)|, Euclidean, from 0 to 2 sqrt(w), at the last point of the window.

    Time O(n (n / 2 + m)) for n points scored and m points of training data, memory O(n + m). Sees shapes that were
    not there before. Does not see a change of level or amplitude that keeps the shape.

    References
    ----------
    Yeh et al., "Matrix Profile I" (ICDM 2016); Zimmerman et al., "Matrix Profile XIV" (SoCC 2019).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] = x[520:500:-1]
    >>> scores = detector("left_matrix_profile", window=32).fit(x[:400]).score(x)
    >>> 500 <= int(np.nanargmax(scores)) < 552
    True
    """

    cost: ClassVar[str] = "O(n^2)"

    def _least(self, past: Past, channel: int) -> Floats:
        from offbeat.kernels.threads import in_slices

        least = np.empty(len(past.own))

        def one(first: int, last: int) -> None:
            least[first:last] = past.nearest(first, last, past.first, last)

        in_slices(one, len(least), SLICE)
        return least
