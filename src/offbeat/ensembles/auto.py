"""The default detector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.calibration import Calibration
from offbeat.core.detector import Detector, Judged
from offbeat.core.registry import detector
from offbeat.core.series import Floats

MEMBERS = ("seasonal_residual", "knn", "ar")
"""Amplitude, shape, point: what one of them is blind to, another sees."""


@dataclass
class Auto(Detector):
    """The default: amplitude, shape and point detectors, calibrated and averaged; nothing to tune.

    Each member's scores are calibrated on the training data, log(1 + excess over the median / usual excess), so that
    they keep how far an extreme stands out; the score is their power mean (exponent 4), between the mean and the
    largest. One member is enough to raise it, two that agree raise it more.

    Score: log units, about 0.7 where one training point in twenty lies. Time O(n), memory O(n).

    Examples
    --------
    >>> import offbeat as ob
    >>> x = np.sin(np.arange(1000) / 8)
    >>> x[700] = 3
    >>> int(ob.detector("auto").fit(x).score(x).argmax())
    700
    """

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level", "shape"})
    takes_gaps: ClassVar[bool] = True
    calibrated: ClassVar[bool] = True
    memory: ClassVar[int] = 600

    def _fit(self, x: Floats) -> None:
        self.members_ = [detector(name) for name in MEMBERS]
        self.scales_ = [Calibration.of(member.fit_judge(x).scores[:, None]) for member in self.members_]

    def _score(self, x: Floats) -> Floats:
        said = [_calibrated(m.judge(x), s) for m, s in zip(self.members_, self.scales_, strict=True)]
        calibrated = np.stack(said, axis=2)
        n, channels, members = calibrated.shape
        return Calibration.combine(calibrated.reshape(n * channels, members)).reshape(n, channels)

    def _band(self, x: Floats) -> tuple[Floats, Floats, Floats] | None:
        band = self.members_[0].band(x)
        return None if band is None else (band.expected, band.lower, band.upper)


def _calibrated(judged: Judged, scale: Calibration) -> Floats:
    """Return one column a channel; the shares of several channels are calibrated already."""
    return scale.apply(judged.scores[:, None]) if judged.shares is None else judged.shares
