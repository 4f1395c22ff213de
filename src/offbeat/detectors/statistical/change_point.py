"""How surprising a point is to all that may have gone on since the last change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import scale_of, standard, wide_scale_of
from offbeat.core.series import Floats
from offbeat.core.windows import spread

LARGEST = 1e6
"""Values are cut off here, in robust standard deviations."""

FAINTEST = 0.2
"""What is less likely than this share of the chance of a change is not followed any more."""

LEAST_NOISE = 0.01
"""The smallest spread within a stretch that is expected beforehand, as a share of the channel's own."""


@dataclass
class ChangePoint(Detector):
    """Bayesian online change points: surprise of the last points given all run lengths.

    The surprise is -log sum_r P(r | past) p_r(x_t) / max p_r.

    The series is taken for stretches of independent normal values, each with a mean and variance of its own, that last
    `length` points on average. After r points, a stretch predicts the next one by Student's t distribution p_r; the
    probabilities P of all r follow by Bayes' rule, that of a change just now being 1 / length whatever comes. So the
    change itself is not scored, but how far values are from what was predicted, as a ratio of densities, root mean
    square over the `recent` ones. Beforehand a stretch has the mean and spread of the training data, and the noise of
    their differences. At most 32 of the r are followed.

    Score: a logarithm; 0 is what was expected most. Changes of level and spread are seen as they happen, then they are
    the usual; a lone spike is seen too, `recent` points long. To this method a season is a change all the time, and
    what comes slowly is none. A channel that was constant in training scores 0 while it stays so. Time O(n), memory
    O(n).

    References
    ----------
    Adams, MacKay (2007), Bayesian online changepoint detection, arXiv:0710.3742.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=300)
    >>> x[200:] += 6
    >>> int(ChangePoint(recent=1).fit(x[:150]).score(x).argmax())
    200
    """

    length: float = param(250.0, "how many points a stretch lasts on average", low=10, log=True)

    recent: int = param(32, "over how many of the last points surprise is averaged", low=1, log=True)

    sees: ClassVar[frozenset[str]] = frozenset({"level_shift", "variance"})
    causal: ClassVar[bool] = True
    memory: ClassVar[int] = 120
    unsteady: ClassVar[float] = 0.6

    def _fit(self, x: Floats) -> None:
        self.centre_ = np.median(x, axis=0)
        self.scale_ = wide_scale_of(x, self.centre_)
        steps = np.diff(standard(x, self.centre_, self.scale_), axis=0) / np.sqrt(2)
        none = np.zeros(x.shape[1])
        noise = scale_of(steps, none) if len(steps) else none + 1.0
        self.noise_ = np.clip(noise, LEAST_NOISE, 1.0)

    def _score(self, x: Floats) -> Floats:
        from scipy.special import gammaln

        from offbeat.kernels.run_lengths import surprises

        z = np.clip(standard(x, self.centre_, self.scale_), -LARGEST, LARGEST)
        hazard = 1.0 / self.length
        a = 1.0 + 0.5 * np.arange(len(x) + 1.0)
        constants = gammaln(a + 0.5) - gammaln(a) - 0.5 * np.log(2 * np.pi * a)
        score = np.empty(x.shape[::-1])
        for j, column in enumerate(z.T):
            variance = self.noise_[j] ** 2
            # the mean of a stretch varies by 1 beforehand: so it is worth as many values as the noise has variance
            prior = np.array([0.0, variance, variance])
            surprises(np.ascontiguousarray(column), hazard, FAINTEST * hazard, prior, constants, score[j])
        squares = np.square(score.T)
        # each point taken as a window of its own: the mean over those that cover a point is the mean over past points
        return np.sqrt(spread(squares, self.recent)[: len(x)])
