"""One-step forecasts of causal convolutions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.core.params import param
from offbeat.detectors.neural._forecaster import Forecaster

if TYPE_CHECKING:
    from torch import nn


@dataclass
class CNNForecaster(Forecaster):
    """Forecast error of a causal convolutional network.

    Convolutions over four points, each layer with four times the distance between them, until `window` points are
    seen; from them, how the next point will differ from this one; all channels together.

    Score: the moving root mean square of x - x', in robust standard deviations (beyond 8, their logarithm). Time O(n
    hidden^2 log window), memory O(n). Sees sudden departures and what can't be predicted; does not see a fault that
    begins slowly.

    References
    ----------
    Bai, Kolter and Koltun, "An empirical evaluation of generic convolutional and recurrent networks" (2018).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 400 <= int(np.nanargmax(detector("cnn_forecaster", window=32, epochs=2).fit(x).score(x))) <= 401
    True
    """

    epochs: int = param(10, "passes over the training windows at most", low=1, log=True)

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 2, "windows": 64, "hidden": 8}

    def _network(self, channels: int, width: int) -> nn.Module:
        from torch import nn

        from offbeat.detectors.neural._layers import CausalConv, CausalForecast

        layers = max(1, round(math.log(width, 4)))
        return CausalForecast(
            CausalConv(channels, self.hidden, layers, self.dropout), nn.Identity(), channels, self.hidden
        )
