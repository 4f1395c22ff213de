"""Where a path in the plane crosses rays from the origin, and how often one crossing follows another."""

from __future__ import annotations

from math import atan2, floor, pi

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled, part

Array = NDArray[np.float64]


@compiled
def count_crossings(path: Array, rays: Array, reach: float, counts: Array) -> None:
    """Count how often `path` crosses each ray at each distance.

    Ray r points to the angle 2 pi r / R - pi. A step turns to the nearer side; one that goes straight through the
    origin, to the left. In the first part of a ray a crossing counts the square of its distance, in parts: a path that
    stands at the origin, up to rounding, crosses nothing.

    Parameters
    ----------
    path
        float64 of shape (steps + 1, 2), finite.
    rays
        The cosine and sine of each ray, shape (R, 2).
    reach
        The distance, above 0, from which on all are counted in the last bin.
    counts
        float64 of shape (R, bins), added to: distances from 0 to `reach` in equal parts, and the last for those beyond.

    Notes
    -----
    O(steps + crossings) time, where a step crosses half of the rays at most.
    """
    number, bins = counts.shape
    for t in range(path.shape[0] - 1):
        sector, side, crossed = _turn(path, t, number)
        for _ in range(crossed):
            ray = (sector + (side + 1) // 2) % number
            place = _place(path, t, rays[ray, 0], rays[ray, 1]) * ((bins - 1) / reach)
            counts[ray, _bin(place, bins)] += _weight(place)
            sector = (sector + side) % number


@compiled
def follow(
    path: Array, rays: Array, reach: float, nodes: NDArray[np.int64], edges: Array, seen: Array, total: Array
) -> None:
    """Go along `path` from crossing to crossing: count the edges, and sum what they weigh.

    A crossing is a node, which the ray and the distance say; an edge leads from one crossing to the next, whose ray is
    the one before, the same, or the one after. It counts the product of what its two crossings count.

    Parameters
    ----------
    path, rays, reach
        As for `count_crossings`.
    nodes
        The node of each ray and bin, int64 of shape (R, bins).
    edges
        What each edge weighs, by ray, node, turn (0, 1, 2: before, same, after) and next node; shape (R, N, 3, N).
    seen
        Of the same shape: how often each edge was followed, added to.
    total
        Shape (steps, 2), added to: the weights of the edges that end in each step, and their number.
    """
    number, bins = nodes.shape
    last, source, before = -1, 0, 0.0
    for t in range(path.shape[0] - 1):
        sector, side, crossed = _turn(path, t, number)
        for _ in range(crossed):
            ray = (sector + (side + 1) // 2) % number
            place = _place(path, t, rays[ray, 0], rays[ray, 1]) * ((bins - 1) / reach)
            node, weight = nodes[ray, _bin(place, bins)], _weight(place)
            if last >= 0:
                turn = 1 if ray == last else 1 + side
                total[t, 0] += edges[last, source, turn, node] * (before * weight)
                total[t, 1] += before * weight
                seen[last, source, turn, node] += before * weight
            last, source, before = ray, node, weight
            sector = (sector + side) % number


@part
def _turn(path: Array, t: int, number: int) -> tuple[int, int, int]:
    """Return the sector where step t begins, to which side it turns (1: left), and how many rays it crosses."""
    begin, end = _sector(path[t, 0], path[t, 1], number), _sector(path[t + 1, 0], path[t + 1, 1], number)
    side = 1 if path[t, 0] * path[t + 1, 1] - path[t, 1] * path[t + 1, 0] >= 0.0 else -1
    crossed = (side * (end - begin)) % number
    # rounding can tell another side than the sectors do; no step turns by more than half
    return (begin, -side, number - crossed) if 2 * crossed > number + 1 else (begin, side, crossed)


@part
def _sector(y: float, z: float, number: int) -> int:
    """Return the ray that a point has just passed, seen to the left."""
    sector = floor((atan2(z, y) + pi) * (number / (2.0 * pi)))
    return min(max(sector, 0), number - 1)


@part
def _place(path: Array, t: int, cosine: float, sine: float) -> float:
    """Return at which distance from the origin step t crosses a ray."""
    y, z, next_y, next_z = path[t, 0], path[t, 1], path[t + 1, 0], path[t + 1, 1]
    before, after = y * sine - z * cosine, next_y * sine - next_z * cosine
    share = before / (before - after) if before != after else 0.5
    share = min(max(share, 0.0), 1.0)
    place: float = (y + share * (next_y - y)) * cosine + (z + share * (next_z - z)) * sine
    return place


@part
def _bin(place: float, bins: int) -> int:
    """Return in which bin a distance lies, in bins."""
    return bins - 1 if place >= bins - 1 else max(int(place), 0)


@part
def _weight(place: float) -> float:
    """Return what a crossing counts at a distance, in bins."""
    return 1.0 if place >= 1.0 else place * place
