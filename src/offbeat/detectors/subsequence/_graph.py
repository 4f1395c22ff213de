"""The windows of one channel as a path in the plane, and the path as a graph of its crossings with rays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offbeat.core.robust import QUARTILES_TO_SD
from offbeat.core.series import Floats
from offbeat.core.windows import evenly_spaced, sliding

POOL = 2048
"""Windows that the plane is learned from at most, evenly spaced over the training data."""
RAYS = 50
"""Rays on which the path's crossings are told apart."""
BINS = 128
"""Distances on a ray that can be told apart."""
NODES = 12
"""Places on a ray where crossings gather, at most; node 0 is anywhere else."""
OUTSIDE = 1.5
"""The rays end at so many times the distance that 99 in 100 windows keep; beyond is nowhere."""
FAR = 3.0
"""A crossing that is further than so many bandwidths from all of the training data is nowhere."""
UNSEEN = 0.3
"""What an edge that was never followed counts for, in crossings."""
NARROWEST = 0.7
"""The least bandwidth, in bins."""
TILT = 1e-4
"""Where the data leave the axes of the plane open, a fixed term decides, of this share of their variance."""
TURN = 0.3
"""The angle that the path is turned by: no ray may lie on an axis, where a median leaves points of the path."""
SAME = 1e-6
"""What differs by less than this share, or by as little in crossings, is the same: rounding must not decide."""
LARGEST = 1e3
"""What the plane is learned from is cut off here, in the channel's scales: one absurd value must not be an axis."""


@dataclass(frozen=True, eq=False)
class Graph:
    """What was learned of one channel.

    Parameters
    ----------
    filters
        A window's two coordinates are its products with these, less `origin`, turned by `TURN`; shape (2, width).
    origin
        Shape (2,).
    reach
        Where the rays end.
    nodes
        The node of each ray and distance, shape (rays, bins).
    surprise
        -log of how often each edge is followed, of the usual number of crossings of a ray; (rays, nodes, 3, nodes).
    """

    filters: Floats
    origin: Floats
    reach: float
    nodes: NDArray[np.int64]
    surprise: Floats

    @classmethod
    def of(cls, column: Floats, width: int) -> Graph:
        """Learn from one channel, shape (n,), of which windows have `width` points."""
        from offbeat.kernels.crossings import count_crossings, follow

        filters = _plane(column, width)
        path = _products(column, filters)
        origin: Floats = np.median(path, axis=0)
        path = _turned(path - origin)
        reach = OUTSIDE * float(np.quantile(np.hypot(path[:, 0], path[:, 1]), 0.99))
        reach = reach if reach > SAME else 1.0
        counts = np.zeros((RAYS, BINS))
        count_crossings(path, _rays(), reach, counts)
        nodes = np.stack([_nodes(row) for row in counts])
        seen = np.zeros((RAYS, NODES + 1, 3, NODES + 1))
        follow(path, _rays(), reach, nodes, np.zeros_like(seen), seen, np.zeros((len(path), 2)))
        surprise = np.log((seen.sum() / RAYS + UNSEEN) / (seen + UNSEEN))
        surprise[:, 0] = surprise[:, :, :, 0] = np.log(len(path) / UNSEEN + 1)
        return cls(filters, origin, reach, nodes, surprise)

    def steps(self, column: Floats) -> Floats:
        """Return, for each window, the surprise of the crossings on the way to the next, and their number; (n, 2)."""
        from offbeat.kernels.crossings import follow

        path = _turned(_products(column, self.filters) - self.origin)
        total = np.zeros((len(path), 2))
        follow(path, _rays(), self.reach, self.nodes, self.surprise, np.zeros_like(self.surprise), total)
        return total


def _plane(column: Floats, width: int) -> Floats:
    """Return the two filters, shape (2, width), whose products with a window don't depend on its level.

    They are the first two principal components of the windows' moving sums, over a third of the width, each window's
    less their mean. A small fixed term, the same for all data, decides where two components have the same variance or
    none, as in a clean sine: else rounding would. Windows of one or two points are points of a plane as they are, and
    their level counts.
    """
    if width <= 2:
        return np.eye(2, width)
    views = sliding(np.clip(column, -LARGEST, LARGEST), width)
    box = max(1, width // 3)
    ahead = np.pad(np.cumsum(views[evenly_spaced(len(views), POOL)], axis=1), ((0, 0), (1, 0)))
    sums = (ahead[:, box:] - ahead[:, :-box]) / box
    axes = _axes(sums - sums.mean(axis=1, keepdims=True))
    filters = np.stack([np.convolve(axis, np.full(box, 1 / box)) for axis in axes])
    return np.ascontiguousarray(filters - filters.mean(axis=1, keepdims=True))


def _axes(rows: Floats) -> Floats:
    """Return the first two principal components of rows of mean 0, shape (2, columns), the largest weight positive."""
    columns = rows.shape[1]
    middle = np.eye(columns) - 1 / columns
    tilt = middle @ (np.linspace(0, 1, columns)[:, None] * middle)
    covariance = np.cov(rows, rowvar=False, bias=True)
    vectors = np.linalg.eigh(covariance + TILT * (np.trace(covariance) + SAME) / columns * tilt)[1]
    axes = vectors.T[:-3:-1]
    first = (np.abs(axes) >= (1 - SAME) * np.abs(axes).max(axis=1, keepdims=True)).argmax(axis=1)
    return np.asarray(axes * np.sign(axes[np.arange(2), first])[:, None])


def _products(column: Floats, filters: Floats) -> Floats:
    """Return the products of every window with both filters, shape (windows, 2)."""
    from offbeat.kernels.join import dots

    values = np.ascontiguousarray(column)
    path = np.empty((2, len(column) - filters.shape[1] + 1))
    for coordinate, weights in zip(path, filters, strict=True):
        dots(values, weights, coordinate)
    return np.ascontiguousarray(path.T)


def _turned(path: Floats) -> Floats:
    y, z = path.T
    return np.column_stack([np.cos(TURN) * y - np.sin(TURN) * z, np.sin(TURN) * y + np.cos(TURN) * z])


def _rays() -> Floats:
    angle = np.arange(RAYS) * (2 * np.pi / RAYS) - np.pi
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _nodes(counts: Floats) -> NDArray[np.int64]:
    """Return the node of each bin of a ray, 1 to `NODES`, from how often each was crossed; 0 is nowhere.

    Nodes are the peaks of a Gaussian density, whose bandwidth follows Scott's rule, with the sd from quartiles: a gap
    or a fault in the training data must not blur them. A bin belongs to the nearest. Of equal peaks, and of the bins
    of a flat one, the first counts.
    """
    held = np.where(counts > SAME, counts, 0.0)[:-1]
    if not held.any():
        return np.zeros(BINS, np.int64)
    at = np.arange(BINS - 1)
    first, third = np.searchsorted(np.cumsum(held), held.sum() * np.array([0.25, 0.75]) * (1 - SAME))
    width = max((third - first) / QUARTILES_TO_SD * held.sum() ** -0.2, NARROWEST)
    distance = np.abs(at[:, None] - at)
    density = np.round((np.exp(-0.5 * (distance / width) ** 2) @ held) / SAME)
    above = (density > np.r_[0.0, density[:-1]]) & (density >= np.r_[density[1:], 0.0])
    peaks = np.flatnonzero(above)
    peaks = np.sort(peaks[np.argsort(-density[peaks], kind="stable")[:NODES]])
    near = ((distance <= FAR * width) & (held > 0)).any(axis=1)
    nodes = np.where(near, distance[:, peaks].argmin(axis=1) + 1, 0)
    return np.append(nodes, 0)
