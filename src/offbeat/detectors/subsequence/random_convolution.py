"""Distance between what random convolutions make of each window and what they make of training windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.subsequence._features import FeatureDistance

TAPS = 7
"""Weights of a kernel; fewer in windows that are shorter."""
POOL = 4096
"""Places at which a convolution is looked at to choose its bias."""


@dataclass
class RandomConvolution(FeatureDistance):
    """Distance of each window's random convolution features to the nearest training windows'.

    Each of the `kernels` has seven random weights that add up to 0, so that levels cancel, a random dilation and a bias
    at a random quantile of its output on the training data. Of each window's output two numbers are kept: the mean of
    what is above the bias, and the share of points that are. Each is taken in its own robust standard deviations z and
    damped, sign(z) log(1 + |z|). The bank of training windows is divided into eight stretches; the nearest is looked
    for in each, and the k least distances are averaged.

    Score: sqrt(mean over the k stretches of min_j |f - f_j|^2 / features), log units of a usual deviation.

    Time O(n kernels bank / step), where step = window // 16; memory O(n). Sees shapes, bursts, spikes and frozen
    stretches, wherever in the window. Does not see a level that stays shifted.

    References
    ----------
    Dempster, Petitjean, Webb (2020), ROCKET: exceptionally fast and accurate time series classification using random
    convolutional kernels; Theissler, Wengert, Gerschner (2023), ROCKAD, for anomalies.

    Examples
    --------
    >>> x = np.sin(np.arange(1000) / 5) + 0.1 * np.random.default_rng(0).standard_normal(1000)
    >>> x[500:530] = np.sin(np.arange(30))
    >>> scores = RandomConvolution(window=32).fit_score(x).scores
    >>> 470 <= int(scores.argmax()) < 560
    True
    """

    kernels: int = param(64, "random kernels; each gives two numbers", low=1, log=True)
    seed: int = param(0, "seed of the kernels", low=0, high=2**32 - 1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape", "frozen"})
    cost: ClassVar[str] = "O(n bank)"
    unsteady: ClassVar[float] = 0.05

    def _prepare(self, scaled: Floats) -> None:
        from offbeat.kernels.convolve import convolved

        rng = np.random.default_rng(self.seed)
        taps = min(TAPS, self.window_)
        weights = rng.normal(size=(self.kernels, taps))
        weights -= weights.mean(axis=1, keepdims=True)
        self.weights_ = weights / np.sqrt((weights**2).sum(axis=1, keepdims=True))
        # half of the window is left to move in, as long as the weights themselves don't need more
        most = max(self.window_ // 2 // (taps - 1), 1)
        self.dilations_ = np.exp2(rng.uniform(0, np.log2(most + 1), self.kernels)).astype(np.int64)
        quantiles = rng.uniform(0.1, 0.9, self.kernels)
        self.biases_ = np.empty((scaled.shape[1], self.kernels))
        for channel, values in enumerate(scaled.T):
            for i, (row, dilation) in enumerate(zip(self.weights_, self.dilations_, strict=True)):
                output = convolved(values, row, int(dilation))
                self.biases_[channel, i] = np.quantile(output[:: max(1, len(output) // POOL)], quantiles[i])

    def _describe(self, values: Floats, channel: int) -> Floats:
        from offbeat.kernels.convolve import convolved, pooled

        numbers = np.empty(((len(values) - self.window_) // self.stride_ + 1, 2 * self.kernels))
        for i, (row, dilation) in enumerate(zip(self.weights_, self.dilations_, strict=True)):
            output = convolved(values, row, int(dilation))
            width = self.window_ - (len(values) - len(output))
            pooled(output, float(self.biases_[channel, i]), width, self.stride_, numbers[:, 2 * i : 2 * i + 2])
        return numbers
