"""Distance to the nearest centroid of the training windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.robust import LEAST_SHARE, clipped
from offbeat.core.series import Floats
from offbeat.core.windows import evenly_spaced, sliding
from offbeat.detectors._windows import squares
from offbeat.detectors.subsequence._lags import PRODUCTS, Lags

POOL = 4096
"""Training windows that are clustered at most, evenly spaced."""
ROUNDS = 20
"""Passes of Lloyd's algorithm at most."""
LEAST = 0.2
"""Clusters of fewer windows than this share of the mean size are dropped: a few odd windows are not a way to be."""


@dataclass
class KMeans(Lags):
    """Distance of each window to the nearest k-means centroid of the training windows.

    Up to 4,096 training windows, evenly spaced and with values cut off at 8 robust standard deviations, are clustered
    by Lloyd's algorithm from centroids drawn far from one another. A cluster with less than a fifth of the usual number
    of windows is dropped, so that a fault in the training data does not become a centroid that hides it. Windows of at
    least twice `detail` points are averaged down to `detail` or a little more.

    Score: sqrt(min_j |a - c_j|^2 / w), the root mean square distance to the nearest centroid, in robust standard
    deviations of the channel's training data; with normalise="mean" windows have lost their means, with "soft" each is
    also divided by its own sd plus half the median sd.

    Time O(n detail clusters / step), where step = window // detail; memory O(n). Sees shapes and amplitudes that are
    far from the usual ones. Does not see, with "mean", a level that stays shifted, nor small faults: a centroid is a
    mean, and its own windows lie some way from it.

    References
    ----------
    Lloyd (1982), Least squares quantization in PCM; Arthur, Vassilvitskii (2007), k-means++; Yairi, Kato, Hori (2001),
    Fault detection by mining association rules from house-keeping data, for windows.

    Examples
    --------
    >>> x = np.sin(np.arange(1000) / 5) + 0.1 * np.random.default_rng(0).standard_normal(1000)
    >>> x[500:530] *= -0.5
    >>> scores = KMeans(window=32).fit(x).score(x)
    >>> 470 <= int(scores.argmax()) < 560
    True
    """

    clusters: int = param(64, "centroids at most", low=1, high=512, log=True)
    normalise: str = param(
        "mean", "what each window loses: its mean, mean and scale, nothing", choices=("mean", "soft", "none")
    )
    seed: int = param(0, "seed of the first centroids", low=0, high=2**32 - 1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape", "frozen"})

    def _learn_channel(self, values: Floats) -> tuple[Floats, Floats]:
        windows = sliding(clipped(values), self._points)
        pool = windows[evenly_spaced(len(windows), POOL)]
        damping = np.array(max(float(np.median(pool.std(axis=1))) / 2, LEAST_SHARE))
        rows = self._normal(damping, pool)
        centroids, sizes = lloyd(rows, first_centroids(rows, self.clusters, np.random.default_rng(self.seed)))
        return damping, np.ascontiguousarray(centroids[sizes >= LEAST * len(rows) / len(sizes)].T)

    def _score_rows(self, offset: Floats, columns: Floats, windows: Floats) -> Floats:
        rows = self._normal(offset, windows)
        near = (squares(columns.T) - 2.0 * (rows @ columns)).min(axis=1) + squares(rows)
        distance: Floats = np.sqrt(np.maximum(near, 0.0) / len(columns))
        return distance

    def _normal(self, damping: Floats, windows: Floats) -> Floats:
        """Return the windows without what they are to lose."""
        if self.normalise == "none":
            return windows
        centred: Floats = windows - windows.mean(axis=1, keepdims=True)
        if self.normalise == "mean":
            return centred
        sd = np.sqrt(squares(centred) / windows.shape[1])
        scaled: Floats = centred / (sd + damping)[:, None]
        return scaled


def first_centroids(rows: Floats, most: int, rng: np.random.Generator) -> Floats:
    """Return rows drawn one after the other, each with a probability that grows as its distance to the others, squared.

    Parameters
    ----------
    rows
        Shape (rows, values).
    most
        How many; fewer where there are fewer that differ.
    rng
        What draws.

    Returns
    -------
    Shape (centroids, values).
    """
    square = squares(rows)
    chosen = [int(rng.integers(len(rows)))]
    near = np.full(len(rows), np.inf)
    for _ in range(min(most, len(rows)) - 1):
        last = rows[chosen[-1]]
        near = np.minimum(near, np.maximum(square - 2.0 * (rows @ last) + last @ last, 0.0))
        near[chosen[-1]] = 0.0
        total = np.cumsum(near)
        if total[-1] <= 1e-12 * square.sum():  # what is left is rounding
            break
        chosen.append(min(int(np.searchsorted(total, rng.random() * total[-1], side="right")), len(rows) - 1))
    return rows[chosen]


def lloyd(rows: Floats, centroids: Floats) -> tuple[Floats, Floats]:
    """Return centroids that are the means of the rows nearest to them, and how many rows each has.

    Parameters
    ----------
    rows
        Shape (rows, values).
    centroids
        Where to begin, shape (centroids, values).

    Returns
    -------
    Shapes (centroids, values) and (centroids,); one that has lost all its rows stays where it was, with 0.
    """
    size = max(1, PRODUCTS // centroids.size)
    label = np.full(len(rows), -1)
    sizes = np.zeros(len(centroids))
    for _ in range(ROUNDS):
        square, before = squares(centroids), label
        parts = (rows[first : first + size] for first in range(0, len(rows), size))
        label = np.concatenate([(square - 2.0 * (part @ centroids.T)).argmin(axis=1) for part in parts])
        if (label == before).all():
            break
        sizes = np.bincount(label, minlength=len(centroids)).astype(np.float64)
        order = np.argsort(label, kind="stable")
        held = np.flatnonzero(sizes)
        begins = (np.cumsum(sizes) - sizes)[held].astype(np.int64)
        centroids = centroids.copy()
        centroids[held] = np.add.reduceat(rows[order], begins, axis=0) / sizes[held, None]
    return centroids, sizes
