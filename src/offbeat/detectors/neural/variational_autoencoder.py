"""A variational autoencoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from offbeat.core.params import param
from offbeat.detectors.neural._reconstruction import Reconstruction

if TYPE_CHECKING:
    from torch import Tensor, nn

    from offbeat.detectors.neural._layers import Variational


@dataclass
class VariationalAutoencoder(Reconstruction):
    """Reconstruction error of a variational autoencoder.

    A dense network gives each window a normal distribution of `code` numbers; training draws one and holds the
    distributions near the standard normal one by their divergence, times `beta`; scoring takes the middle; all
    channels together.

    Score: the root of the mean square of x - x' in the windows that cover the point, in robust standard deviations
    (beyond 8, their logarithm). Time O(n hidden), memory O(n). Sees spikes, levels and shapes that training did not
    show; does not see a fault that is smoother than the normal.

    References
    ----------
    Kingma and Welling, "Auto-encoding variational Bayes" (ICLR 2014); An and Cho (2015) for anomalies.

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 396 <= int(detector("variational_autoencoder", window=32, epochs=2).fit(x).score(x).argmax()) <= 404
    True
    """

    hidden: int = param(64, "width of the outer layers", low=1, log=True)
    code: int = param(16, "width of the narrowest layer", low=1, log=True)
    beta: float = param(0.1, "weight of the divergence beside the error", low=0, high=100)
    epochs: int = param(60, "passes over the training windows at most", low=1, log=True)

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 2, "windows": 256}

    def _network(self, channels: int, width: int) -> nn.Module:
        from offbeat.detectors.neural._layers import Variational

        return Variational(channels * width, self.hidden, self.code, self.dropout)

    def _loss(self, network: nn.Module, batch: Tensor, done: float) -> Tensor:
        given, divergence = cast("Variational", network).both(batch)
        return self._distance(given, batch) + self.beta * divergence / batch[0].numel()
