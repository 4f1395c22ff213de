"""The usual range of a series, for detectors that have no idea of it themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from offbeat.core.detector import Band
from offbeat.core.series import Series
from offbeat.core.threads import one_thread
from offbeat.core.windows import fill
from offbeat.preprocess.seasonal_model import SeasonalModel


def usual(known: Series, series: Series) -> Band:
    """Return the usual range of `series` by trend and season, as learned from `known`."""
    learned, x = fill(known.values), fill(series.values)
    goes_on = len(x) >= len(learned) and np.array_equal(x[: len(learned)], learned)
    with one_thread():
        return Band(*SeasonalModel.fit(learned).band(x, goes_on))


def usual_range(model: SeasonalModel, series: Series, start: int | None) -> Band:
    """Return the normal range of `series` by what was learned; `start` is the row, counted from the first learned."""
    with one_thread():
        return Band(*model.band(fill(series.values), start == 0))


def usual_here(series: Series, alarms: Sequence[tuple[int, int]]) -> Band:
    """Return the usual range where the series is all there is to learn from: its alarms must not widen it."""
    band = usual(series, series)
    if not alarms:
        return band
    values = series.values.copy()
    for first, end in alarms:
        values[first:end] = np.where(np.isnan(values[first:end]), np.nan, band.expected[first:end])
    calm = replace(series, values=values)
    return usual(calm, calm)
