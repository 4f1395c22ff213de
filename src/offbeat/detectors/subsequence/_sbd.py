"""Shape-based distance between windows, and the clusters that k-Shape finds with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats

ROUNDS = 30
"""Rounds of k-Shape at most; it has settled after some ten."""
STILL = 1e-9
"""A window whose sd is less than this share of its largest value is constant: it has no shape."""


@dataclass(frozen=True, eq=False)
class Shapes:
    """Windows without their mean, of unit norm (a constant one is 0), and their Fourier transforms, zero-padded."""

    unit: Floats
    spectra: NDArray[np.complex128]
    size: int

    @classmethod
    def of(cls, windows: Floats) -> Shapes:
        """Prepare windows of shape (windows, length)."""
        from scipy import fft

        centred = windows - windows.mean(axis=1, keepdims=True)
        norm = np.sqrt((centred**2).sum(axis=1, keepdims=True))
        moves = norm > STILL * np.sqrt(windows.shape[1]) * np.abs(windows).max(axis=1, keepdims=True)
        unit = np.divide(centred, norm, out=np.zeros_like(centred), where=moves)
        size = fft.next_fast_len(2 * windows.shape[1] - 1, real=True)
        return cls(unit, fft.rfft(unit, size, axis=1), size)

    def __len__(self) -> int:
        return len(self.unit)

    def sbd(self, shape: Floats) -> tuple[Floats, NDArray[np.int64]]:
        """Return each window's shape-based distance to `shape`, and the shift that aligns the window with it.

        The distance is 1 - max_s <a shifted by s, shape>, from 0 to 1 (a shift past the end leaves 0), where both have
        unit norm. O(windows length log(length)).
        """
        from scipy import fft

        length = self.unit.shape[1]
        products = np.conj(self.spectra) * fft.rfft(shape, self.size)
        # what is at s, for a negative one counted from the end, belongs to a window moved to the right by s
        correlation = fft.irfft(products, self.size, axis=1)
        lags = np.r_[0:length, self.size - length + 1 : self.size]
        near = correlation[:, lags]
        best = near.argmax(axis=1)
        shift = np.where(lags[best] < length, lags[best], lags[best] - self.size)
        return np.clip(1.0 - near[np.arange(len(near)), best], 0.0, 1.0), shift

    def between(self) -> Floats:
        """Return the distance of every window to every other, shape (windows, windows); symmetric, 0 to itself."""
        distances = np.zeros((len(self), len(self)))
        for row in range(1, len(self)):
            earlier = Shapes(self.unit[:row], self.spectra[:row], self.size)
            distances[row, :row] = distances[:row, row] = earlier.sbd(self.unit[row])[0]
        return distances

    def moved(self, rows: NDArray[np.int64], shifts: NDArray[np.int64]) -> Floats:
        """Return the windows `rows`, each moved to the right by its shift, with zeros where it has left."""
        length = self.unit.shape[1]
        source = np.arange(length) - shifts[:, None]
        inside = (source >= 0) & (source < length)
        return np.where(inside, self.unit[rows[:, None], np.clip(source, 0, length - 1)], 0.0)


@dataclass(frozen=True, eq=False)
class Clusters:
    """Clusters of windows: their shapes (k, length), each window's label, and its distance to its own shape."""

    shapes: Floats
    labels: NDArray[np.int64]
    distance: Floats


def k_shape(shapes: Shapes, k: int, seed: int) -> Clusters:
    """Cluster windows by shape; clusters that run empty are dropped.

    The first shapes are windows drawn by k-means++, in this distance. O(rounds windows k length log(length)).
    """
    centres = _first(shapes, k, seed)
    labels = np.full(len(shapes), -1)
    for _ in range(ROUNDS):
        found = [shapes.sbd(centre) for centre in centres]
        distance = np.column_stack([d for d, _ in found])
        nearest = distance.argmin(axis=1)
        if np.array_equal(nearest, labels):
            break
        kept, labels = np.unique(nearest, return_inverse=True)
        rows = [np.flatnonzero(labels == j) for j in range(len(kept))]
        centres = [shape_of(shapes.moved(r, found[c][1][r])) for c, r in zip(kept, rows, strict=True)]
    distance = np.column_stack([shapes.sbd(centre)[0] for centre in centres])
    labels = distance.argmin(axis=1)
    return Clusters(np.stack(centres), labels, distance.min(axis=1))


def shape_of(aligned: Floats) -> Floats:
    """Return the shape that resembles all rows most: the leading eigenvector of their centred squares, unit norm.

    Shape (length,); zeros where all rows are constant.
    """
    centred = aligned - aligned.mean(axis=1, keepdims=True)
    norm = np.sqrt((centred**2).sum(axis=1, keepdims=True))
    centred = np.divide(centred, norm, out=np.zeros_like(centred), where=norm > STILL)
    if len(centred) <= centred.shape[1]:
        shape = np.linalg.eigh(centred @ centred.T)[1][:, -1] @ centred
    else:
        shape = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    shape = shape - shape.mean()
    size = np.sqrt((shape**2).sum())
    if size < STILL:
        return np.zeros(aligned.shape[1])
    return np.asarray(shape / size if (centred @ shape).sum() >= 0 else -shape / size)


def _first(shapes: Shapes, k: int, seed: int) -> list[Floats]:
    rng = np.random.default_rng(seed)
    centres = [shapes.unit[rng.integers(len(shapes))]]
    least = shapes.sbd(centres[0])[0]
    while len(centres) < k and least.max() > STILL:
        weight = np.cumsum(least**2)
        row = min(int(np.searchsorted(weight, rng.random() * weight[-1], side="right")), len(shapes) - 1)
        centres.append(shapes.unit[row])
        least = np.minimum(least, shapes.sbd(shapes.unit[row])[0])
    return centres
