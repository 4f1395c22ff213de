"""Distance to the nearest earlier window within a bounded past, for long streams."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.subsequence._profile import Past, PastDistance

ROWS = 512
"""Windows that are judged together."""
NEAR = 1024
"""The earlier windows that every window is compared with, at least."""
NEAR_WIDTHS = 8
"""The same in widths: cycles in which most windows find their like."""
USUAL = 0.95  # decision 11
"""The quantile of the distances in the training data up to which a window counts as usual, and the search ends."""


@dataclass
class DAMP(PastDistance):
    """Left discord score in a bounded past (DAMP), searched backwards by doubling.

    Distance of the window that ends at a point to its nearest earlier window.

    Each window is compared with the latest 8 widths (1024 windows at least) before it; only where the distance is
    then above the training data's usual one (its 95 % quantile) the search goes on into twice as many older windows,
    and so on until it is not or `lookback` is reached. So the score of an odd window is the exact left distance within
    `lookback`, and that of a usual one is an upper bound of it, above no odd one's.

    Score: min over the searched j of |z(a_i) - z(b_j)|, Euclidean, from 0 to 2 sqrt(w), at the last point of the
    window. Where the scored series begins with the training data its first four widths are not scored; else the last
    `lookback` windows of the training data come before it.

    Time O(n lookback) at worst, mostly O(n (8 w + 1024)); memory O(n). Sees shapes that were not there lately. Does
    not see a change of level or amplitude that keeps the shape, nor the second of two faults alike. Against the
    paper, the search ends at what is usual and not at the largest distance so far, so that all odd windows rank and
    not only the first; nothing is skipped by looking ahead, so it is causal.

    References
    ----------
    Lu et al., "Matrix Profile XXIV: scaling time series anomaly detection to trillions of datapoints and ultra-fast
    arriving data streams" (KDD 2022).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] = x[520:500:-1]
    >>> scores = detector("damp", window=32).fit(x[:400]).score(x)
    >>> 500 <= int(np.nanargmax(scores)) < 552
    True
    """

    lookback: int = param(32768, "earlier windows that are searched at most", low=NEAR, log=True)

    def _fit(self, x: Floats) -> None:
        super()._fit(x)
        self.usual_ = np.full(x.shape[1], np.inf)
        for channel, windows in enumerate(self._windows(x)):
            nearby = self._least(Past(windows, None, self._min_gap), channel)
            found = nearby[np.isfinite(nearby)]
            self.usual_[channel] = np.quantile(found, USUAL) if len(found) else np.inf

    def _keeps(self) -> int:
        return self.lookback

    def _least(self, past: Past, channel: int) -> Floats:
        from offbeat.kernels.threads import in_slices

        least = np.empty(len(past.own))

        def one(first: int, last: int) -> None:
            least[first:last] = self._searched(past, first, last, self.usual_[channel])

        in_slices(one, len(least), ROWS)
        return least

    def _searched(self, past: Past, first: int, last: int, usual: float) -> Floats:
        """Return the least squared distance of the windows first to last - 1, searched for until it is usual."""
        size = min(max(NEAR, NEAR_WIDTHS * self.window_), self.lookback)
        bottom = max(past.first, first - self.lookback)
        low = max(first - size, bottom)
        least = past.nearest(first, last, low, last)
        judged = np.isfinite(past.own.square[first:last])
        while low > bottom:
            odd = np.flatnonzero((least > usual) & judged)
            if not len(odd):
                break
            size, high = 2 * size, low
            low = max(low - size, bottom)
            begin, end = int(odd[0]), int(odd[-1]) + 1
            further = past.nearest(first + begin, first + end, low, high)
            # of the windows between only the odd ones gain, so that a later window changes no score
            least[odd] = np.minimum(least[odd], further[odd - begin])
        return least
