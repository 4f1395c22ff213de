"""An LSTM pretrained as a forecaster, then trained to classify anomalies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.neural._classifier import Classifier
from offbeat.detectors.neural._forecaster import TRAINED
from offbeat.detectors.neural._network import past_for

if TYPE_CHECKING:
    from torch import Tensor, nn

    from offbeat.detectors.neural._layers import Pretrained
    from offbeat.detectors.neural._recipe import Course, Recipe
    from offbeat.detectors.neural._train import Material


@dataclass
class SelfSupervisedLSTM(Classifier):
    """Log odds of an anomaly, from an LSTM pretrained to forecast the series.

    First an LSTM with a linear layer learns to predict the next value (`pretraining` epochs). Then the linear layer
    is taken off, two dense ones are put on, and all of it is taught to give the odds that a point is anomalous: from
    labels where there are some, else from anomalies that are planted into half of the training windows: spikes,
    shifts, noise, frozen and reversed stretches.

    Score: log odds. Time O(n hidden^2), memory O(n). Sees what it was taught; does not see other faults, which is what
    the networks that learn the normal are for.

    References
    ----------
    Malhotra et al. (ESANN 2015) for the first part; Schmidl et al., "Anomaly detection in time series" (VLDB 2022).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(800) / 5)
    >>> x[400] += 4
    >>> 400 <= int(np.nanargmax(detector("self_supervised_lstm", window=32, epochs=8).fit(x).score(x))) < 410
    True
    """

    epochs: int = param(20, "passes over the training windows at most", low=1, log=True)
    pretraining: int = param(10, "passes before, in which it learns to predict", low=1, log=True)
    batch: int = param(32, "windows a training step", low=1, log=True)
    windows: int = param(512, "windows drawn for one epoch at most", low=1, log=True)
    learning_rate: float = param(1e-2, "largest step size", low=1e-7, high=1.0, log=True)

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 6, "pretraining": 1, "windows": 128, "hidden": 8}
    causal: ClassVar[bool] = True

    def _network(self, channels: int, width: int) -> nn.Module:
        from offbeat.detectors.neural._layers import Pretrained

        return Pretrained(channels, self.hidden, self.dropout)

    def _taught(self, network: nn.Module, material: Material, recipe: Recipe) -> Course:
        from offbeat.detectors.neural._train import train

        first = replace(recipe, epochs=self.pretraining, checkpoint=None)
        self.pretraining_history_ = np.array(train(network, self._predicted, material, first, "").history)
        return super()._taught(network, material, recipe)

    def _predicted(self, network: nn.Module, batch: Tensor, done: float) -> Tensor:
        windows = batch[..., :-1]
        return self._distance(cast("Pretrained", network).predict(windows[:, :-1]), windows[:, 1:])

    def _marks(self, inside: Tensor) -> Tensor:
        return inside

    def _odds(self, network: nn.Module, s: Floats) -> Floats:
        from offbeat.detectors.neural._apply import SCORED, forwards

        odds = np.full(len(s) + SCORED * self.window_, np.nan)
        for rows, given in forwards(lambda batch: self._given_for(network, batch), self.units_.seen(s), self.window_):
            odds[rows[:, 1:]] = given[:, 1:]
        return odds[: len(s)]

    def _width(self, x: Floats) -> int:
        return past_for(x, self.window)

    def _rows(self) -> int:
        from offbeat.detectors.neural._apply import SCORED

        return SCORED * self.window_

    def _stretch(self, n: int) -> int:
        return min(TRAINED * self.window_, n)
