"""Error of exponential smoothing, the form chosen by AutoETS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.forecast._smoothing import Smoother, Smoothing
from offbeat.detectors.forecast._statsforecast import fitted_or_none, recent, seasons_of

LONGEST = 24
"""The longest season: each of its points is a number to be estimated."""


@dataclass
class AutoETS(Smoothing):
    """One-step error of additive exponential smoothing, its form chosen by AutoETS.

    The score is |x_t - (l + phi b + s)| over the robust spread of such errors.

    Level l, slope b and season s follow the series: l += phi b + alpha e, b = phi b + beta e, s += gamma e, where e is
    the error; values are cut off at 8 robust standard deviations in what is learned from them, not where they are
    judged. Whether there is a slope, damped or not, and a season is chosen by statsforecast's AutoETS (the least
    corrected AIC) on the last 2,000 points of training data or fewer, and so are alpha, beta, gamma and phi. Scored
    data bring their own level and phase: one season, at least 10 points, is warm-up. A channel that no model can be
    fitted to is forecast by its last value.

    Score: robust standard deviations of the training error. A channel that was constant in training scores 0 while it
    stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n) after a fit of bounded size,
    about half a second a channel; memory O(n). Sees what departs at once from the course so far, and a level until it
    has followed it; does not see slow change, nor a season longer than 24 points. Needs the [forecast] extra to fit,
    not to score.

    References
    ----------
    Hyndman, Koehler, Ord, Snyder (2008), Forecasting with exponential smoothing.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.tile([1.0, 2.0, 4.0, 3.0], 60) + 0.1 * np.random.default_rng(0).normal(size=240)
    >>> x[121] = 4
    >>> detector = AutoETS().fit(x)
    >>> detector.season_, int(np.nanargmax(detector.score(x)))
    (4, 121)
    """

    season: int | None = param(
        None, "length of a season, in points, 1 for none; None is the strongest period", low=1, high=LONGEST
    )
    train: int = param(2000, "last points of training data that it is fitted on, fewer above 4 channels", low=100)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance"})
    causal: ClassVar[bool] = True
    extra: ClassVar[str] = "forecast"
    fast_params: ClassVar[dict[str, Any]] = {"train": 100, "season": 1}
    unsteady: ClassVar[float] = 0.01

    def _smoothers(self, z: Floats) -> list[Smoother]:
        found = [self.season] if self.season is not None else seasons_of(z, LONGEST)
        self.season_ = found[0] if found else 1
        return [self._smoother(part, self.season_) for part in recent(z, self.train)]

    def _smoother(self, part: Floats, season: int) -> Smoother:
        def fit() -> Any:
            from statsforecast.models import AutoETS as Model

            return Model(season_length=season if len(part) >= 3 * season else 1, model="AZZ").fit(part).model_

        model = fitted_or_none(self.name, fit, part)
        return Smoother() if model is None else smoother_of(model)


def smoother_of(model: dict[str, Any]) -> Smoother:
    """Return what statsforecast's fitted additive ETS has learned."""
    alpha, beta, gamma, phi = model["par"][:4]
    _, trend, season, damped = model["components"]
    # the last state: level, slope where there is one, and the season from its latest point back
    states = model["states"][-1]
    sloping, profile = trend == "A", states[1 + (trend == "A") :][::-1]
    return Smoother(
        alpha=float(alpha),
        beta=float(beta) if sloping else 0.0,
        phi=float(phi) if damped == "D" else 1.0,
        slope=float(states[1]) if sloping else 0.0,
        gammas=(float(gamma),) if season == "A" else (),
        profiles=(profile.copy(),) if season == "A" else (),
    )
