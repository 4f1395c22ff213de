"""One-step forecasts of attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.detectors.neural._forecaster import Forecaster

if TYPE_CHECKING:
    from torch import nn


@dataclass
class AttentionForecaster(Forecaster):
    """Forecast error of a causal transformer.

    A convolution over four points, then two layers in which every point looks back at the last `window` points, the
    near ones more than the far; from them, how the next point will differ from this one; all channels together.

    Score: the moving root mean square of x - x', in robust standard deviations (beyond 8, their logarithm). Time O(n
    window), memory O(n). Sees sudden departures and what can't be predicted; does not see a fault that begins slowly.

    References
    ----------
    Vaswani et al., "Attention is all you need" (NeurIPS 2017); Press et al. (ICLR 2022) for the weighting by distance.

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 400 <= int(np.nanargmax(detector("attention_forecaster", window=32, epochs=2).fit(x).score(x))) <= 401
    True
    """

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 2, "windows": 64, "hidden": 8}

    def _network(self, channels: int, width: int) -> nn.Module:
        from torch import nn

        from offbeat.detectors.neural._attention import Block
        from offbeat.detectors.neural._layers import CausalConv, CausalForecast

        # a block is given half of the points, since two of them see twice as far
        blocks = nn.Sequential(*(Block(self.hidden, self.dropout, max(width // 2, 1)) for _ in range(2)))
        return CausalForecast(CausalConv(channels, self.hidden, 1, self.dropout), blocks, channels, self.hidden)
