"""Base of the pretrained forecasters: the score is the forecast error."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from offbeat.core.errors import ParameterError
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.pretrained._pretrained import Pretrained

CONTEXT = 512
"""Points that are read where the data show no long period."""
PERIODS = 4
"""Periods that are read where that is more."""
SHARE = 8
"""At most one in so many training points is read before the first forecast."""


@dataclass
class Forecasting(Pretrained):
    """How far values are from their median forecast, made `horizon` values at a time from the `window` points before.

    A subclass returns from `_ask` the medians of the next values, at least `horizon` of them.
    """

    horizon: int = param(16, "values that are predicted in one go; fewer cost more and are predicted better", low=1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    causal: ClassVar[bool] = True
    cost: ClassVar[str] = "O(n window / horizon)"

    @abstractmethod
    def _limits(self, model: Any) -> tuple[int, int]:
        """Return how many points the model can read, and how many it predicts in one go."""

    def _suit(self, model: Any, z: Floats) -> None:
        from offbeat.preprocess.period import default_window

        longest, furthest = self._limits(model)
        self._longest(longest)
        if self.horizon > furthest:
            raise ParameterError(
                f"{self.name}: horizon={self.horizon} is more than the {furthest} values that the model in "
                f"{self.weights} predicts in one go; give a smaller horizon"
            )
        usual = min(max(CONTEXT, PERIODS * default_window(z)), longest, len(z) // SHARE)
        self.window_ = usual if self.window is None else self.window
        self.lookback_ = self.window_

    def _expected(self, z: Floats) -> Floats:
        expected = np.full((len(z) + self.horizon, z.shape[1]), np.nan)
        starts = np.arange(0, len(z) - self.window_, self.horizon)
        if len(starts):
            answers = self._answers(z, starts, self.window_, self.horizon)
            first, last = self.window_, self.window_ + len(starts) * self.horizon
            expected[first:last] = answers.transpose(0, 2, 1).reshape(-1, z.shape[1])
        return expected[: len(z)]
