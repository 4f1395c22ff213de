"""Error of the Theta method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.forecast._smoothing import Smoother, Smoothing
from offbeat.detectors.forecast._statsforecast import fitted_or_none, recent, seasons_of

LONGEST = 256
"""The longest season that is looked for."""


@dataclass
class Theta(Smoothing):
    """One-step error of the Theta method.

    The score is |x_t - (l + c + s)| over the robust spread of such errors.

    The optimised Theta method is simple exponential smoothing with a drift, of the series without its season: l += c +
    alpha e, where e is the error and c = (1 - 1 / theta) times the slope of the training data's line. Values are cut
    off at 8 robust standard deviations in what is learned from them, not where they are judged. statsforecast's
    OptimizedTheta finds alpha and theta, and whether there is a season s, on the last 2,000 points of training data or
    fewer. The method's season is fixed; here it takes in that share of each error, none to 0.3, by which these points
    are forecast best. Scored data bring their own level and phase: one season, at least 10 points, is warm-up. A
    channel that no model can be fitted to is forecast by its last value.

    Score: robust standard deviations of the training error. A channel that was constant in training scores 0 while it
    stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n) after a fit of bounded size,
    about a quarter of a second a channel; memory O(n). Sees what departs at once from the course so far; does not see
    slow change. Needs the [forecast] extra to fit, not to score.

    References
    ----------
    Fiorucci, Pellegrini, Louzada, Petropoulos, Koehler (2016), Models for optimising the theta method and their
    relationship to state space models, International Journal of Forecasting 32; Hyndman, Billah (2003), Unmasking the
    Theta method, the same journal 19.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.tile([1.0, 2.0, 4.0, 3.0], 60) + 0.1 * np.random.default_rng(0).normal(size=240)
    >>> x[121] = 4
    >>> detector = Theta().fit(x)
    >>> detector.season_, int(np.nanargmax(detector.score(x)))
    (4, 121)
    """

    season: int | None = param(
        None, "length of a season, in points, 1 for none; None is the strongest period up to 256", low=1
    )
    train: int = param(2000, "last points of training data that it is fitted on, fewer above 4 channels", low=100)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance"})
    causal: ClassVar[bool] = True
    extra: ClassVar[str] = "forecast"
    fast_params: ClassVar[dict[str, Any]] = {"train": 100, "season": 1}

    def _smoothers(self, z: Floats) -> list[Smoother]:
        found = [self.season] if self.season is not None else seasons_of(z, LONGEST)
        self.season_ = found[0] if found else 1
        return [self._smoother(part, self.season_) for part in recent(z, self.train)]

    def _smoother(self, part: Floats, season: int) -> Smoother:
        def fit() -> Any:
            from statsforecast.models import OptimizedTheta

            shown = season if len(part) >= 2 * season else 1
            return OptimizedTheta(season_length=shown, decomposition_type="additive").fit(part).model_

        model = fitted_or_none(self.name, fit, part)
        return Smoother() if model is None else smoother_of(model).refined(part)


def smoother_of(model: dict[str, Any]) -> Smoother:
    """Return what statsforecast's fitted Theta has learned."""
    slope = model["states"][-1][3]
    seasonal = bool(model.get("decompose", False))
    return Smoother(
        alpha=float(model["par"]["alpha"]),
        drift=float((1 - 1 / model["par"]["theta"]) * slope),
        gammas=(0.0,) if seasonal else (),
        profiles=(model["seas_forecast"]["mean"].astype("float64"),) if seasonal else (),
    )
