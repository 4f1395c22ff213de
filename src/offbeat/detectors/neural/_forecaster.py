"""Networks that foretell the next point from those before it: the score is how far it is from that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.neural._network import Network

if TYPE_CHECKING:
    from torch import Tensor, nn

SHORTEST, LONGEST = 16, 128
"""Points that are read before the first forecast, where the user does not say how many."""
TRAINED, SCORED = 2, 4
"""Windows in a row that are one training example, and one stretch of scoring; the first only warms the network up."""


@dataclass
class Forecaster(Network):
    """How far the last points are from what the network foretold of each from those before it.

    With e_t the error of the point t, the score is the root of an exponential moving mean of e_t^2, for each channel,
    that forgets two thirds in `remember` windows: a fault is wrong for long, and chance is not. A subclass brings a
    network from (windows, rows, channels) to the same shape, that gives at each row what it expects in the next one,
    and reads no later row. So one pass over a stretch gives all its forecasts; each is made from at least `window`
    points.
    """

    epochs: int = param(20, "passes over the training windows at most", low=1, log=True)
    batch: int = param(32, "windows a training step", low=1, log=True)
    windows: int = param(512, "windows drawn for one epoch at most", low=1, log=True)
    remember: float = param(0.5, "how long an error is remembered, in windows; 0 is not at all", low=0, high=10)

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    causal: ClassVar[bool] = True

    def _loss(self, network: nn.Module, batch: Tensor, done: float) -> Tensor:
        first = min(self.window_ // 2, batch.shape[1] - 2)
        return self._distance(network(batch[:, :-1])[:, first:], batch[:, first + 1 :])

    def _width(self, x: Floats) -> int:
        from offbeat.preprocess.period import default_window

        wanted = self.window if self.window is not None else min(max(default_window(x), SHORTEST), LONGEST)
        return min(wanted, len(x) // 4)

    def _stretch(self, n: int) -> int:
        return min(TRAINED * self.window_, n)

    def _fit_score(self, x: Floats) -> Floats:
        score = super()._fit_score(x)
        self.reads_ = self.window_
        return score

    def _read(self, network: nn.Module, s: Floats) -> tuple[Floats, Floats]:
        from offbeat.detectors.neural._apply import outputs

        n, width = len(s), self.window_
        judged = (SCORED - 1) * width
        starts = np.arange(0, max(n - width, 1), judged)
        # whole stretches only, so that a forecast does not depend on how much comes after it
        seen = np.zeros((len(starts) * judged + width, s.shape[1]), dtype=np.float32)
        seen[:n] = self.units_.seen(s)
        expected = np.full((len(seen), s.shape[1]), np.nan)
        for part, given in outputs(network, seen, starts, width + judged):
            rows = part[:, None] + np.arange(width, width + judged)
            expected[rows] = self.units_.unseen(given[:, width - 1 : -1])
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
