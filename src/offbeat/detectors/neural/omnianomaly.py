"""A recurrent variational autoencoder whose codes follow one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from offbeat.core.params import param
from offbeat.detectors.neural._reconstruction import Reconstruction

if TYPE_CHECKING:
    from torch import Tensor, nn

    from offbeat.detectors.neural._layers import Stochastic


@dataclass
class OmniAnomaly(Reconstruction):
    """Reconstruction error of a stochastic recurrent autoencoder (OmniAnomaly).

    An LSTM reads the window; at each point its state gives a normal distribution of `code` numbers, which is held near
    the standard normal step from the code before by its divergence, times `beta`; a second LSTM reads the codes and
    writes the window. Training draws the codes, scoring takes their middles; all channels together. The authors' GRUs
    are LSTMs here, which cost a third; their planar flows are left out, and the score is the error rather than the
    likelihood.

    Score: the root of the mean square of x - x' in the windows that cover the point, in robust standard deviations
    (beyond 8, their logarithm). Time O(n hidden^2), memory O(n). Sees spikes, levels and shapes that training did not
    show; does not see a fault that is smoother than the normal.

    References
    ----------
    Su et al., "Robust anomaly detection for multivariate time series through stochastic recurrent neural network" (KDD
    2019).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 396 <= int(detector("omnianomaly", window=32, epochs=2).fit(x).score(x).argmax()) <= 404
    True
    """

    code: int = param(3, "numbers of a code", low=1, log=True)
    beta: float = param(0.05, "weight of the divergence beside the error", low=0, high=100)
    epochs: int = param(8, "passes over the training windows at most", low=1, log=True)
    windows: int = param(256, "windows drawn for one epoch at most", low=1, log=True)
    batch: int = param(32, "windows a training step", low=1, log=True)
    learning_rate: float = param(1e-2, "largest step size", low=1e-7, high=1.0, log=True)

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 1, "windows": 128, "hidden": 8}

    def _network(self, channels: int, width: int) -> nn.Module:
        from offbeat.detectors.neural._layers import Stochastic

        return Stochastic(channels, self.hidden, self.code, self.dropout)

    def _loss(self, network: nn.Module, batch: Tensor, done: float) -> Tensor:
        given, divergence = cast("Stochastic", network).both(batch)
        return self._distance(given, batch) + self.beta * divergence / batch.shape[2]
