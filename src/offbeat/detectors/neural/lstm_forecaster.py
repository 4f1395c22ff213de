"""One-step forecasts of an LSTM network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.detectors.neural._forecaster import Forecaster

if TYPE_CHECKING:
    from torch import nn


@dataclass
class LSTMForecaster(Forecaster):
    """Forecast error of an LSTM (long short-term memory).

    An LSTM of `hidden` cells reads the series and says after each point how the next will differ from it; all channels
    together. Each forecast is made from at least `window` points.

    Score: the moving root mean square of x - x', in robust standard deviations (beyond 8, their logarithm). Time O(n
    hidden^2), memory O(n). Sees sudden departures and what can't be predicted; does not see a fault that begins slowly.

    References
    ----------
    Malhotra et al., "Long short term memory networks for anomaly detection in time series" (ESANN 2015).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 400 <= int(np.nanargmax(detector("lstm_forecaster", window=32, epochs=5).fit(x).score(x))) <= 401
    True
    """

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 2, "windows": 64, "hidden": 8}

    def _network(self, channels: int, width: int) -> nn.Module:
        from offbeat.detectors.neural._layers import RecurrentForecast

        return RecurrentForecast("lstm", channels, self.hidden, self.dropout)
