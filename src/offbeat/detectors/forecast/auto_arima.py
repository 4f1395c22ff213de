"""Error of an ARIMA model, its orders chosen by AutoARIMA."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from offbeat.core.params import param
from offbeat.core.robust import clipped
from offbeat.core.series import Floats
from offbeat.detectors._residual import Residual
from offbeat.detectors.forecast._statsforecast import fitted_or_none, recent, seasons_of

LONGEST = 48
"""The longest season: fitting takes longer than in proportion to it."""

MODELS = 20
"""Models that the search for the orders tries at most."""


@dataclass(frozen=True, eq=False)
class Arma:
    """An ARIMA model multiplied out into coefficients of past values and past errors.

    Without any numbers it is the random walk: the last value is the forecast.
    """

    constant: float
    ar: Floats
    ar_lags: NDArray[np.int64]
    ma: Floats
    ma_lags: NDArray[np.int64]

    @property
    def warmup(self) -> int:
        """Points that a first forecast reads."""
        return int(max(self.ar_lags.max(initial=1), self.ma_lags.max(initial=1)))

    def expected(self, z: Floats) -> Floats:
        """Return what is expected at each point of `z`, shape (n,), from its clipped values; NaN in the warm-up."""
        from offbeat.kernels.innovations import regressed

        forecasts, surprises = np.full(len(z), np.nan), np.zeros(len(z))
        regressed(clipped(z), self.constant, self.ar, self.ar_lags, self.ma, self.ma_lags, surprises, forecasts)
        forecasts[: self.warmup] = np.nan
        return forecasts


@dataclass
class AutoARIMA(Residual):
    """One-step error of a seasonal ARIMA model, its orders chosen by AutoARIMA.

    The score is |x_t - c - sum_i a_i x_(t-i) - sum_j b_j e_(t-j)| over its usual size.

    statsforecast's AutoARIMA chooses the orders (p and q up to `order`, P and Q up to 1, differences by tests) and fits
    the coefficients by conditional least squares on the last 2,000 points of training data or fewer; it tries no more
    than 20 models. The model's polynomials are then multiplied out into a and b, and run over any series in one pass.
    What is forecast from is cut off at 8 robust standard deviations of the channel, the judged value is not. As many
    points as the model reads back, a season and more for a seasonal one, are warm-up. A channel that no model can be
    fitted to is forecast by its last value.

    Score: robust standard deviations of the training error. A channel that was constant in training scores 0 while it
    stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n) after a fit of bounded size,
    about a second a channel; memory O(n). Sees what departs at once from the course so far; does not see slow
    change, nor a season longer than 48 points. Needs the [forecast] extra to fit, not to score.

    References
    ----------
    Hyndman, Khandakar (2008), Automatic time series forecasting: the forecast package for R, Journal of Statistical
    Software 27; Box, Jenkins, Reinsel, Ljung (2015), Time Series Analysis, 5th ed., chapters 4 and 9.

    Examples
    --------
    >>> x = np.tile([1.0, 2.0, 4.0, 3.0], 60) + 0.1 * np.random.default_rng(0).normal(size=240)
    >>> x[121] = 4
    >>> detector = AutoARIMA().fit(x)
    >>> detector.season_, int(np.nanargmax(detector.score(x)))
    (4, 121)
    """

    season: int | None = param(
        None, "length of a season, in points, 1 for none; None is the strongest period", low=1, high=LONGEST
    )
    order: int = param(3, "past values, and past errors, that the search goes up to", low=1, high=5)
    train: int = param(2000, "last points of training data that it is fitted on, fewer above 4 channels", low=100)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "variance"})
    causal: ClassVar[bool] = True
    extra: ClassVar[str] = "forecast"
    fast_params: ClassVar[dict[str, Any]] = {"train": 100, "season": 1, "order": 1}
    unsteady: ClassVar[float] = 0.01

    def _learn(self, z: Floats) -> None:
        found = [self.season] if self.season is not None else seasons_of(z, LONGEST)
        self.season_ = found[0] if found else 1
        self.models_ = [self._model(part) for part in recent(z, self.train)]
        self.lookback_ = max(model.warmup for model in self.models_)

    def _expected(self, z: Floats) -> Floats:
        expected = np.empty(z.shape)
        for channel, model in enumerate(self.models_):
            expected[:, channel] = model.expected(z[:, channel])
        return expected

    def _model(self, part: Floats) -> Arma:
        def fit() -> Any:
            from statsforecast.models import AutoARIMA as Model

            season = self.season_ if len(part) >= 3 * self.season_ else 1
            model = Model(
                season_length=season,
                max_p=self.order,
                max_q=self.order,
                max_P=1,
                max_Q=1,
                nmodels=MODELS,
                approximation=True,
                method="CSS",
            )
            return arma_of(model.fit(part).model_)

        model: Arma | None = fitted_or_none(self.name, fit, part)
        return model if model is not None else _multiplied({}, np.zeros(0), np.zeros(0), (1, 1, 0))


def arma_of(model: dict[str, Any]) -> Arma:
    """Return what statsforecast's fitted ARIMA has learned."""
    *_, season, d, seasonal_d = model["arma"]
    return _multiplied(model["coef"], model["model"]["phi"], model["model"]["theta"], (season, d, seasonal_d))


def _multiplied(coefficients: dict[str, float], phi: Floats, theta: Floats, steps: tuple[int, int, int]) -> Arma:
    """Multiply phi(B) with (1 - B)^d (1 - B^season)^D, where `steps` is (season, d, D)."""
    season, d, seasonal_d = steps
    whole = np.append(1.0, -phi)
    for lag in [1] * d + [season] * seasonal_d:
        whole = np.convolve(whole, np.concatenate([[1.0], np.zeros(lag - 1), [-1.0]]))
    # of a mean, what the model does not take away; of a drift, what it grows by in the lags of each value
    mean, drift = coefficients.get("intercept", 0.0), coefficients.get("drift", 0.0)
    constant = mean * whole.sum() - drift * (whole @ np.arange(len(whole)))
    back, errors = np.flatnonzero(whole[1:]), np.flatnonzero(theta)
    return Arma(float(constant), -whole[1:][back], back + 1, theta[errors].copy(), errors + 1)
