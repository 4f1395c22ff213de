"""Two autoencoders that share an encoder, one of which learns to tell data from what the other makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from offbeat.core.params import param
from offbeat.detectors.neural._reconstruction import Reconstruction

if TYPE_CHECKING:
    from torch import Tensor, nn

    from offbeat.detectors.neural._adversarial import Pair


@dataclass
class USAD(Reconstruction):
    """Reconstruction error of two adversarial autoencoders with one encoder (USAD).

    With W a window, A and B the two autoencoders and n the epoch, A learns to make |W - A(W)|^2 / n + (1 - 1/n)
    |W - B(A(W))|^2 small, and B to make |W - B(W)|^2 / n - (1 - 1/n) |W - B(A(W))|^2 small: A deceives B, and B
    enlarges what is wrong. As both pull at the encoder with the same force against each other, it learns from the
    plain errors alone. The values are seen between 0 and 1.

    Score: the root of the mean square of the error in the windows that cover the point, where the square of the error
    is half that of x - A(x) and half that of x - B(A(x)), in robust standard deviations (beyond 8, their logarithm).
    Time O(n hidden), memory O(n). Sees levels and shapes that training did not show; does not see a fault that is
    smoother than the normal, and a spike in the training data hides itself, as it sets what is 1.

    References
    ----------
    Audibert et al., "USAD: unsupervised anomaly detection on multivariate time series" (KDD 2020).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 396 <= int(detector("usad", window=32, epochs=5).fit(x).score(x).argmax()) <= 404
    True
    """

    hidden: int = param(64, "width of the outer layers", low=1, log=True)
    code: int = param(16, "width of the narrowest layer", low=1, log=True)
    epochs: int = param(
        10, "passes over the training windows at most; the longer the game, the worse the errors", low=1
    )
    windows: int = param(4096, "windows drawn for one epoch at most", low=1, log=True)
    batch: int = param(32, "windows a training step", low=1, log=True)
    scaling: str = param("minmax", "what the network sees the values in", choices=("minmax",))

    sees: ClassVar[frozenset[str]] = frozenset({"level_shift"})
    fast_params: ClassVar[dict[str, Any]] = {"epochs": 2, "windows": 256}

    def _network(self, channels: int, width: int) -> nn.Module:
        from offbeat.detectors.neural._adversarial import Pair

        return Pair(channels * width, self.hidden, self.code, self.dropout)

    def _loss(self, network: nn.Module, batch: Tensor, done: float) -> Tensor:
        one, other, again = cast("Pair", network).three(batch)
        if not network.training:
            return (self._distance(one, batch) + self._distance(again.deceiving, batch)) / 2
        share = 1 / (1 + done * self.epochs)
        plain = self._distance(one, batch) + self._distance(other, batch)
        deceived = self._distance(again.deceiving, batch) - self._distance(again.telling, batch)
        return share * plain + (1 - share) * deceived

    def _given_for(self, network: nn.Module, batch: Tensor) -> Tensor:
        from offbeat.detectors.neural._layers import between

        one = network(batch)
        return between(batch, one, network(one, again=True))
