"""Networks that give back what they were shown: the score is how far from it what they give is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from offbeat.core.series import Floats
from offbeat.core.windows import sliding
from offbeat.detectors._windows import width_for
from offbeat.detectors.neural._network import Network

if TYPE_CHECKING:
    from torch import Tensor, nn

COVER = 8
"""Windows that cover a point when it is judged: more would cost more and say the same."""


OWN = 0.03  # decision 26
"""What the point's own error counts beside those of the windows that cover it: enough to place the peak."""


@dataclass
class Reconstruction(Network):
    """How far windows are from what a narrow network makes of them.

    With e_w^2 the mean square error of the window w, and e_wt the error of the point t in it, the score of a point is
    the root of the mean over the windows that cover it of e_w^2 + 0.03 e_wt^2, for each channel. The windows count for
    most: a wrong shape is wrong in few points, and not by much. A subclass brings a network from (windows, width,
    channels) to the same shape.
    """

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift"})

    def _loss(self, network: nn.Module, batch: Tensor, done: float) -> Tensor:
        return self._distance(network(batch), batch)

    def _width(self, x: Floats) -> int:
        return width_for(x, self.window)

    def _stretch(self, n: int) -> int:
        return self.window_

    def _read(self, network: nn.Module, s: Floats) -> tuple[Floats, Floats]:
        from offbeat.detectors.neural._apply import outputs

        n, width = len(s), self.window_
        stride = max(1, width // COVER)
        starts = np.arange(0, n - width + 1, stride)
        if starts[-1] != n - width:
            starts = np.append(starts, n - width)
        total, away, count = np.zeros(s.shape), np.zeros(s.shape), np.zeros((n, 1))
        for part, given in outputs(lambda batch: self._given_for(network, batch), self.units_.seen(s), starts, width):
            rebuilt = self.units_.unseen(given)
            own = (sliding(s, width)[part] - rebuilt) ** 2
            error = own.mean(axis=1)
            for offset in range(width):
                rows = part + offset
                total[rows] += rebuilt[:, offset]
                away[rows] += error + OWN * own[:, offset]
                count[rows] += 1.0
        return total / count, np.sqrt(away / count)
