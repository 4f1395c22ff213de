"""An autoencoder of attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.core.windows import fill
from offbeat.detectors.neural._reconstruction import Reconstruction

if TYPE_CHECKING:
    from torch import nn


@dataclass
class AttentionAutoencoder(Reconstruction):
    """Reconstruction error of a transformer autoencoder.

    Every point looks at all the others of its window; four weighted means of what they then are, squeezed to `code`
    numbers, are all that the decoder, again a layer of attention, gets to write the window; all channels together.
    `attention` says which points were looked at most.

    Score: the root of the mean square of x - x' in the windows that cover the point, in robust standard deviations
    (beyond 8, their logarithm). Time O(n window), memory O(n). Sees spikes, levels and shapes that training did not
    show; does not see a fault that is smoother than the normal.

    References
    ----------
    Vaswani et al., "Attention is all you need" (NeurIPS 2017).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(600) / 5)
    >>> x[400] += 3
    >>> 396 <= int(detector("attention_autoencoder", window=32, epochs=2).fit(x).score(x).argmax()) <= 404
    True
    """

    code: int = param(16, "numbers that are left of a window", low=1, log=True)

    fast_params: ClassVar[dict[str, Any]] = {"epochs": 1, "windows": 128, "hidden": 8}

    def _network(self, channels: int, width: int) -> nn.Module:
        from offbeat.detectors.neural._attention import AttentionAutoencoder

        return AttentionAutoencoder(channels, self.hidden, self.code, self.dropout)

    def attention(self, data: Any) -> Floats:
        """Return how much the network looked at each point, shape (n,): 1 where it looked at all the same.

        A mean over the windows that cover the point; NaN for a series shorter than a window. `report.learning.attended`
        draws it over the series.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        from offbeat.detectors.neural._apply import outputs
        from offbeat.detectors.neural._attention import AttentionAutoencoder as Attending

        values = fill(self._checked(data))
        if len(values) < self.window_:
            return np.full(len(values), np.nan)
        network = cast("Attending", self._restored())
        seen = self.units_.seen(self.units_.drawn_in(values))
        starts = np.arange(len(values) - self.window_ + 1)
        total, count = np.zeros(len(values)), np.zeros(len(values))
        for part, given in outputs(network.weights, seen, starts, self.window_):
            for offset in range(self.window_):
                total[part + offset] += given[:, offset]
                count[part + offset] += 1
        return total / count
