"""Rare paths in the graph of a series' transitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.series import Floats
from offbeat.core.windows import spread
from offbeat.detectors._windows import ChannelWindowDetector
from offbeat.detectors.subsequence._graph import Graph


@dataclass
class Series2Graph(ChannelWindowDetector):
    """Rarity of each window's path through a graph learned from training (Series2Graph).

    Each window is a point in a plane: the moving sums of its values, less the window's level, along their first two
    principal components. From window to window the point moves, and crosses rays from the origin, which is the median
    point. Where crossings of a ray gather is a node; the step from one crossing to the next is an edge, known by how
    often it was followed. A crossing far from all those in the training data is a node that nothing leads to. Crossings
    near the origin count less, and none at the origin, where a path that stands still would cross rays by rounding.

    Score: the mean of -log((times that the edge was followed + 0.3) / (mean crossings of a ray + 0.3)), in nats, over
    the crossings made by half a window to both sides, where a crossing at a node that is nowhere has -log(0.3 / number
    of windows); one more crossing of surprise 0 is added, so that standing still counts for little.

    Time O(n window) for windows of up to 127 points; longer ones are averaged down and cost less. Memory O(n). Sees
    what moves in an unusual way: shapes, bursts and levels as they come and go. Does not see what stands still, nor
    the level itself.

    References
    ----------
    Boniol and Palpanas, "Series2Graph: Graph-based subsequence anomaly detection for time series" (VLDB 2020).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] *= 0.2
    >>> scores = detector("series2graph", window=32).fit(x).score(x)
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape"})
    unsteady: ClassVar[float] = 0.02

    def _learn(self, values: Floats) -> None:
        self.graphs_ = [Graph.of(column, self._points) for column in values.T]

    def _score_channel(self, values: Floats, channel: int, *, trained: bool) -> Floats:
        return _mean_surprise(self.graphs_[channel].steps(values), self._points)


def _mean_surprise(steps: Floats, width: int) -> Floats:
    """Return the surprise a crossing, of all steps up to half of `width` away; steps of shape (n, 2)."""
    around = spread(steps, width)[width // 2 : width // 2 + len(steps)]
    return np.asarray(around[:, 0] / (around[:, 1] + 1 / width))
