"""Dilated convolutions of a series, pooled over moving windows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled

Array = NDArray[np.float64]


@compiled
def convolved(x: Array, weights: Array, dilation: int) -> Array:
    """Return the dilated convolution of `x` with `weights`, without padding.

    The sum of `weights[k] * x[i + k * dilation]` over k, for every i at which all of them lie in `x`.

    Parameters
    ----------
    x
        float64 of shape (n,).
    weights
        Shape (taps,).
    dilation
        Points from one tap to the next.

    Returns
    -------
    Shape (n - (taps - 1) * dilation,). O(n taps) time.
    """
    output = np.zeros(len(x) - (len(weights) - 1) * dilation)
    for k in range(len(weights)):
        part = x[k * dilation : k * dilation + len(output)]
        weight = weights[k]
        for i in range(len(output)):
            output[i] += weight * part[i]
    return output


@compiled
def pooled(x: Array, bias: float, width: int, stride: int, out: Array) -> None:
    """Write each window's mean excess over `bias` and share of points above it.

    For every `stride`-th window of `x`.

    Parameters
    ----------
    x
        float64 of shape (n,).
    bias
        What a value must exceed.
    width, stride
        In points.
    out
        Shape (at most (n - width) // stride + 1, 2), written to. O(n width / stride) time.
    """
    for i in range(len(out)):
        excess = 0.0
        above = 0
        for j in range(i * stride, i * stride + width):
            excess += max(x[j] - bias, 0.0)
            above += x[j] > bias
        out[i, 0] = excess / width
        out[i, 1] = above / width
