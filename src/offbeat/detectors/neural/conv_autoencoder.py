"""An autoencoder of convolutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.core.params import param
from offbeat.detectors.neural._reconstruction import Reconstruction

if TYPE_CHECKING:
    from torch import nn


@dataclass
class ConvAutoencoder(Reconstruction):
    """Reconstruction error of a convolutional autoencoder.

    Twice a convolution, ReLU and max pooling; `code` numbers for each four points; and two transposed convolutions
    back; all channels together.

    Score: the root of the mean square of x - x' in the windows that cover the point, in robust standard deviations
    (beyond 8, their logarithm). Time O(n hidden^2), memory O(n). Sees spikes, levels and shapes that training did not
    show; does not see a fault that is as smooth as the normal.

    References
    ----------
    Masci et al., "Stacked convolutional auto-encoders for hierarchical feature extraction" (ICANN 2011).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 396 <= int(detector("conv_autoencoder", window=32, epochs=2).fit(x).score(x).argmax()) <= 404
    True
    """

    code: int = param(2, "numbers that are left of four points", low=1, log=True)

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 1, "windows": 128, "hidden": 8}

    def _network(self, channels: int, width: int) -> nn.Module:
        from torch import nn

        from offbeat.detectors.neural._layers import Shrunk

        return Shrunk(channels, self.hidden, nn.Identity(), self.code, self.dropout)
