"""A detector with the scaler of its data, fitted on one part of a series and scoring another."""

from __future__ import annotations

from dataclasses import dataclass, replace

from offbeat.core.detector import Detector
from offbeat.core.registry import things
from offbeat.core.series import Floats, Series
from offbeat.core.spec import DetectorSpec
from offbeat.preprocess.scale import Scaler

DETECTORS = ("zscore", "isolation_forest", "knn", "auto")
"""The detectors that are compared by default."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fitted detector and the fitted scaler of its data."""

    model: Detector
    scaler: Scaler | None

    def scaled(self, series: Series) -> Series:
        """Return the series as the detector sees it."""
        return series if self.scaler is None else replace(series, values=self.scaler.transform(series.values))

    def score(self, series: Series) -> Floats:
        """Return the scores of all rows, shape (n,)."""
        return self.model.score(self.scaled(series))

    def score_after(self, series: Series, start: int, part: slice) -> Floats:
        """Return the scores of some rows, shape (n,), after the rows learned from, which begin at row `start`."""
        return self.model.score(self.scaled(series[start : part.stop]), trained=True)[part.start - start :]


def fit(spec: DetectorSpec, series: Series, seed: int) -> Fitted:
    """Fit scaler and detector on a series, and on its labels where the detector learns from them.

    Raises
    ------
    OffbeatError
        For what the detector can't learn from.
    """
    scaler = None if spec.scaler is None else scalers()[spec.scaler]().fit(series.values)
    fitted = Fitted(spec.new(seed), scaler)
    fitted.model.fit(fitted.scaled(series), series.usable_labels)
    return fitted


def scalers() -> dict[str, type[Scaler]]:
    """Return the scalers by their names.

    Examples
    --------
    >>> list(scalers())
    ['l2norm', 'minmax', 'robust', 'standard']
    """
    return dict(sorted(things("scalers").items()))
