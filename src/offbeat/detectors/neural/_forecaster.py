"""Base of the networks that forecast the next point and score the error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.neural._network import Network, past_for

if TYPE_CHECKING:
    from torch import Tensor, nn

TRAINED = 2
"""Windows in a row that are one training example; the first only warms the network up."""


@dataclass
class Forecaster(Network):
    """Root mean square of the latest forecast errors of a network.

    With e_t the error of the point t, the score is the root of an exponential moving mean of e_t^2, for each channel,
    that forgets two thirds in `remember` windows: a fault is wrong for long, and chance is not. A subclass brings a
    network from (windows, rows, channels) to the same shape, that gives at each row what it expects in the next one,
    and reads no later row. So one pass over a stretch gives all its forecasts; each is made from at least `window`
    points.
    """

    epochs: int = param(20, "passes over the training windows at most", low=1, log=True)
    batch: int = param(32, "windows a training step", low=1, log=True)
    windows: int = param(512, "windows drawn for one epoch at most", low=1, log=True)
    # decision 26
    remember: float = param(0.5, "how long an error is remembered, in windows; 0 is not at all", low=0, high=10)

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    causal: ClassVar[bool] = True

    def _loss(self, network: nn.Module, batch: Tensor, done: float) -> Tensor:
        first = min(self.window_ // 2, batch.shape[1] - 2)
        return self._distance(network(batch[:, :-1])[:, first:], batch[:, first + 1 :])

    def _width(self, x: Floats) -> int:
        return past_for(x, self.window)

    def _rows(self) -> int:
        from offbeat.detectors.neural._apply import SCORED

        return SCORED * self.window_

    def _stretch(self, n: int) -> int:
        return min(TRAINED * self.window_, n)

    def _fit_score(self, x: Floats) -> Floats:
        score = super()._fit_score(x)
        self.lookback_ = self.window_
        return score

    def _read(self, network: nn.Module, s: Floats) -> tuple[Floats, Floats]:
        from offbeat.detectors.neural._apply import SCORED, forwards

        n, width = len(s), self.window_
        expected = np.full((n + SCORED * width, s.shape[1]), np.nan)
        for rows, given in forwards(lambda batch: self._given_for(network, batch), self.units_.seen(s), width):
            # what is given at a row is of the next one
            expected[rows[:, :-1] + 1] = self.units_.unseen(given[:, :-1])
        expected = expected[:n]
        return expected, self._remembered(np.abs(s - expected))

    def _remembered(self, away: Floats) -> Floats:
        """Return the moving root mean square of the errors, (n, channels), which are NaN up to row `window_`."""
        from scipy.signal import lfilter

        known = away[self.window_ :]
        kept = np.exp(-1 / max(self.remember * self.window_, 1e-3))
        # the sum of the weights so far: a mean of few errors is a mean too
        weights = -np.expm1(np.arange(1, len(known) + 1) * np.log(max(kept, 1e-300)))
        score = np.full(away.shape, np.nan)
        score[self.window_ :] = np.sqrt(lfilter([1 - kept], [1, -kept], known**2, axis=0) / weights[:, None])
        return score
