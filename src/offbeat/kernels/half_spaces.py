"""Half-space trees: masses of a stream, point by point, against the masses of what came before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled, part


@compiled
def stream_densities(
    values: NDArray[np.float64],
    channels: int,
    feature: NDArray[np.uint32],
    cut: NDArray[np.float64],
    mass: NDArray[np.float64],
    profile: int,
    share: float,
    least: float,
    total: NDArray[np.float64],
) -> None:
    """Add to `total[i]` the log density of window i in one tree; then count it.

    Counted is into a profile of its own. When that holds `profile` windows, the masses move towards it by `share`, and
    a new one begins, so that a window is compared with earlier ones only.

    Parameters
    ----------
    values
        The series row after row, shape (n * channels,): value f of window i is values[i * channels + f].
    channels
        Values a row.
    feature, cut
        Of each node: which value is asked for, and up to what it goes left; shape (2^depth - 1,). The children of node
        k are 2 k + 1 and 2 k + 2.
    mass
        Windows of a profile in each node, leaves included, shape (2^(depth + 1) - 1,); written to.
    profile
        Windows.
    share
        0 to 1.
    least
        A path ends at a node of no more mass than this: its children would know nothing.
    total
        Shape (windows,), written to: log2 of the node's mass and half a window, times 2^level, so that of two empty
        nodes the larger one is the less dense.

    Notes
    -----
    O(windows depth) time, and O(nodes) every `profile` windows.
    """
    latest = np.zeros(len(mass))
    for i in range(len(total)):
        node, volume, found = 0, 1.0, -1.0
        latest[0] += 1.0
        if mass[0] <= least:
            found = mass[0] + 0.5
        while node < len(cut):
            node = 2 * node + 1 + int(values[i * channels + feature[node]] > cut[node])
            volume *= 2.0
            latest[node] += 1.0
            if found < 0.0 and mass[node] <= least:
                found = (mass[node] + 0.5) * volume
        total[i] += np.log2(found if found >= 0.0 else (mass[node] + 0.5) * volume)
        if (i + 1) % profile == 0:
            _move(mass, latest, share)


@part
def _move(mass: NDArray[np.float64], latest: NDArray[np.float64], share: float) -> None:
    """Bring the masses nearer to the latest ones, and begin these anew."""
    for node in range(len(mass)):
        mass[node] += share * (latest[node] - mass[node])
        latest[node] = 0.0
