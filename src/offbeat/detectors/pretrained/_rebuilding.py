"""Pretrained models that rebuild what they are shown: the score is how far the values are from that."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from offbeat.core.series import Floats
from offbeat.core.windows import spread
from offbeat.detectors.pretrained._pretrained import Pretrained

OWN = 0.03  # decision 26
"""What the point's own error counts beside those around it: enough to place the peak."""
AROUND = 8
"""Points around a point whose errors count: as many as these models rebuild in one piece."""


@dataclass
class Rebuilding(Pretrained):
    """How far stretches are from what the model makes of them.

    Windows overlap by half, and what is expected of a point is the mean of what they give. With e the error in robust
    standard deviations of the errors, the score is the root of the mean of e^2 in the 8 points around, and 0.03 e^2
    of its own. A subclass returns from `_ask` as many values as it was given.
    """

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    cost: ClassVar[str] = "O(n window)"

    @abstractmethod
    def _length(self, model: Any) -> int:
        """Return how many points the model reads in one go."""

    def _suit(self, model: Any, z: Floats) -> None:
        longest = self._length(model)
        self._longest(longest)
        self.window_ = min(longest, len(z)) if self.window is None else self.window

    def _expected(self, z: Floats) -> Floats:
        n, width = len(z), self.window_
        if n < width:
            return np.full(z.shape, np.nan)
        starts = np.append(np.arange(0, n - width, max(width // 2, 1)), n - width)
        total, count = np.zeros(z.shape), np.zeros((n, 1))
        for start, rebuilt in zip(starts, self._answers(z, starts, width, width), strict=True):
            total[start : start + width] += rebuilt.T
            count[start : start + width] += 1.0
        expected: Floats = total / count
        return expected

    def _distance(self, z: Floats, rest: Floats) -> Floats:
        square = np.divide(rest, self.spread_, out=rest) ** 2
        around = spread(square, AROUND)[AROUND // 2 :][: len(square)]
        return np.sqrt(around + OWN * square)
