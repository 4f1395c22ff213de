"""One-step forecasts of an LSTM that reads convolutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.detectors.neural._forecaster import Forecaster

if TYPE_CHECKING:
    from torch import nn


@dataclass
class CNNLSTMForecaster(Forecaster):
    """Forecast error of causal convolutions followed by an LSTM.

    Two causal convolutions, sixteen points together, and an LSTM over what they see, which says after each point how
    the next will differ from it; all channels together. Each forecast is made from at least `window` points.

    Score: the moving root mean square of x - x', in robust standard deviations (beyond 8, their logarithm). Time O(n
    hidden^2), memory O(n). Sees sudden departures and what can't be predicted; does not see a fault that begins slowly.

    References
    ----------
    Sainath et al., "Convolutional, long short-term memory, fully connected deep neural networks" (ICASSP 2015).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 400 <= int(np.nanargmax(detector("cnn_lstm_forecaster", window=32, epochs=2).fit(x).score(x))) <= 401
    True
    """

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 2, "windows": 64, "hidden": 8}

    def _network(self, channels: int, width: int) -> nn.Module:
        from torch import nn

        from offbeat.detectors.neural._layers import CausalConv, CausalForecast

        reader = nn.LSTM(self.hidden, self.hidden, batch_first=True)
        return CausalForecast(CausalConv(channels, self.hidden, 2, self.dropout), reader, channels, self.hidden)
