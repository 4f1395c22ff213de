"""An autoencoder of two LSTM networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.core.params import param
from offbeat.detectors.neural._reconstruction import Reconstruction

if TYPE_CHECKING:
    from torch import nn


@dataclass
class LSTMAutoencoder(Reconstruction):
    """Reconstruction error of an LSTM autoencoder.

    An LSTM reads the window; its last state, `hidden` numbers, is all that a second LSTM gets at every step to write
    the window again, from its end to its beginning; all channels together.

    Score: the root of the mean square of x - x' in the windows that cover the point, in robust standard deviations
    (beyond 8, their logarithm). Time O(n hidden^2), memory O(n). Sees spikes, levels and shapes that training did not
    show; does not see a fault that is smoother than the normal.

    References
    ----------
    Malhotra et al., "LSTM-based encoder-decoder for multi-sensor anomaly detection" (ICML workshop 2016).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 396 <= int(detector("lstm_autoencoder", window=32, epochs=2).fit(x).score(x).argmax()) <= 404
    True
    """

    learning_rate: float = param(1e-2, "largest step size", low=1e-7, high=1.0, log=True)

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 1, "windows": 128, "hidden": 8}

    def _network(self, channels: int, width: int) -> nn.Module:
        from offbeat.detectors.neural._layers import Recurrent

        return Recurrent("lstm", channels, self.hidden, self.dropout)
