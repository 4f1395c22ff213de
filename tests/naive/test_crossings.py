"""Crossings of rays, once more and slowly: every ray against every step, by linear equations."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, pi

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.series import Floats
from offbeat.kernels.crossings import count_crossings, follow


def directions(rays: int) -> Floats:
    angle = 2 * pi * np.arange(rays) / rays - pi
    return np.column_stack([np.cos(angle), np.sin(angle)])


Crossing = tuple[int, int, int, float]


def slow_crossings(path: Floats, rays: int, reach: float, bins: int) -> list[Crossing]:
    """Return (step, ray, bin, weight) in the order in which they happen."""
    found = []
    for t, (p, q) in enumerate(pairwise(path)):
        here = []
        for ray, u in enumerate(directions(rays)):
            try:
                distance, share = np.linalg.solve(np.column_stack([u, p - q]), p)
            except np.linalg.LinAlgError:
                continue
            if distance > 0 and 0 < share <= 1:
                place = distance / reach * (bins - 1)
                here.append((share, ray, min(int(place), bins - 1), min(place, 1) ** 2))
        found += [(t, *crossing) for _, *crossing in sorted(here)]
    return found


def slow_edges(
    crossings: list[Crossing], nodes: Floats, rays: int
) -> list[tuple[int, float, tuple[int, int, int, int]]]:
    """Return (step, weight, (ray, node, turn, next node)) in the order in which they happen."""
    edges = []
    for (_, ray, place, weight), (t, next_ray, next_place, next_weight) in pairwise(crossings):
        turn = {(ray - 1) % rays: 0, ray: 1, (ray + 1) % rays: 2}[next_ray]
        edge = ray, int(nodes[ray, place]), turn, int(nodes[next_ray, next_place])
        edges.append((t, weight * next_weight, edge))
    return edges


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**31), steps=st.integers(1, 40), rays=st.integers(3, 12), smooth=st.booleans())
def test_crossings_and_edges_equal_the_slow_ones(seed: int, steps: int, rays: int, smooth: bool) -> None:
    rng = np.random.default_rng(seed)
    path = rng.standard_normal((steps + 1, 2))
    if smooth:
        path = 0.3 * np.cumsum(path, axis=0)
    reach, bins = 1.5, 7
    expected = slow_crossings(path, rays, reach, bins)
    counts, slow_counts = np.zeros((2, rays, bins))
    count_crossings(path, directions(rays), reach, counts)
    for _, ray, place, weight in expected:
        slow_counts[ray, place] += weight
    np.testing.assert_allclose(counts, slow_counts, rtol=1e-9, atol=1e-12)

    nodes = rng.integers(0, 3, (rays, bins))
    weights = rng.random((rays, 3, 3, 3))
    seen, total = np.zeros_like(weights), np.zeros((steps, 2))
    follow(path, directions(rays), reach, nodes, weights, seen, total)
    slow_seen, slow_total = np.zeros_like(weights), np.zeros((steps, 2))
    for t, weight, edge in slow_edges(expected, nodes, rays):
        slow_seen[edge] += weight
        slow_total[t] += weights[edge] * weight, weight
    np.testing.assert_allclose(seen, slow_seen, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(total, slow_total, rtol=1e-9, atol=1e-12)


def test_a_path_that_stands_still_crosses_nothing() -> None:
    for point in ((0.0, 0.0), (-1.0, 0.0), (0.3, -0.2)):
        counts = np.zeros((50, 8))
        count_crossings(np.tile(point, (20, 1)), directions(50), 1.0, counts)
        assert counts.sum() == 0


def test_a_path_that_trembles_at_the_origin_crosses_next_to_nothing() -> None:
    path = 1e-12 * np.random.default_rng(0).standard_normal((500, 2))
    counts = np.zeros((50, 128))
    count_crossings(path, directions(50), 1.0, counts)
    assert 0 < counts.sum() < 1e-12


def test_one_turn_crosses_every_ray_once_at_its_distance() -> None:
    angle = np.linspace(0.01, 2 * pi + 0.01, 400)
    counts = np.zeros((50, 11))
    count_crossings(0.55 * np.column_stack([np.cos(angle), np.sin(angle)]), directions(50), 1.0, counts)
    assert (counts.sum(axis=1) == 1).all()
    assert (counts[:, 5] == 1).all()


def test_what_is_beyond_the_rays_is_in_the_last_bin() -> None:
    counts = np.zeros((4, 5))
    count_crossings(np.array([[1e9, -1e9], [1e9, 1e9]]), directions(4), 1.0, counts)
    assert counts.sum() == counts[2, -1] == 1
    assert abs(atan2(*directions(4)[2][::-1])) < 1e-12
