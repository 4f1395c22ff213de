"""One-step forecasts of a simple recurrent network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.detectors.neural._forecaster import Forecaster

if TYPE_CHECKING:
    from torch import nn


@dataclass
class RNNForecaster(Forecaster):
    """Forecast error of a simple recurrent network.

    A recurrent layer of `hidden` tanh units reads the series and says after each point how the next will differ from
    it; all channels together. Each forecast is made from at least `window` points.

    Score: the moving root mean square of x - x', in robust standard deviations (beyond 8, their logarithm). Time O(n
    hidden^2), memory O(n). Sees sudden departures and what can't be predicted; does not see a fault that begins slowly.

    References
    ----------
    Elman, "Finding structure in time" (Cognitive Science, 1990).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 400 <= int(np.nanargmax(detector("rnn_forecaster", window=32, epochs=2).fit(x).score(x))) <= 401
    True
    """

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 2, "windows": 64, "hidden": 8}

    def _network(self, channels: int, width: int) -> nn.Module:
        from offbeat.detectors.neural._layers import RecurrentForecast

        return RecurrentForecast("rnn", channels, self.hidden, self.dropout)
