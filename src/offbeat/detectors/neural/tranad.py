"""An autoencoder of attention that looks a second time where it was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from offbeat.core.params import param
from offbeat.detectors.neural._reconstruction import Reconstruction

if TYPE_CHECKING:
    from torch import Tensor, nn

    from offbeat.detectors.neural._attention import SelfConditioned


@dataclass
class TranAD(Reconstruction):
    """Reconstruction error of a transformer conditioned on its first attempt (TranAD).

    A transformer reads the window W beside a focus, which is 0 at first, and gives W1; it reads it again beside the
    focus (W - W1)^2 and gives W2 through a second decoder. With n the epoch, |W - W1|^2 / n + (1 - 1/n) |W - W2|^2 is
    made small. As in the authors' program, and unlike in their paper, no part is made large. A summary of `code`
    numbers stands between encoder and decoders, as for long windows attention alone could copy.

    Score: the root of the mean square of the error in the windows that cover the point, where the square of the error
    is half that of x - W1 and half that of x - W2, in robust standard deviations (beyond 8, their logarithm). Time
    O(n window), memory O(n). Sees spikes, levels and shapes that training did not show; does not see a fault that is
    smoother than the normal.

    References
    ----------
    Tuli, Casale and Jennings, "TranAD: deep transformer networks for anomaly detection" (VLDB 2022).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 396 <= int(detector("tranad", window=32, epochs=2).fit(x).score(x).argmax()) <= 404
    True
    """

    code: int = param(16, "numbers that are left of a window", low=1, log=True)

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 1, "windows": 128, "hidden": 8}

    def _network(self, channels: int, width: int) -> nn.Module:
        from offbeat.detectors.neural._attention import SelfConditioned

        return SelfConditioned(channels, self.hidden, self.code, self.dropout)

    def _loss(self, network: nn.Module, batch: Tensor, done: float) -> Tensor:
        first, second = cast("SelfConditioned", network).both(batch)
        share = 1 / (1 + done * self.epochs) if network.training else 0.5
        return share * self._distance(first, batch) + (1 - share) * self._distance(second, batch)

    def _given_for(self, network: nn.Module, batch: Tensor) -> Tensor:
        from offbeat.detectors.neural._layers import between

        return between(batch, *cast("SelfConditioned", network).both(batch))
