"""What the detectors share that follow a series by exponential smoothing."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace

import numpy as np

from offbeat.core.robust import clipped
from offbeat.core.series import Floats
from offbeat.detectors._residual import Residual

GAMMAS = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3)  # decision 23
"""What a surprise may count for in a season, where the method has no word on it."""

HEAD = 10
"""Points from which the level is found, where there is no season."""


@dataclass(frozen=True, eq=False)
class Smoother:
    """Additive exponential smoothing with its learned numbers; what it starts from is found in the series itself.

    Parameters
    ----------
    alpha, beta
        What a surprise counts for in the level and in the slope.
    phi
        The slope's damping, 1 for none.
    slope, drift
        The slope that it starts with, and what is added to the level at each step.
    gammas, profiles
        Of each season: what a surprise counts for in it, and one cycle of it in the training data.
    """

    alpha: float = 1.0
    beta: float = 0.0
    phi: float = 1.0
    slope: float = 0.0
    drift: float = 0.0
    gammas: tuple[float, ...] = ()
    profiles: tuple[Floats, ...] = ()

    @property
    def warmup(self) -> int:
        """Points from which the start is found: one cycle of the longest season."""
        return max([HEAD, *(len(profile) for profile in self.profiles)])

    def expected(self, z: Floats) -> Floats:
        """Return what is expected at each point of `z`, shape (n,), from its clipped values; NaN in the warm-up."""
        from offbeat.kernels.innovations import smoothed

        forecasts = np.full(len(z), np.nan)
        if len(z) <= self.warmup:
            return forecasts
        values = clipped(z)
        head = values[: self.warmup]
        level = float(np.median(head))
        turned = []
        for profile in self.profiles:
            turned.append(_in_phase(profile, head - np.median(head)))
            head = head - np.resize(turned[-1], len(head))
            level = float(np.median(head))
        lengths = np.array([len(profile) for profile in turned], dtype=np.int64)
        weights = np.array([self.alpha, self.beta, self.phi, self.drift])
        states = np.concatenate([np.zeros(0), *turned])
        smoothed(np.ascontiguousarray(z), level, self.slope, weights, np.array(self.gammas), lengths, states, forecasts)
        forecasts[: self.warmup] = np.nan
        return forecasts

    def refined(self, part: Floats) -> Smoother:
        """Return the same with that of `GAMMAS` for all seasons by which the errors in `part` are the least.

        A decomposition has seen the whole series; to forecast, a season must be followed as the series comes in.
        """
        tried = [replace(self, gammas=(gamma,) * len(self.profiles)) for gamma in GAMMAS]
        errors = [np.abs(part - smoother.expected(part))[self.warmup :].mean() for smoother in tried]
        return tried[int(np.argmin(errors))]


def _in_phase(profile: Floats, head: Floats) -> Floats:
    """Return the profile turned so that it begins where `head`, of at least its length, begins."""
    from scipy import fft

    width = len(profile)
    whole = head[: len(head) // width * width].reshape(-1, width).mean(axis=0)
    match = fft.irfft(fft.rfft(whole) * np.conj(fft.rfft(profile)), width)
    turned: Floats = np.roll(profile, int(match.argmax()))
    return turned


@dataclass
class Smoothing(Residual):
    """A residual detector that follows each channel by a `Smoother`; a subclass learns them in `_smoothers`."""

    @abstractmethod
    def _smoothers(self, z: Floats) -> list[Smoother]:
        """Return what was learned of each channel of `z`."""

    def _learn(self, z: Floats) -> None:
        self.smoothers_ = self._smoothers(z)
        self.lookback_ = max(s.warmup for s in self.smoothers_)

    def _expected(self, z: Floats) -> Floats:
        expected = np.empty(z.shape)
        for channel, smoother in enumerate(self.smoothers_):
            expected[:, channel] = smoother.expected(z[:, channel])
        return expected
