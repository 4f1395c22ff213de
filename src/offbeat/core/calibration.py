"""Calibrate scores of different channels or detectors to one unit (decision 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.series import Floats

POWER = 4.0  # decision 2
"""Exponent of the mean over channels: between the mean (1) and the largest (infinity)."""

USUAL = 0.95  # decision 31
"""The quantile of the reference scores whose excess over the median is the unit."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """The usual score and its usual excess, column by column, learned from reference scores.

    A calibrated score is log(1 + max(0, s - median) / (q95 - median)): 0 for the usual half, 0.7 at the score that
    one point in twenty exceeds. It keeps how far an extreme stands out, which ranks and min-max do not.

    Examples
    --------
    >>> reference = np.column_stack([np.arange(101.0), 10 * np.arange(101.0)])
    >>> Calibration.of(reference).apply(np.array([[95.0, 500.0]])).round(2)
    array([[0.69, 0.  ]])
    """

    middle: Floats
    excess: Floats

    @classmethod
    def of(cls, reference: Floats, least: float = 0.0, usual: float = USUAL) -> Calibration:
        """Learn from reference scores of shape (n, columns); NaN are passed over.

        Scores that were constant count for 0 while they stay so, and in their own unit when they rise. `least` is the
        smallest excess, in the scores' unit, that means anything; `usual` is the quantile that calibrates to log 2.
        """
        if not np.isfinite(reference).any():
            return cls(np.zeros(reference.shape[1]), np.full(reference.shape[1], np.inf))
        middle, excess = np.zeros(reference.shape[1]), np.full(reference.shape[1], np.inf)
        for j, column in enumerate(reference.T):
            known = column[np.isfinite(column)]
            if not len(known):
                continue
            middle[j], high = np.quantile(known, (0.5, usual))
            scale = high - middle[j]
            if scale <= 1e-12 * max(1.0, abs(float(high))):
                scale = float(known.max()) - middle[j]
            excess[j] = max(scale, least) if scale > 0 else 1.0
        return cls(middle, excess)

    def apply(self, scores: Floats) -> Floats:
        """Return the calibrated scores, same shape, at least 0; NaN stay NaN."""
        return np.log1p(np.maximum(scores - self.middle, 0.0) / self.excess)

    @staticmethod
    def combine(calibrated: Floats) -> Floats:
        """Return the power mean of each row, ignoring NaN; NaN where all are."""
        known = np.isfinite(calibrated)
        count = known.sum(axis=1)
        # the square of the square is the fourth power, and ten times faster than any
        total = np.square(np.square(np.where(known, calibrated, 0.0))).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(count > 0, np.sqrt(np.sqrt(total / count)), np.nan)
