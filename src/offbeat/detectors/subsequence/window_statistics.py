"""Distance between a few statistics of each window and those of the nearest training windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.series import Floats
from offbeat.detectors.subsequence._features import FeatureDistance


@dataclass
class WindowStatistics(FeatureDistance):
    """Distance of each window's summary statistics to those of the nearest training windows.

    A window is described by seven numbers: the mean, standard deviation, largest and smallest of its values;
    of its steps from point to point the standard deviation, and the mean and the largest size. They hardly depend on
    where in its cycle a window begins, so that a thousand training windows go a long way. Each number is taken in its
    own robust standard deviations z and damped, sign(z) log(1 + |z|). The bank of training windows is divided into
    eight stretches; the nearest is looked for in each, and the k least distances are averaged.

    Score: sqrt(mean over the k stretches of min_j |s - s_j|^2 / 7), log units of a usual deviation.

    Time O(n (window + bank / step)), where step = window // 16; memory O(n). Sees levels, amplitudes, spikes, bursts
    and frozen stretches. Does not see the order of a window's values.

    References
    ----------
    Fulcher, Jones (2014), Highly comparative feature-based time-series classification, for describing by features.

    Examples
    --------
    >>> x = np.sin(np.arange(1000) / 5) + 0.1 * np.random.default_rng(0).standard_normal(1000)
    >>> x[500:530] = x[500]
    >>> scores = WindowStatistics(window=32).fit_score(x).scores
    >>> 470 <= int(scores.argmax()) < 560
    True
    """

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape", "frozen"})
    cost: ClassVar[str] = "O(n bank)"
    unsteady: ClassVar[float] = 0.05

    def _describe(self, values: Floats, channel: int) -> Floats:
        from offbeat.kernels.join import moments
        from offbeat.kernels.moving import largest

        width, stride = self.window_, self.stride_
        steps = np.diff(values)
        sizes = np.abs(steps)
        mean, square = moments(values, width, stride)
        _, square_steps = moments(steps, width - 1, stride)
        numbers = (
            mean,
            np.sqrt(square / width),
            largest(values, width, stride),
            -largest(-values, width, stride),
            moments(sizes, width - 1, stride)[0],
            largest(sizes, width - 1, stride),
            np.sqrt(square_steps / (width - 1)),
        )
        return np.column_stack(numbers)
