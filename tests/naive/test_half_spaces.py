"""A half-space tree fed by a stream, once more and slowly: masses by name of the path, a window at a time."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.series import Floats
from offbeat.core.windows import sliding
from offbeat.kernels.half_spaces import stream_densities


def slow_densities(
    rows: Floats, feature: Floats, cut: Floats, mass: Floats, profile: int, share: float, least: float
) -> tuple[list[float], Floats]:
    mass = mass.copy()
    latest = np.zeros(len(mass))
    densities = []
    for count, row in enumerate(rows, start=1):
        path = [0]
        while path[-1] < len(cut):
            node = path[-1]
            path.append(2 * node + (2 if row[feature[node]] > cut[node] else 1))
        end = next((level for level, node in enumerate(path) if mass[node] <= least), len(path) - 1)
        densities.append(np.log2(mass[path[end]] + 0.5) + end)
        latest[path] += 1
        if count % profile == 0:
            mass = (1 - share) * mass + share * latest
            latest[:] = 0
    return densities, mass


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    width=st.integers(1, 4),
    channels=st.integers(1, 3),
    depth=st.integers(1, 5),
    profile=st.integers(1, 30),
    share=st.sampled_from([0.0, 0.1, 1.0]),
    least=st.sampled_from([-1.0, 0.0, 2.0, 1e9]),
)
def test_stream_densities_equal_the_slow_ones(
    seed: int, width: int, channels: int, depth: int, profile: int, share: float, least: float
) -> None:
    rng = np.random.default_rng(seed)
    x = rng.random((60, channels))
    nodes = 2**depth - 1
    feature = rng.integers(0, width * channels, nodes).astype(np.uint32)
    cut, mass = rng.random(nodes), np.floor(5 * rng.random(2 * nodes + 1))
    rows = sliding(x, width).reshape(-1, width * channels)
    expected, moved = slow_densities(rows, feature, cut, mass, profile, share, least)
    total = np.zeros(len(rows))
    stream_densities(x.ravel(), channels, feature, cut, mass, profile, share, least, total)
    np.testing.assert_allclose(total, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(mass, moved, rtol=1e-9, atol=1e-12)
