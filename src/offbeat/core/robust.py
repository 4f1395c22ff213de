"""The middle and the spread of each channel, which a few outliers do not move; what is called usual."""

from __future__ import annotations

from dataclasses import dataclass

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

QUARTILES_TO_SD = 1.349
"""The distance between the quartiles of normal data, in standard deviations."""

USUAL = (0.025, 0.975)
"""The quantiles of the residual between which a value is called usual; one bad cycle in forty stays outside."""

REACH = 1e7
"""Values further than this many scales from the middle count as that far: beyond, sums of squares lose what is near."""

LARGEST = 1e100
"""Standardised values are cut off here, so that their squares and sums stay finite."""

CLIP = 8.0
"""What an expectation is made from is cut off here, in robust standard deviations: one outlier must not ring on."""

LEAST_SHARE = 1e-3
"""The smallest spread of an error, as a share of the channel's own: perfectly predictable data have none."""


def robust_sd(x: Floats, centre: Floats | float | None = None) -> Floats:
    """Return 1.4826 times the median absolute deviation, along the first axis: 0 where half of the values are equal.

    Parameters
    ----------
    x
        Shape (n,) or (n, channels), finite.
    centre
        What the deviations are taken from; None is the median.

    Returns
    -------
    A scalar, or shape (channels,); the standard deviation of normal data.

    Examples
    --------
    >>> float(robust_sd(np.array([1.0, 2.0, 3.0, 4.0, 1e6])))
    1.4826
    """
    middle = np.median(x, axis=0) if centre is None else centre
    sd: Floats = MAD_TO_SD * np.median(np.abs(x - middle), axis=0)
    return sd


def floor_of(x: Floats) -> Floats:
    """Return the smallest scale that makes sense for each channel of `x`, shape (channels,); of all zeros, `FLOOR`."""
    largest = np.abs(x).max(axis=0)
    return FLOOR * np.where(largest > 0, largest, 1.0)


def scale_of(x: Floats, centre: Floats) -> Floats:
    """Return the robust standard deviation of each channel around `centre`, shape (channels,), always above zero."""
    floor = floor_of(x)
    sd = robust_sd(x, centre)
    return np.maximum(np.where(sd > floor, sd, MEAN_TO_SD * np.abs(x - centre).mean(axis=0)), floor)


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


@dataclass(frozen=True, eq=False)
class Scale:
    """The median and the robust standard deviation of each channel, shape (channels,), learned from training data."""

    middle: Floats
    width: Floats
    reach: float = REACH

    @classmethod
    def of(cls, x: Floats) -> Scale:
        """Learn from `x`, shape (n, channels).

        A channel is constant if its spread is tiny beside its median: one absurd value must not decide that.
        """
        middle: Floats = np.median(x, axis=0)
        width = robust_sd(x, middle)
        still = width <= FLOOR * np.abs(middle)
        if still.any():
            width[still] = scale_of(x[:, still], middle[still])
        return cls(middle, width)

    @classmethod
    def floored(cls, x: Floats, reach: float) -> Scale:
        """Learn from `x` with `scale_of`, whose floor follows the largest value; scaled values end at `reach`."""
        middle: Floats = np.median(x, axis=0)
        return cls(middle, scale_of(x, middle), reach)

    def apply(self, x: Floats) -> Floats:
        """Return the values in scales from the middle, same shape, cut off at plus and minus `reach`."""
        return np.clip(standard(x, self.middle, self.width), -self.reach, self.reach)
