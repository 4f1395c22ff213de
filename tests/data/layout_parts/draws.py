"""Choices, from a seed or from hypothesis: the first of several is the plainest, so that examples shrink to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Draw:
    """Choices made by `index`, which returns a whole number from 0 to below n.

    `rng` gives the many numbers of a table, from a seed that is a choice itself.
    """

    def __init__(self, index: Callable[[int], int]) -> None:
        self.index = index
        self.rng = np.random.default_rng(index(1_000_000))

    def pick(self, options: Sequence[T]) -> T:
        return options[self.index(len(options))]

    def between(self, low: int, high: int) -> int:
        return low + self.index(high - low + 1)

    def chance(self, share: float) -> bool:
        return self.index(1000) >= 1000 * (1 - share)

    def shuffled(self, things: Sequence[T]) -> list[T]:
        return [things[i] for i in self.rng.permutation(len(things))]


def seeded(seed: int) -> Draw:
    rng = np.random.default_rng(seed)
    return Draw(lambda n: int(rng.integers(n)))
