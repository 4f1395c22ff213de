"""Distance to the nearest windows of a reference bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors._windows import ChannelWindowDetector, min_gap_for
from offbeat.detectors.subsequence._join import Windows, distances

BLOCKS = 8
"""Stretches of training data that make up the bank."""
PAIRS = 2**33
"""Windows of training data times windows of the bank at most, over all channels: about 3 s of one core."""
LEAST = 2048
"""The bank that the longest series keep."""


@dataclass
class KNN(ChannelWindowDetector):
    """Distance of each window to its nearest neighbours in several parts of the training data.

    The bank is up to 8 stretches of consecutive windows, evenly spread over the training data. In each stretch the
    least distance is looked for, over all phases, and the k least of them are averaged: a fault that happened twice
    does not hide behind its twin, unless it happened in k stretches. Where the scored series is the training series,
    windows that overlap are not compared. Windows of at least twice `detail` points are averaged down to `detail` or
    a little more, and training data of more than half a million windows of what is left, over all channels, get a
    smaller bank.

    Score: sqrt(mean over the k stretches of min_j |a_i - b_j|^2 / w), the root mean square distance of two windows'
    points, in robust standard deviations of the channel's training data, to about 0.001 of them; with
    normalise="mean" both windows have lost their means, with "soft" each is also divided by its own sd plus half the
    median sd, so that flat windows stay small.

    Time O(n bank / step), where step = window // detail; memory O(n). Sees what no reference window looks like; does
    not see, with "mean", a level that has shifted, once it stays so for more than a window, nor a fault that the
    training data hold k times.

    References
    ----------
    Zimmerman et al., "Matrix Profile XIV" (SoCC 2019), for the recurrence.

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] *= 0.2
    >>> scores = detector("knn", window=32).fit_score(x).scores
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    k: int = param(3, "stretches whose nearest windows are averaged", low=1, high=BLOCKS)
    bank: int = param(16384, "reference windows at most", low=BLOCKS, log=True)
    detail: int = param(64, "points that a window keeps when longer ones are averaged down", low=4, log=True)
    normalise: str = param(
        "mean", "what each window loses: its mean, mean and scale, nothing", choices=("mean", "soft", "none")
    )

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "trend", "variance", "shape", "frozen"})
    cost: ClassVar[str] = "O(n bank)"

    def _learn(self, values: Floats) -> None:
        width = self._points
        count = len(values) - width + 1
        blocks = min(max(count // (2 * width), 1), BLOCKS)
        bank = min(self.bank, max(PAIRS // (count * values.shape[1]), LEAST))
        length = min(-(-count // blocks), bank // BLOCKS)
        self.starts_ = np.linspace(0, count - length, blocks).astype(np.int64)
        self.blocks_ = np.stack([values[s : s + length + width - 1] for s in self.starts_])
        self.min_gap_ = min_gap_for(count, -(-self.window_ // self.step_))
        sds = [np.median(np.sqrt(Windows.of(column, width).square / width)) for column in values.T]
        self.damping_ = np.array(sds) / 2

    def _score_channel(self, values: Floats, channel: int, *, trained: bool) -> Floats:
        blocks = [self._windows(block, channel) for block in self.blocks_[:, :, channel]]
        starts = self.starts_.tolist() if trained else None
        squared = distances(self._windows(values, channel), blocks, starts, self.min_gap_, self.k, single=True)
        return np.sqrt(squared / self._points)

    def _windows(self, values: Floats, channel: int) -> Windows:
        damping = float(self.damping_[channel]) if self.normalise == "soft" else None
        return Windows.of(values, self._points, centred=self.normalise != "none", damping=damping)
