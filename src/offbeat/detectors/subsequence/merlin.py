"""Distance to the nearest windows of a reference bank, over several widths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.scores import ScoreResult
from offbeat.core.series import Floats
from offbeat.core.windows import fill
from offbeat.detectors._windows import width_for
from offbeat.detectors.subsequence.knn import BLOCKS, KNN

SPAN = 2.0
"""The widths go from the window divided by this to the window times this."""


@dataclass
class Merlin(Detector):
    """Largest nearest-neighbour distance over several window widths.

    The widths go in equal ratios from half of the window to twice of it. For each the windows, on one scale, are
    compared with a bank of training windows as `knn` does with normalise="soft", and the distance is divided by the
    root of the width, so that all widths are in one unit. A point's score is the largest of its distances.

    Score: max over w of sqrt(mean over k stretches of min_j |a_i - b_j|^2 / w), windows less their mean and divided by
    their sd plus half the median sd: from 0 to about 2, whatever the width.

    Time O(n bank widths), memory O(n). Sees shapes whose length is not known. Does not see a fault that the training
    data hold k times. MERLIN proper finds the one exact discord of every single width, with an early end of the
    search; here a score for every point is wanted, so few widths are taken, and the neighbours are looked for in a
    bank of bounded size.

    References
    ----------
    Nakamura et al., "MERLIN: parameter-free discovery of arbitrary length anomalies in massive time series archives"
    (ICDM 2020).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] *= 0.2
    >>> scores = detector("merlin").fit_score(x).scores
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    window: int | None = param(None, "middle width, in points; None is the period that the data show", low=3)
    widths: int = param(5, "widths that are tried, from half of the window to twice of it", low=1, high=16)
    k: int = param(3, "stretches whose nearest windows are averaged", low=1, high=BLOCKS)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "shape", "variance"})
    cost: ClassVar[str] = "O(n bank)"
    takes_gaps: ClassVar[bool] = True
    unsteady: ClassVar[float] = 0.001

    def _fit(self, x: Floats) -> None:
        self._fit_score(x)

    def _fit_score(self, x: Floats) -> Floats:
        self.window_ = width_for(fill(x), self.window)
        most = max(len(x) // 4, self.window_)
        ratios = SPAN ** np.linspace(-1, 1, self.widths) if self.widths > 1 else np.ones(1)
        widths = np.unique(np.clip(np.round(self.window_ * ratios), 2, max(most, 2))).astype(int)
        self.members_ = tuple(KNN(window=int(width), k=self.k, normalise="soft") for width in widths)
        return _largest([member.fit_score(x) for member in self.members_])

    def _score(self, x: Floats) -> Floats:
        return _largest([member.score_result(x) for member in self.members_])

    def _score_trained(self, x: Floats) -> Floats:
        return _largest([member.score_result(x, trained=True) for member in self.members_])


def _largest(results: list[ScoreResult]) -> Floats:
    """Return the largest score of each point and channel, of those that scored it."""
    largest: Floats = reduce(np.fmax, (one.raw for one in results))
    return largest
