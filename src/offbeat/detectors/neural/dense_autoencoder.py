"""An autoencoder of fully connected layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.core.params import param
from offbeat.detectors.neural._reconstruction import Reconstruction

if TYPE_CHECKING:
    from torch import nn


@dataclass
class DenseAutoencoder(Reconstruction):
    """Reconstruction error of a fully connected autoencoder.

    Input - hidden - code - hidden - output with ReLU between, 64 and 32 wide by default; all channels together.

    Score: the root of the mean square of x - x' in the windows that cover the point, in robust standard deviations
    (beyond 8, their logarithm). Time O(n hidden), memory O(n). Sees spikes, levels and shapes that training did not
    show; does not see a fault that is smoother than the normal.

    References
    ----------
    Sakurada and Yairi, "Anomaly detection using autoencoders with nonlinear dimensionality reduction" (MLSDA 2014).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 2
    >>> 396 <= int(detector("dense_autoencoder", window=32, epochs=5).fit(x).score(x).argmax()) <= 404
    True
    """

    hidden: int = param(64, "width of the outer layers", low=1, log=True)
    code: int = param(32, "width of the narrowest layer", low=1, log=True)
    epochs: int = param(60, "passes over the training windows at most", low=1, log=True)

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 2, "windows": 256}

    def _network(self, channels: int, width: int) -> nn.Module:
        from offbeat.detectors.neural._layers import Dense

        return Dense(channels * width, self.hidden, self.code, self.dropout)
