"""Rows that would be usual at another place in the cycle, such as a Wednesday that runs like a Sunday."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import REACH, clipped, standard, wide_scale_of
from offbeat.core.series import Floats
from offbeat.preprocess.around import mean_around
from offbeat.preprocess.nested import nested_cycle
from offbeat.preprocess.period import CREDIBLE, periods
from offbeat.preprocess.seasonal import BATCH, aligned, moving_median

PARTS = 8
"""A cycle in which no shorter ones are found is divided into so many parts; fewer would miss what is a little late."""
STEPS = 3
"""Short cycles of the median that follows weather and the like: one odd day among three does not move it."""
SHARP = 0.125
"""The width of the moving mean over values and expectations, in short cycles: a peak of the day stays a peak."""
WIDE = 0.25
"""The width of the moving mean over squared distances, applied twice, in short cycles: half a day is enough to know a
day by, and of two means the highest value is in the middle of what is unusual."""
LEAST_SHARE = 0.2
"""No phase has a spread below this share of the mean one, however still it was in training."""
FARTHEST = 1e4
"""Distances end here, in usual residuals: beyond, moving sums of their squares lose what is near."""
ALWAYS = 0.01
"""This share of the squared distance counts in any case, so that scores are not all 0 where all places differ."""


@dataclass
class SeasonalMismatch(Detector):
    """How much better rows fit another place in the long cycle (a week) than their own.

    The score is the root of max(d_own^2 - min d_other^2, d_own^2 / 100), with the distances d_own from what is
    expected at the row's place in the cycle, and d_other from what is expected some whole short cycles (days) away.
    What is new at every place is left to other detectors.

    Expected is the median over the `neighbours` nearest other cycles at the same phase, less a moving median over one
    long cycle; what lastingly differs from it is taken off by a moving median over three short cycles. Squared
    distances are in usual residuals at that phase of the short cycle, and averaged over half a short cycle.

    The long cycle is found from the values, if there are four of them (`preprocess.nested`); else it is the strongest
    period, in eight parts. Channels without a period score 0. New rows are compared with the last training cycles;
    their phase is found as `seasonal_residual` does.

    Score: usual residuals; half of its square is a log likelihood ratio, if they are normal. Time O(n log n), memory
    O(n).

    Examples
    --------
    >>> hours = np.arange(24 * 7 * 8)
    >>> day = hours // 24
    >>> load = np.sin(2 * np.pi * hours / 24) * np.where((day % 7 < 5) & (day != 30), 1.0, 0.4)
    >>> load += 0.1 * np.random.default_rng(0).normal(size=len(load))
    >>> scores = SeasonalMismatch().fit_score(load).scores
    >>> int(scores.argmax()) // 24
    30
    """

    period: int | None = param(None, "length of the long cycle, in points; None finds it", low=2)
    part: int | None = param(None, "length of the short cycles in it, in points; None finds it", low=1)
    neighbours: int = param(6, "the number of nearest cycles that a cycle is compared with", low=1)

    sees: ClassVar[frozenset[str]] = frozenset({"level_shift", "shape"})
    memory: ClassVar[int] = 400
    cost: ClassVar[str] = "O(n log n)"
    unsteady: ClassVar[float] = 0.1

    def _fit(self, x: Floats) -> None:
        self._fit_score(x)

    def _fit_score(self, x: Floats) -> Floats:
        self.short_, self.long_, self.seasonal_ = self._cycles(x)
        self.scale_ = np.maximum(wide_scale_of(x, np.median(x, axis=0)), np.finfo(float).tiny)
        if not self.long_:
            return np.zeros(x.shape)
        trend = moving_median(x, self.long_, self.long_)
        z = self._standard(x, trend)
        self.trend_ = trend[-1]
        self.pattern_ = self._last(z)
        expected = self._expected_trained(z)
        z, expected = self._smooth(self._level(z, expected)), self._smooth(expected)
        self.spread_ = _spread(np.abs(z - expected), self.short_)
        return self._mismatch(z, expected, 0)

    def _score_trained(self, x: Floats) -> Floats:
        if not self.long_:
            return np.zeros(x.shape)
        z = self._standard(x, moving_median(x, self.long_, self.long_))
        expected = self._pattern_at(len(x), 0)
        expected[: self.trained_length_] = self._expected_trained(z[: self.trained_length_])
        return self._mismatch(self._smooth(self._level(z, expected)), self._smooth(expected), 0)

    def _score(self, x: Floats) -> Floats:
        if not self.long_:
            return np.zeros(x.shape)
        z = self._standard(x, self.trend_)
        phase = self.trained_length_
        if len(x) >= 2 * self.long_:
            phase = aligned(clipped(z), self.pattern_, self.trained_length_)
        expected = self._pattern_at(len(x), phase)
        return self._mismatch(self._smooth(self._level(z, expected)), self._smooth(expected), phase)

    @property
    def lookahead(self) -> int:
        """How many later rows the score of a row may depend on: of the moving median, and half of the moving means."""
        if not self.long_:
            return 0
        # half of the median's blocks, and one more, as the medians of two blocks are joined by a line
        return (STEPS + 2) * self._block() // 2 + round(WIDE * self.short_) + round(SHARP * self.short_) // 2 + 1

    def _cycles(self, x: Floats) -> tuple[int, int, NDArray[np.bool_]]:
        """Return the lengths of the short and of the long cycle, 0 where there is none, and which channels have it."""
        long, short, channels = self.period, self.part, np.ones(x.shape[1], dtype=bool)
        nested = nested_cycle(x) if long is None else None
        if nested is not None:
            short, long, channels = nested
        elif long is None:
            long = next((p.length for p in periods(x, most=1) if p.strength >= CREDIBLE), 0)
        if long < 2 or len(x) < 2 * long:
            return 0, 0, channels
        return min(short or max(1, long // PARTS), long // 2), long, channels

    def _standard(self, x: Floats, trend: Floats) -> Floats:
        return np.clip(standard(x, trend, self.scale_), -REACH, REACH)

    def _last(self, z: Floats) -> Floats:
        """Return the median over the last cycles at each phase of the cycle, (long, channels)."""
        cycles = min(len(z) // self.long_, self.neighbours)
        first = len(z) - cycles * self.long_
        median = np.median(z[first:].reshape(cycles, self.long_, -1), axis=0)
        return np.roll(median, first, axis=0)

    def _expected_trained(self, z: Floats) -> Floats:
        """Return the median over the nearest other cycles at the same phase, (n, channels)."""
        cycles = -(-len(z) // self.long_)
        missing = cycles * self.long_ - len(z)
        # the last cycle is completed by the one before
        whole = np.concatenate([z, z[len(z) - self.long_ : len(z) - self.long_ + missing]]) if missing else z
        folded = whole.reshape(cycles, -1)
        near = _nearest(cycles, self.neighbours)
        expected = np.empty_like(folded)
        step = max(1, BATCH // (near.shape[1] * folded.shape[1]))
        for first in range(0, cycles, step):
            at = slice(first, first + step)
            expected[at] = np.median(folded[near[at]], axis=1)
        return expected.reshape(whole.shape)[: len(z)]

    def _pattern_at(self, n: int, phase: int) -> Floats:
        values: Floats = self.pattern_[(np.arange(n) + phase) % self.long_]
        return values

    def _level(self, z: Floats, expected: Floats) -> Floats:
        """Return `z` less what it lastingly differs from the expectation by."""
        block = self._block()
        return z - moving_median(z - expected, STEPS * block, block) if len(z) >= STEPS * block else z

    def _block(self) -> int:
        """Return the length of the cycle that has no phase in the moving median: one row has no median."""
        return self.short_ if self.short_ > 1 else self.long_

    def _smooth(self, z: Floats) -> Floats:
        return mean_around(z, round(SHARP * self.short_))

    def _mismatch(self, z: Floats, expected: Floats, phase: int) -> Floats:
        """Return the score, (n, channels), of smoothed values and expectations."""
        n = len(z)
        spread = self.spread_[(np.arange(n) + phase) % self.short_]
        width = round(WIDE * self.short_)
        own = _distance(z, expected, spread, width)
        other = np.full_like(own, np.inf)
        pattern = self._smooth_pattern()
        for shift in range(self.short_, self.long_, self.short_):
            elsewhere = self._elsewhere(expected, pattern, phase, shift)
            np.minimum(other, _distance(z, elsewhere, spread, width), out=other)
        return np.where(self.seasonal_, np.sqrt(np.maximum(own - other, ALWAYS * own)), 0.0)

    def _smooth_pattern(self) -> Floats:
        around = self._smooth(np.concatenate([self.pattern_] * 3))
        return around[self.long_ : 2 * self.long_]

    def _elsewhere(self, expected: Floats, pattern: Floats, phase: int, shift: int) -> Floats:
        """Return what is expected `shift` rows later in the cycle, near the row; (n, channels)."""
        n = len(expected)
        if n < self.long_:
            found: Floats = pattern[(np.arange(n) + phase + shift) % self.long_]
            return found
        back = self.long_ - shift
        return np.concatenate([expected[shift:], expected[n - shift - back : n - back]])


def _nearest(cycles: int, most: int) -> NDArray[np.intp]:
    """Return the numbers of the nearest other cycles of each cycle, (cycles, at most `most`)."""
    count = min(most, cycles - 1)
    first = np.clip(np.arange(cycles) - count // 2, 0, cycles - 1 - count)[:, None]
    near = first + np.arange(count)
    return np.asarray(near + (near >= np.arange(cycles)[:, None]))


def _distance(z: Floats, expected: Floats, spread: Floats, width: int) -> Floats:
    """Return the mean squared distance over `width` rows, same shape."""
    away = np.clip((z - expected) / spread, -FARTHEST, FARTHEST)
    return np.maximum(mean_around(mean_around(np.square(away, out=away), width), width), 0.0)


def _spread(rest: Floats, short: int) -> Floats:
    """Return the usual residual at each phase of the short cycle, (short, channels)."""
    cycles = len(rest) // short
    median = np.median(rest[: cycles * short].reshape(cycles, short, -1), axis=0)
    median = mean_around(median, max(1, short // 16), "wrap")
    # a channel that repeats itself exactly has no usual residual; then the smallest that means anything
    floored: Floats = np.maximum(median, LEAST_SHARE * median.mean(axis=0) + 1e-6)
    return floored
