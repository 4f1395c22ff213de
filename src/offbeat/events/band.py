"""The usual range of a series, for detectors that have no idea of it themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from offbeat.core.detector import Band
from offbeat.core.registry import detector
from offbeat.core.series import Series


def usual(known: Series, series: Series) -> Band:
    """Return the usual range by season and trend, for detectors that have no idea of it themselves."""
    band = detector("seasonal_residual").fit(known).band(series)
    assert band is not None  # noqa: S101 - that detector has one
    return band


def usual_here(series: Series, alarms: Sequence[tuple[int, int]]) -> Band:
    """Return the usual range where the series is all there is to learn from: what raised an alarm must not widen it."""
    band = usual(series, series)
    if not alarms:
        return band
    values = series.values.copy()
    for first, end in alarms:
        values[first:end] = np.where(np.isnan(values[first:end]), np.nan, band.expected[first:end])
    calm = replace(series, values=values)
    return usual(calm, calm)
