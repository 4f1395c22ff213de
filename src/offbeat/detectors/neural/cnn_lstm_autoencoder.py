"""An autoencoder of convolutions around two LSTM networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.detectors.neural._reconstruction import Reconstruction

if TYPE_CHECKING:
    from torch import nn


@dataclass
class CNNLSTMAutoencoder(Reconstruction):
    """Reconstruction error of an autoencoder of convolutions around an LSTM.

    Convolutions with max pooling shorten the window to a quarter of its rows; an LSTM reads these, and from its last
    state, `hidden` numbers, another writes them again; transposed convolutions stretch them; all channels together.

    Score: the root of the mean square of x - x' in the windows that cover the point, in robust standard deviations
    (beyond 8, their logarithm). Time O(n hidden^2), memory O(n). Sees spikes, levels and shapes that training did not
    show; does not see a fault that is smoother than the normal.

    References
    ----------
    Sainath et al., "Convolutional, long short-term memory, fully connected deep neural networks" (ICASSP 2015).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 396 <= int(detector("cnn_lstm_autoencoder", window=32, epochs=2).fit(x).score(x).argmax()) <= 404
    True
    """

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 1, "windows": 128, "hidden": 8}

    def _network(self, channels: int, width: int) -> nn.Module:
        from offbeat.detectors.neural._layers import Recurrent, Shrunk

        inside = Recurrent("lstm", self.hidden, self.hidden, self.dropout)
        return Shrunk(channels, self.hidden, inside, self.hidden, self.dropout)
