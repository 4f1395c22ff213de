"""How unusually long a channel stays at one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.series import Floats
from offbeat.data.frozen import RunModel


@dataclass
class Flatline(Detector):
    """Length of the run of equal values that a point is in, compared with how long runs usually are.

    max(0, log2(2 length / shortest)), where `shortest` is the length from which on `RunModel` finds a run too long: at
    least twice the longest usual run, and so long that 0.002 of them are expected by chance in the training data (or
    in 10,000 points, if more). It is learned for each channel, and for values that it takes often, which have the
    larger of both. Quantised values, counts with many zeros and nights at zero have long runs, which count as usual; a
    few runs that are far longer than all others are not learned from. A single missing value does not end a run.

    Score: 0 up to half of `shortest`, which no usual run of the training data exceeds; 1 at `shortest`, and 1 more
    each time that the run doubles. All points of a run have the score of the whole run, so that it changes as long as
    the run lasts: whether it is too long is known after `lookahead` points. Where all values of a channel were equal
    in training, or it has fewer than 20 runs, no run is too long. Time O(n log n) to fit, O(n) to score; memory O(n).

    References
    ----------
    Pickands (1975), Statistical inference using extreme order statistics, Annals of Statistics 3, for the tail of
    the lengths.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=1000)
    >>> x[400:448] = x[400]
    >>> Flatline().fit_score(x).scores[[399, 400, 447, 448]]
    array([0., 3., 3., 0.])
    """

    sees: ClassVar[frozenset[str]] = frozenset({"frozen"})
    memory: ClassVar[int] = 200
    cost: ClassVar[str] = "O(n log n)"
    takes_gaps: ClassVar[bool] = True
    calibrated: ClassVar[bool] = True

    @property
    def lookahead(self) -> int:
        """After how many later rows it is known whether the run of a row is too long."""
        limits = np.array([tail.shortest for channel in self.runs_.channels for tail in channel.tails])
        return int(np.max(limits, where=np.isfinite(limits), initial=1)) - 1

    def _fit(self, x: Floats) -> None:
        self.runs_ = RunModel.fit(x)

    def _score(self, x: Floats) -> Floats:
        return np.log2(np.maximum(2 * self.runs_.severities(x), 1.0))
