"""One-step error of a linear forecast from all channels, judged jointly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import LEAST_SHARE, USUAL, clipped, scale_of, standard, wide_scale_of
from offbeat.core.series import Floats

ROWS = 65_536
"""Rows that are worked on at a time."""

SHRINKAGE = 0.05
"""How much the errors' correlations are regularised: channels that were always equal may differ a little."""


@dataclass
class VAR(Detector):
    """One-step error of a ridge vector autoregression over all channels.

    The score is sqrt(e' C^-1 e / channels) with e_t = x_t - sum_k A_k x_(t-k).

    Each channel is forecast from the last `order` values of all channels; C is the correlation of the training errors,
    each in its own robust standard deviations, a twentieth of it that of independent channels. So it sees a channel
    that leaves what the others say of it, and two errors that are usually alike and now are not. Inputs are cut off at
    8 robust standard deviations; the judged values are not. The first `order` points are warm-up. A slow drift is
    followed, and the shape of a season is known only as far as the order reaches.

    Score: robust standard deviations of the training error, root mean square over what the channels have in common. A
    channel that was constant in training scores at least 1e4 as soon as it moves by a millionth of its value. Time
    O(n * order^2 * channels^2), memory O(n).

    References
    ----------
    Luetkepohl (2005), New introduction to multiple time series analysis, chapters 2 and 3.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> cause = np.sin(np.arange(500) / 9) + 0.2 * rng.normal(size=500)
    >>> x = np.column_stack([cause, np.roll(cause, 1)])
    >>> x[300, 1] = -x[300, 1]
    >>> int(np.nanargmax(VAR().fit(x).score(x)))
    300
    """

    order: int = param(3, "how many past points of each channel a forecast reads", low=1)
    ridge: float = param(1e-4, "how strongly large coefficients are regularised", low=0, high=1, log=True)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "correlation"})
    causal: ClassVar[bool] = True
    memory: ClassVar[int] = 80
    cost: ClassVar[str] = "O(n * order^2 * channels^2)"

    def _fit(self, x: Floats) -> None:
        self.order_ = self.lookback_ = max(1, min(self.order, (len(x) - 1) // 4))
        self.centre_ = np.median(x, axis=0)
        self.scale_ = wide_scale_of(x, self.centre_)
        z = standard(x, self.centre_, self.scale_)
        self.coefficients_ = self._solve(z)
        error = self._errors(z)
        none = np.zeros(self.channels_)
        self.usual_ = np.quantile(error, USUAL, axis=0) if len(error) else np.zeros((2, self.channels_))
        self.spread_ = np.maximum(scale_of(error, none) if len(error) else none + 1.0, LEAST_SHARE)
        self.whitening_ = _whitening(clipped(error / self.spread_))

    def _score(self, x: Floats) -> Floats:
        error = standard(self._errors(standard(x, self.centre_, self.scale_)), np.zeros(self.channels_), self.spread_)
        score = np.full(len(x), np.nan)
        score[self.order_ :] = np.sqrt(np.square(error @ self.whitening_).mean(axis=1))
        return score

    def _band(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        z = standard(x, self.centre_, self.scale_)
        expected = np.full(x.shape, np.nan)
        expected[self.order_ :] = (z[self.order_ :] - self._errors(z)) * self.scale_ + self.centre_
        low, high = np.minimum(self.usual_[0], 0) * self.scale_, np.maximum(self.usual_[1], 0) * self.scale_
        return expected, expected + low, expected + high

    def _solve(self, z: Floats) -> Floats:
        """Return the coefficients, shape (order_ * channels + 1, channels); the last row is the constant."""
        width = self.order_ * self.channels_ + 1
        gram, target = np.zeros((width, width)), np.zeros((width, self.channels_))
        for past, now in self._blocks(z):
            gram += past.T @ past
            target += past.T @ clipped(now)
        # a constant costs nothing, whatever its size
        held = self.ridge * max(len(z), 1) * np.append(np.ones(width - 1), 0.0) + np.finfo(float).tiny
        return np.asarray(np.linalg.lstsq(gram + np.diag(held), target, rcond=None)[0], dtype=np.float64)

    def _errors(self, z: Floats) -> Floats:
        """Return the errors from row `order_` on, (n - order_, channels) or (0, channels)."""
        errors = [now - past @ self.coefficients_ for past, now in self._blocks(z)]
        return np.concatenate(errors) if errors else np.empty((0, self.channels_))

    def _blocks(self, z: Floats) -> Iterator[tuple[Floats, Floats]]:
        """Yield what a forecast reads, (rows, order_ * channels + 1), and what came, (rows, channels)."""
        for first in range(self.order_, len(z), ROWS):
            now = z[first : first + ROWS]
            past = [clipped(z[first - k : first - k + len(now)]) for k in range(1, self.order_ + 1)]
            yield np.concatenate([*past, np.ones((len(now), 1))], axis=1), now


def _whitening(error: Floats) -> Floats:
    """Return the matrix that makes errors uncorrelated, each of size 1, shape (channels, channels)."""
    width = error.shape[1]
    size = np.sqrt((error**2).mean(axis=0)) if len(error) else np.zeros(width)
    unit = np.divide(error, size, out=np.zeros_like(error), where=size > 0)
    correlation = unit.T @ unit / max(len(error), 1)
    np.fill_diagonal(correlation, 1.0)
    values, vectors = np.linalg.eigh((1 - SHRINKAGE) * correlation + SHRINKAGE * np.eye(width))
    return np.asarray((vectors / np.sqrt(values)) @ vectors.T)
