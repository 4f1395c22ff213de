"""One-step error of a linear forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import LEAST_SHARE, USUAL, clipped, scale_of, standard, wide_scale_of
from offbeat.core.series import Floats


@dataclass
class AR(Detector):
    """One-step error of a ridge autoregression.

    The score is |x_t - sum_k a_k x_(t-k)| over the robust spread of such errors in training.

    The coefficients a minimise sum_t e_t^2 + ridge * n * sum_k a_k^2 on the training data, each channel for itself.
    Inputs are cut off at 8 robust standard deviations; the judged value is not. The first `order` points are
    warm-up: nothing stands before them to predict from.

    Score: robust standard deviations of the training error. A channel that was constant in training scores 0 while it
    stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n * order), memory O(n): the
    matrix of lagged values is never made.

    References
    ----------
    Box, Jenkins, Reinsel, Ljung (2015), Time Series Analysis, 5th ed., chapter 7.

    Examples
    --------
    >>> t = np.arange(600.0)
    >>> x = np.sin(t / 5) + 0.1 * np.random.default_rng(0).normal(size=600)
    >>> x[400] += 1
    >>> int(np.nanargmax(AR(order=16).fit(x).score(x)))
    400
    """

    order: int | None = param(None, "how many past points a forecast reads; None is one period, 16 to 128", low=1)
    ridge: float = param(1e-4, "how strongly large coefficients are regularised", low=0, high=1, log=True)

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    causal: ClassVar[bool] = True
    memory: ClassVar[int] = 80
    cost: ClassVar[str] = "O(n * order)"

    def _fit(self, x: Floats) -> None:
        order = self.order if self.order is not None else _usual_order(x)
        self.order_ = self.lookback_ = max(1, min(order, (len(x) - 1) // 4))
        self.centre_ = np.median(x, axis=0)
        self.scale_ = wide_scale_of(x, self.centre_)
        self.coefficients_ = np.stack(
            [_solve(clipped(z), self.order_, self.ridge) for z in self._standard(x).T], axis=1
        )
        error = self._errors(x)
        self.usual_ = np.quantile(error, USUAL, axis=0) if len(error) else np.zeros((2, self.channels_))
        spread = scale_of(error, np.zeros(self.channels_)) if len(error) else np.ones(self.channels_)
        self.error_scale_ = np.maximum(spread, LEAST_SHARE)

    def _score(self, x: Floats) -> Floats:
        score = np.full(x.shape, np.nan)
        score[self.order_ :] = np.abs(standard(self._errors(x), np.zeros(self.channels_), self.error_scale_))
        return score

    def _band(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        expected = np.full(x.shape, np.nan)
        expected[self.order_ :] = self._forecast(self._standard(x)) * self.scale_ + self.centre_
        low, high = np.minimum(self.usual_[0], 0) * self.scale_, np.maximum(self.usual_[1], 0) * self.scale_
        return expected, expected + low, expected + high

    def _standard(self, x: Floats) -> Floats:
        return standard(x, self.centre_, self.scale_)

    def _errors(self, x: Floats) -> Floats:
        """Return the errors from row `order_` on, in the channels' own robust standard deviations."""
        z = self._standard(x)
        return z[self.order_ :] - self._forecast(z)

    def _forecast(self, z: Floats) -> Floats:
        """Return the forecasts for the rows from `order_` on, (n - order_, channels) or (0, channels)."""
        if len(z) <= self.order_:
            return np.empty((0, self.channels_))
        columns = [np.convolve(clipped(c[:-1]), a, "valid") for c, a in zip(z.T, self.coefficients_.T, strict=True)]
        return np.stack(columns, axis=1)


def _usual_order(x: Floats) -> int:
    from offbeat.preprocess.period import default_window

    return min(max(default_window(x), 16), 128)


def _solve(z: Floats, order: int, ridge: float) -> Floats:
    """Return the coefficients a_1 ... a_order of one channel, shape (order,)."""
    gram = _lagged_products(z, order)
    held = gram[1:, 1:] + np.eye(order) * (ridge * gram[0, 0] + np.finfo(float).tiny)
    solution: Floats = np.linalg.lstsq(held, gram[1:, 0], rcond=None)[0]
    return solution


def _lagged_products(z: Floats, order: int) -> Floats:
    """Return G[i, j] = sum over t >= order of z[t - i] z[t - j], shape (order + 1, order + 1).

    Only the first row is summed up; each next diagonal element differs from the one before by one product that enters
    at the beginning and one that leaves at the end.
    """
    n = len(z)
    gram = np.zeros((order + 1, order + 1))
    if n <= order:
        return gram
    target = np.ascontiguousarray(z[order:])
    gram[0] = [target @ z[order - j : n - j] for j in range(order + 1)]
    first, last = z[order - 1 :: -1][:order], z[n - 1 : n - 1 - order : -1]
    change = np.outer(first, first) - np.outer(last, last)
    for i in range(order):
        gram[i + 1, i + 1 :] = gram[i, i:order] + change[i, i:]
    return np.triu(gram) + np.triu(gram, 1).T
