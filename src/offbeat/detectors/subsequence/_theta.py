"""The shapes of a stream, how much each still counts, and what another batch makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.series import Floats
from offbeat.detectors.subsequence._patterns import Bank, pool_of, weights_of
from offbeat.detectors.subsequence._sbd import Shapes, k_shape

POOL = 64
"""Subsequences of a batch that are clustered at most."""


@dataclass(frozen=True, eq=False)
class Theta:
    """Shapes of unit norm, (k, length); how many subsequences each stands for, and their usual distance from it."""

    shapes: Floats
    sizes: Floats
    spreads: Floats

    @classmethod
    def of(cls, batch: Floats, length: int, k: int, seed: int) -> Theta:
        """Cluster the subsequences of one batch of one channel."""
        found = k_shape(Shapes.of(pool_of(batch, length, POOL)), k, seed)
        sizes = np.bincount(found.labels, minlength=len(found.shapes)).astype(np.float64)
        spreads = np.bincount(found.labels, found.distance, minlength=len(sizes)) / np.maximum(sizes, 1.0)
        return cls(found.shapes, sizes, spreads)

    def after(self, batch: Theta, rate: float, most: int) -> Theta:
        """Return what is known after another batch; `most` shapes are kept, those that count most.

        Old sizes fade by `rate`, so that of a steady stream's sizes the sum stays. A shape of the batch that is no
        further from an old one than that one's members are is merged with it, else it is added.
        """
        own = Shapes.of(batch.shapes)
        found = [own.sbd(shape) for shape in self.shapes]
        distances = np.stack([distance for distance, _ in found])
        merged = Theta(self.shapes.copy(), (1 - rate) * self.sizes, self.spreads.copy())
        new = []
        for j, size in enumerate(rate * batch.sizes):
            near = int(distances[:, j].argmin())
            if distances[near, j] > self.spreads[near]:
                new.append(j)
            else:
                moved = own.moved(np.array([j]), found[near][1][j : j + 1])[0]
                merged._take(near, moved, size, batch.spreads[j] + distances[near, j])
        shapes = np.concatenate([merged.shapes, batch.shapes[new]])
        sizes = np.concatenate([merged.sizes, rate * batch.sizes[new]])
        spreads = np.concatenate([merged.spreads, batch.spreads[new]])
        kept = np.sort(np.argsort(-sizes, kind="stable")[:most])
        return Theta(shapes[kept], sizes[kept], spreads[kept])

    def bank(self) -> Bank:
        """Return the shapes as patterns, with their weights."""
        return Bank(self.shapes * np.sqrt(self.shapes.shape[1]), weights_of(Shapes.of(self.shapes), self.sizes))

    def _take(self, row: int, shape: Floats, size: float, spread: float) -> None:
        """Merge a shape, aligned with that of `row`, into it: means weighted by size."""
        total = self.sizes[row] + size
        mixed = self.sizes[row] * self.shapes[row] + size * shape
        self.shapes[row] = Shapes.of(mixed[None]).unit[0]
        self.spreads[row] = (self.sizes[row] * self.spreads[row] + size * spread) / total
        self.sizes[row] = total
