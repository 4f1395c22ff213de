"""One-step forecasts of sums of learned functions of the past points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.core.params import param
from offbeat.detectors.neural._forecaster import Forecaster

if TYPE_CHECKING:
    from torch import nn


@dataclass
class KANAD(Forecaster):
    """Forecast error of a Kolmogorov-Arnold network with Fourier series.

    Each of the last `window` points goes through functions of its own, f(u) = a u + sum_k b_k cos(k u) + c_k sin(k u)
    with k up to `order`, and their sums, `hidden` of them, through such functions again; smooth ones, so that one odd
    point in training bends little. The network says how the next point will differ from this one; all channels
    together.

    Score: the moving root mean square of x - x', in robust standard deviations (beyond 8, their logarithm). Time O(n
    window hidden order), memory O(n). Sees sudden departures and what can't be predicted; does not see a fault that
    begins slowly.

    References
    ----------
    Zhou et al., "KAN-AD: time series anomaly detection with Kolmogorov-Arnold networks" (ICML 2025).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 400 <= int(np.nanargmax(detector("kan_ad", window=32, epochs=2).fit(x).score(x))) <= 401
    True
    """

    hidden: int = param(8, "sums between the two layers of functions", low=1, log=True)
    order: int = param(3, "highest frequency of the functions", low=1, high=20)

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 2, "windows": 64, "hidden": 4}

    def _network(self, channels: int, width: int) -> nn.Module:
        from offbeat.detectors.neural._layers import KolmogorovArnold

        return KolmogorovArnold(channels, self.hidden, width, self.order, self.dropout)
