"""Choices from a seed: the first of several is the plainest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Draw:
    """Choices, and many numbers by `rng`."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def index(self, n: int) -> int:
        return int(self.rng.integers(n))

    def pick(self, options: Sequence[T]) -> T:
        return options[self.index(len(options))]

    def between(self, low: int, high: int) -> int:
        return low + self.index(high - low + 1)

    def chance(self, share: float) -> bool:
        return float(self.rng.random()) < share

    def shuffled(self, things: Sequence[T]) -> list[T]:
        return [things[i] for i in self.rng.permutation(len(things))]
