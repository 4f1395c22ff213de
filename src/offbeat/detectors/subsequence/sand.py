"""Distance to the cluster shapes of a stream, which are learned batch by batch and fade."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors._windows import ChannelWindowDetector
from offbeat.detectors.subsequence._join import Windows
from offbeat.detectors.subsequence._patterns import dampings
from offbeat.detectors.subsequence._theta import Theta

BATCH = 20
"""Windows that a batch is long at least."""
PARTS = 10
"""Batches that long training data are cut into."""

LONGER = 4
"""How many times as long as a window a shape is."""


@dataclass
class SAND(ChannelWindowDetector):
    """Weighted distance to cluster shapes that are learned batch by batch (SAND).

    Each batch, a tenth of the training data or 20 windows, is clustered by k-Shape. A new shape is merged with the
    nearest old one if it is no further from it than that one's members are, else it is added; the old ones fade by
    `rate`, and twice k are kept. A shape counts by the number of subsequences it still stands for, over its mean
    distance from all of them. A batch is scored with what is known from earlier ones, the first with what it teaches
    itself. The series scored is taken for the continuation of the training data, or for their replay where it begins
    with them.

    Score: 1 / sum_k (w_k / (d_k + 0.1)) - 0.1, where d_k is the root mean square distance of the window to its nearest
    within shape k. Windows lose their mean and are divided by their own sd plus half the usual sd.

    Time O(n k window) for windows of up to 127 points; longer ones are averaged down and cost less. Memory O(n).
    The score of a point is known one window later. Sees shapes that the stream has not shown of late, and grows
    used to new ones that stay. Does not see a level that has shifted, once it stays so for more than a window.

    References
    ----------
    Boniol, Paparrizos, Palpanas and Franklin, "SAND: Streaming subsequence anomaly detection" (VLDB 2021).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(2000) / 5)
    >>> x[1500:1520] = x[1520:1500:-1]
    >>> scores = detector("sand", window=32).fit(x[:1000]).score(x)
    >>> 1480 <= int(scores.argmax()) < 1540
    True
    """

    k: int = param(6, "clusters of a batch at most, and half as many as are kept", low=1)
    rate: float = param(0.1, "share of what is known that fades with each batch", low=0.01, high=0.99)  # decision 14
    seed: int = param(0, "seed of the first clusters", low=0, high=2**32 - 1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "trend", "variance", "shape", "frozen"})
    unsteady: ClassVar[float] = 0.01

    def _learn(self, values: Floats) -> None:
        rows = len(values)
        self.batch_ = min(max(rows // PARTS, BATCH * self._points), rows)
        self.length_ = min(LONGER * self._points, rows)
        self.damping_ = dampings(values, self._points)
        self.thetas_ = [self._learned(column) for column in values.T]

    def _score_channel(self, values: Floats, channel: int, *, trained: bool) -> Floats:
        windows = Windows.of(values, self._points, damping=self.damping_[channel] or None)
        first = self._clustered(values[: self.batch_]) if trained else self.thetas_[channel]
        return self._streamed(windows, values, first, trained)

    def _learned(self, column: Floats) -> Theta:
        """Return what is known at the end of one channel of the training data."""
        theta = self._clustered(column[: self.batch_])
        for first, last in self._batches(len(column), self.batch_):
            theta = self._after(theta, column[first:last])
        return theta

    def _streamed(self, windows: Windows, column: Floats, theta: Theta, replay: bool) -> Floats:
        """Return the distance of each window, a batch's from what is known before it; `theta` is known at first."""
        scores = np.empty(len(windows))
        scored = 0
        for first, last in self._batches(len(column), 0):
            until = max(last - self._points + 1, scored)
            if until > scored:
                scores[scored:until] = theta.bank().distance(windows.part(scored, until), damped=True)
            if not (replay and first == 0):
                theta = self._after(theta, column[first:last])
            scored = until
        return scores

    def _clustered(self, batch: Floats) -> Theta:
        return Theta.of(batch, self.length_, self.k, self.seed)

    def _after(self, theta: Theta, batch: Floats) -> Theta:
        """Return what is known after a batch; one too short for a subsequence teaches nothing."""
        if len(batch) < self.length_:
            return theta
        return theta.after(self._clustered(batch), self.rate, 2 * self.k)

    def _batches(self, rows: int, begin: int) -> Iterator[tuple[int, int]]:
        """Yield where the batches begin and end."""
        for first in range(begin, rows, self.batch_):
            yield first, min(first + self.batch_, rows)
