"""The spread of each channel, not moved by a few outliers, and never zero; what is called usual."""

from __future__ import annotations

import numpy as np

from offbeat.core.series import Floats

MAD_TO_SD = 1.4826
"""What the median absolute deviation of normal data is multiplied by to give their standard deviation."""

MEAN_TO_SD = 1.2533
"""The same for the mean absolute deviation, which takes over where more than half of the values are equal."""

FLOOR = 1e-10
"""The smallest scale, as a share of the channel's largest magnitude: a constant channel that moves stands out."""

DECILES_TO_SD = 2.563
"""The distance between the 10 % and 90 % quantiles of normal data, in standard deviations."""

USUAL = (0.025, 0.975)
"""The quantiles of the residual between which a value is called usual; one bad cycle in forty stays outside."""

LARGEST = 1e100
"""Standardised values are cut off here, so that their squares and sums stay finite."""

CLIP = 8.0
"""What an expectation is made from is cut off here, in robust standard deviations: one outlier must not ring on."""

LEAST_SHARE = 1e-3
"""The smallest spread of an error, as a share of the channel's own: perfectly predictable data have none."""


def floor_of(x: Floats) -> Floats:
    """Return the smallest scale that makes sense for each channel of `x`, shape (channels,); of all zeros, `FLOOR`."""
    largest = np.abs(x).max(axis=0)
    return FLOOR * np.where(largest > 0, largest, 1.0)


def scale_of(x: Floats, centre: Floats) -> Floats:
    """Return the robust standard deviation of each channel around `centre`, shape (channels,), always above zero."""
    away = np.abs(x - centre)
    floor = floor_of(x)
    mad = MAD_TO_SD * np.median(away, axis=0)
    return np.maximum(np.where(mad > floor, mad, MEAN_TO_SD * away.mean(axis=0)), floor)


def wide_scale_of(x: Floats, centre: Floats) -> Floats:
    """Return `scale_of`, or the distance between the 10 % and 90 % quantiles as a standard deviation, if that is more.

    Where half of the values are nearly equal, as the nights of a solar plant, the median deviation knows nothing of the
    days, and to cut off at some multiples of it would cut off the days.
    """
    low, high = np.quantile(x, (0.1, 0.9), axis=0)
    scale: Floats = np.maximum(scale_of(x, centre), (high - low) / DECILES_TO_SD)
    return scale


def standard(x: Floats, centre: Floats, scale: Floats) -> Floats:
    """Return (x - centre) / scale, cut off at plus and minus `LARGEST`."""
    with np.errstate(over="ignore"):
        z = (x - centre) / scale
    return np.clip(z, -LARGEST, LARGEST, out=z)


def clipped(z: Floats) -> Floats:
    """Return `z` cut off at plus and minus `CLIP`."""
    return np.clip(z, -CLIP, CLIP)
