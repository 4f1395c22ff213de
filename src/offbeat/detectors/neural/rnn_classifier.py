"""A recurrent network that tells normal windows from others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.core.windows import spread
from offbeat.detectors._windows import width_for
from offbeat.detectors.neural._classifier import Classifier
from offbeat.detectors.neural._reconstruction import COVER

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass
class RNNClassifier(Classifier):
    """Log odds of an anomaly, from a recurrent network that classifies windows.

    A recurrent layer reads the window, and a dense one gives from its last state the odds that a point of it is
    anomalous. It learns from labels where there are some; else from anomalies that are planted into half of the
    windows: spikes, shifts, noise, frozen and reversed stretches. `balance` makes up for anomalies being rare: both
    kinds weigh the same, or as few normal windows as others are drawn, or what is told well already counts little
    (focal loss).

    Score: the mean log odds over the windows that cover the point. Time O(n window / 8 hidden^2), memory O(n). Sees
    what it was taught; does not see other faults, which is what the networks that learn the normal are for.

    References
    ----------
    Lin et al., "Focal loss for dense object detection" (ICCV 2017), for the focal loss.

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(800) / 5)
    >>> x[400:410] += 3
    >>> 370 < int(detector("rnn_classifier", window=32, epochs=8).fit(x).score(x).argmax()) < 440
    True
    """

    cell: str = param("gru", "the recurrent layer", choices=("rnn", "lstm", "gru"))
    epochs: int = param(20, "passes over the training windows at most", low=1, log=True)
    learning_rate: float = param(1e-2, "largest step size", low=1e-7, high=1.0, log=True)

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 6, "windows": 256, "hidden": 8}

    def _network(self, channels: int, width: int) -> nn.Module:
        from offbeat.detectors.neural._layers import WindowClassifier

        return WindowClassifier(self.cell, channels, self.hidden, self.dropout)

    def _marks(self, inside: Tensor) -> Tensor:
        return inside.amax(1, keepdim=True)

    def _odds(self, network: nn.Module, s: Floats) -> Floats:
        from offbeat.detectors.neural._apply import outputs

        stride = max(1, self.window_ // COVER)
        starts = np.arange(0, len(s) - self.window_ + 1, stride)
        read = outputs(lambda batch: self._given_for(network, batch), self.units_.seen(s), starts, self.window_)
        odds = [given[:, 0] for _, given in read]
        # a window that was not read is like the one before it
        every = np.repeat(np.concatenate(odds).astype(np.float64), stride)[: len(s) - self.window_ + 1]
        return spread(every, self.window_)

    def _width(self, x: Floats) -> int:
        return width_for(x, self.window)

    def _stretch(self, n: int) -> int:
        return self.window_
