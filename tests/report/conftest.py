"""A judged series with known events, for all that draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from offbeat.core.event import Event, event_id
from offbeat.core.health import Finding
from offbeat.core.scores import Band
from offbeat.core.series import Series
from offbeat.core.status import Status
from offbeat.report.view import View

HOUR = np.timedelta64(3_600_000_000_000, "ns")


def event_at(series: Series, first: int, last: int, peak: int, severity: float, channels: dict[str, float]) -> Event:
    column = series.channels.index(next(iter(channels)))
    return Event(
        id=event_id(series.name, series.label(first)),
        series=series.name,
        start=series.label(first),
        end=series.label(last),
        peak=series.label(peak),
        n_points=last - first + 1,
        score=severity,
        severity=severity,
        p_value=0.01,
        direction="up",
        expected=0.0,
        observed=float(series.values[peak, column]),
        channels=channels,
        kind="spike",
        reason=f"it was odd at row {peak}",
        rows=(first, last, peak),
        alarm_rows=(first, last),
    )


@pytest.fixture
def make_view() -> Callable[..., View]:
    def make(
        n: int = 600,
        channels: tuple[str, ...] = ("load", "heat"),
        name: str = "pump",
        zone: str | None = "America/New_York",
        events: bool = True,
    ) -> View:
        rng = np.random.default_rng(7)
        base = np.sin(np.arange(n) / 4)[:, None] + 3.0 * np.arange(len(channels))
        values = base + 0.1 * rng.normal(size=base.shape)
        spots = [(n // 3, n // 3, 3.5), (n // 2, n // 2 + 9, 2.0)] if events else []
        severity = np.abs(0.2 * rng.normal(size=n))
        for first, last, height in spots:
            values[first : last + 1, -1] += 9.0
            severity[first : last + 1] = height
        values[n - 40 : n - 30] = severity[n - 40 : n - 30] = np.nan
        time = np.datetime64("2013-01-01T05:00", "ns") + np.arange(n) * HOUR
        series = Series(values, time, channels, name, zone=zone, notes=("time=hour",))
        told = tuple(event_at(series, first, last, first, height, {channels[-1]: 1.0}) for first, last, height in spots)
        status = np.where(np.isnan(severity), Status.MISSING, Status.OK).astype(np.uint8)
        gap = Finding("gap", "No value for 10 hours.", None, series.label(n - 40), series.label(n - 31), 10)
        band = Band(base, base - 0.4, base + 0.4)
        return View(series, severity, told, band, (gap,), {"detector": "auto"}, status)

    return make
