"""Robust random cut trees: grow them, and compute collusive displacement."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled, part

Array = NDArray[np.float32]


@compiled
def grow(
    rows: Array,
    order: NDArray[Any],
    chance: NDArray[np.float64],
    low: Array,
    high: Array,
    feature: NDArray[np.int32],
    cut: Array,
    children: NDArray[np.int32],
    size: NDArray[np.int32],
) -> None:
    """Grow one tree: cut each node's bounding box until its rows are equal.

    The side of the box that is cut is drawn with a probability proportional to its length, the place of the cut evenly
    from that side (Guha et al. 2016).

    Parameters
    ----------
    rows
        Shape (rows, values), finite.
    order
        The rows of the tree, shape (sample,), integers; sorted by leaves when done.
    chance
        Two numbers from [0, 1) a cut, shape (sample - 1, 2).
    low, high
        Written to: the box of each node, shape (2 sample - 1, values).
    feature, cut
        Written to: which value each node asks for and up to what it goes left, shape (2 sample - 1,); a leaf's feature
        is -1.
    children
        Written to: left and right child, shape (2 sample - 1, 2).
    size
        Written to: rows of each node, shape (2 sample - 1,).
    """
    first = np.zeros(len(size), np.int64)
    size[0] = len(order)
    made, cuts = 1, 0
    node = 0
    while node < made:
        begin, end = first[node], first[node] + size[node]
        _box(rows, order[begin:end], low[node], high[node])
        span = 0.0
        for j in range(rows.shape[1]):
            span += high[node, j] - low[node, j]
        feature[node] = -1
        if span > 0:
            where = _side(low[node], high[node], chance[cuts, 0] * span)
            at = low[node, where] + chance[cuts, 1] * (high[node, where] - low[node, where])
            # rounding must not bring the cut up to the top, or all rows would stay on its left
            place = np.float32(at) if np.float32(at) < high[node, where] else low[node, where]
            feature[node], cut[node] = where, place
            middle = _divide(rows, order, begin, end, where, place)
            children[node, 0], children[node, 1] = made, made + 1
            first[made], size[made] = begin, middle - begin
            first[made + 1], size[made + 1] = middle, end - middle
            made += 2
            cuts += 1
        node += 1


@part
def _box(rows: Array, chosen: NDArray[Any], low: Array, high: Array) -> None:
    """Write the least and the largest of each value of the chosen rows."""
    low[:] = rows[chosen[0]]
    high[:] = rows[chosen[0]]
    for i in range(1, len(chosen)):
        for j in range(len(low)):
            low[j] = min(low[j], rows[chosen[i], j])
            high[j] = max(high[j], rows[chosen[i], j])


@part
def _side(low: Array, high: Array, way: float) -> int:
    """Return the side on which one is after `way` along all sides, never one without length."""
    found = -1
    for j in range(len(low)):
        length = high[j] - low[j]
        if length > 0:
            found = j
            if way < length:
                return found
        way -= length
    return found


@part
def _divide(rows: Array, order: NDArray[Any], begin: int, end: int, feature: int, cut: np.float32) -> int:
    """Bring the rows up to the cut before the others; return where those begin."""
    middle = begin
    for i in range(begin, end):
        if rows[order[i], feature] <= cut:
            order[i], order[middle] = order[middle], order[i]
            middle += 1
    return middle


@compiled
def displacements(
    rows: Array,
    low: Array,
    high: Array,
    span: Array,
    feature: NDArray[np.int32],
    cut: Array,
    children: NDArray[np.int32],
    size: NDArray[np.int32],
    total: NDArray[np.float64],
) -> None:
    """Add to `total[i]` the expected collusive displacement of row i in one tree.

    On its way down, the new row is cut off at a node with the probability by which it makes the node's box longer;
    there it displaces all rows of the node. The collusive displacement is the largest, over all nodes above, of the
    rows that a node's sibling holds for each of the node's own rows, the new one among them. A row that equals a leaf
    stands for that leaf.

    Parameters
    ----------
    rows
        Shape (rows, values).
    low, high, feature, cut, children, size
        As `grow` has written them.
    span
        The sum of the sides of each node's box, shape (nodes,).
    total
        Shape (rows,), written to.

    Notes
    -----
    O(rows depth values) time.
    """
    for i in range(len(rows)):
        row = rows[i]
        node, left, score, above, own = 0, 1.0, 0.0, 0.0, 0.0
        while True:
            outside = _outside(row, low[node], high[node])
            if outside > 0:
                share = outside / (span[node] + outside)
                score += left * share * max(above, float(size[node]))
                left *= 1.0 - share
            where = feature[node]
            if where < 0:
                break
            side = int(row[where] > cut[node])
            other = float(size[children[node, 1 - side]])
            node = children[node, side]
            above = max(above, other / (size[node] + 1.0))
            own = max(own, other / size[node])
        total[i] += score + left * own


@part
def _outside(row: Array, low: Array, high: Array) -> np.float32:
    """Return by how much a row makes the sides of a box longer, in sum."""
    total = np.float32(0.0)
    for j in range(len(row)):
        total += max(low[j] - row[j], row[j] - high[j], np.float32(0.0))
    return total
