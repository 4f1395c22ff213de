"""The default detector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.calibration import Calibration
from offbeat.core.detector import Detector, Judged
from offbeat.core.registry import detector
from offbeat.core.series import Floats

REACH = 0.25
"""A one-step error counts for the points around it, within this share of the window; the field marks stretches."""

LEAST = (0.01, 0.01, 0.5)
"""The smallest usual excess of each member's score: windows that differ by a hundredth of the channel's deviation, and
errors by half of theirs, are alike. Without it, data without noise are judged by their rounding."""

NOTHING = 0.05
"""A score below this is 0, for the same reason."""


@dataclass
class Auto(Detector):
    """The default: amplitude, shape and point detectors, calibrated and averaged; nothing to tune.

    Three members: `knn` on windows that lost their means sees amplitudes and levels, `knn` on windows brought to one
    scale sees shapes, `ar` sees single points. Each member's scores are calibrated on the training data,
    log(1 + excess over the median / usual excess), so that they keep how far an extreme stands out; the score is
    their power mean (exponent 4), between the mean and the largest. One member is enough to raise it, two that agree
    raise it more.

    Score: log units, about 0.7 where one training point in twenty lies. Time O(n), memory O(n).

    Examples
    --------
    >>> import offbeat as ob
    >>> x = np.sin(np.arange(1000) / 8)
    >>> x[700] = 3
    >>> abs(int(ob.detector("auto").fit(x).score(x).argmax()) - 700) < 10
    True
    """

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level", "variance", "shape"})
    takes_gaps: ClassVar[bool] = True
    calibrated: ClassVar[bool] = True
    memory: ClassVar[int] = 600

    def _fit(self, x: Floats) -> None:
        self._fit_score(x)

    def _fit_score(self, x: Floats) -> Floats:
        self.members_ = (detector("knn", normalise="none"), detector("knn", normalise="soft"), detector("ar"))
        judged = [member.fit_judge(x) for member in self.members_]
        self.reach_ = max(1, round(REACH * self.members_[0].window_))
        columns = self._columns(judged)
        self.scales_ = tuple(map(Calibration.of, columns, LEAST))
        return self._fused(columns)

    def _score(self, x: Floats) -> Floats:
        return self._fused(self._columns([member.judge(x) for member in self.members_]))

    def _columns(self, judged: list[Judged]) -> list[Floats]:
        """Return each member's scores, one column a channel."""
        amplitude, shape, point = (one.raw for one in judged)
        return [amplitude, shape, _widened(point, self.reach_)]

    def _fused(self, columns: list[Floats]) -> Floats:
        """Return the power mean of the members' calibrated scores, one column a channel."""
        calibrated = [scale.apply(scores) for scale, scores in zip(self.scales_, columns, strict=True)]
        stacked = np.stack(calibrated, axis=2)
        n, channels, members = stacked.shape
        fused = Calibration.combine(stacked.reshape(n * channels, members)).reshape(n, channels)
        return np.where(fused < NOTHING, 0.0, fused)


def _widened(scores: Floats, reach: int) -> Floats:
    """Return the moving mean of the moving maximum, both over `reach` points; NaN stay NaN."""
    from scipy.ndimage import maximum_filter1d, uniform_filter1d

    unjudged = np.isnan(scores)
    highest = maximum_filter1d(np.where(unjudged, 0.0, scores), reach, axis=0, mode="nearest")
    return np.where(unjudged, np.nan, uniform_filter1d(highest, reach, axis=0, mode="nearest"))
