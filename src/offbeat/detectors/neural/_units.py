"""The units that networks see: a channel's robust standard deviations, far values drawn in, and scaled as asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.robust import CLIP, FLOOR, standard, wide_scale_of
from offbeat.core.series import Floats
from offbeat.preprocess.scale import L2Norm, MinMax, Scaler, Standard

SCALERS: dict[str, type[Scaler]] = {"minmax": MinMax, "standard": Standard, "l2": L2Norm}
LARGEST_INPUT = CLIP + 4.0  # decision 28
"""What a network reads is cut off here, in drawn-in units: one absurd value must not ring on in its whole window."""


@dataclass(frozen=True, eq=False)
class Units:
    """Three units of a channel, each array of shape (channels,).

    A value less `centre`, over `scale`, is in robust standard deviations; beyond 8 of them it grows with the logarithm
    only (`drawn_in`), and that is what scores are counted in. Times `gain`, plus `offset`, it is what the network
    sees. `alive` is False for channels that were constant in training: they are expected to stay so.
    """

    centre: Floats
    scale: Floats
    gain: Floats
    offset: Floats
    alive: NDArray[np.bool_]

    @classmethod
    def of(cls, x: Floats, scaling: str) -> Units:
        """Learn from training data of shape (n, channels); `scaling` is robust, none, or a key of `SCALERS`."""
        centre = np.median(x, axis=0)
        scale = wide_scale_of(x, centre)
        gain, offset = np.ones(len(scale)), np.zeros(len(scale))
        if scaling == "none":
            gain, offset = scale, centre
        elif scaling != "robust":
            scaler = SCALERS[scaling]().fit(x)
            gain, offset = scale / scaler.spread_, (centre - scaler.centre_) / scaler.spread_
        still = np.ptp(x, axis=0) <= FLOOR * np.abs(x).max(axis=0)
        return cls(centre, scale, gain, offset, ~still)

    def drawn_in(self, x: Floats) -> Floats:
        """Return the values in robust standard deviations, far ones drawn in; same shape."""
        z = standard(x, self.centre, self.scale)
        size = np.abs(z)
        far = size > CLIP
        z[far] = np.sign(z[far]) * (CLIP + np.log1p(size[far] - CLIP))
        return z

    def drawn_out(self, s: Floats) -> Floats:
        """Undo `drawn_in`."""
        size = np.abs(s)
        z = np.where(size > CLIP, np.sign(s) * (CLIP + np.expm1(np.clip(size - CLIP, 0.0, 300.0))), s)
        with np.errstate(over="ignore"):
            back: Floats = z * self.scale + self.centre
        return back

    def seen(self, s: Floats) -> NDArray[np.float32]:
        """Return what a network is given for drawn-in values."""
        return np.asarray(np.clip(s, -LARGEST_INPUT, LARGEST_INPUT) * self.gain + self.offset, dtype=np.float32)

    def unseen(self, u: NDArray[Any]) -> Floats:
        """Return what a network has given back in drawn-in units, 0 for channels that never moved."""
        return np.where(self.alive, (u - self.offset) / self.gain, 0.0)
