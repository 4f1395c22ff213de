"""The largest value of each window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled, part

Array = NDArray[np.float64]


@compiled
def largest(x: Array, width: int, stride: int) -> Array:
    """Return the largest value of every `stride`-th window.

    A window is some blocks of `stride` values, whose maxima neighbouring windows share, and the beginning of one more.

    Parameters
    ----------
    x
        float64 of shape (n,), finite.
    width
        In points, at most n.
    stride
        Points from one window to the next, at most `width`.

    Returns
    -------
    float64 of shape ((n - width) // stride + 1,). O(n + n width / stride^2) time.
    """
    count = (len(x) - width) // stride + 1
    whole = width // stride
    blocks = np.empty(count + whole - 1)
    for i in range(len(blocks)):
        blocks[i] = _highest(x, i * stride, stride)
    found = blocks[:count].copy()
    for k in range(1, whole):
        _raise(found, blocks[k:])
    rest = width - whole * stride
    if rest > 0:
        for i in range(count):
            blocks[i] = _highest(x, (i + whole) * stride, rest)
        _raise(found, blocks)
    return found


@part
def _highest(x: Array, first: int, width: int) -> float:
    highest: float = x[first]
    for i in range(first + 1, first + width):
        highest = x[i] if x[i] > highest else highest
    return highest


@part
def _raise(found: Array, others: Array) -> None:
    """Raise each of `found` to its counterpart, where that is larger."""
    for i in range(len(found)):
        found[i] = others[i] if others[i] > found[i] else found[i]
