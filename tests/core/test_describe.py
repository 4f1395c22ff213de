"""Planted anomalies come back with their kind, their place and a sentence that names the figures."""

from __future__ import annotations

import numpy as np
import pytest

import offbeat as ob
from offbeat.core.describe import Evidence, describe
from offbeat.core.detector import Band, Judged
from offbeat.core.series import Series
from offbeat.core.status import Status
from offbeat.data.anomalies import KINDS
from offbeat.data.synth import inject, sine

AT, LONG = 2000, 60
EXPECTED = {
    "spike": ("spike", "reached"),
    "dip": ("dip", "fell to"),
    "level": ("level", "stayed above the usual for 60 points"),
    "trend": ("trend", "drifted up to"),
    "variance": ("variance", "swung between"),
    "shape": ("shape", ""),
    "frequency": ("shape", ""),
    "amplitude": ("shape", ""),
    "frozen": ("frozen", "stood still at"),
    "missing_cycle": ("shape", ""),
}


@pytest.mark.parametrize("planted", EXPECTED)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_planted_anomaly_is_called_by_its_name(planted: str, seed: int) -> None:
    length = None if KINDS[planted].is_point else LONG
    result = ob.detect(inject(sine(n=3000, period=50, noise=0.1, seed=seed), planted, at=AT, length=length))
    end = AT + (length or 1)
    there = [event for event in result.found if event.rows[0] < end and event.rows[1] >= AT]
    assert len(there) == 1
    event = there[0]
    kind, words = EXPECTED[planted]
    assert event.kind == kind
    assert words in event.reason
    assert event.reason.startswith("value ")
    overlap = min(event.rows[1] + 1, end) - max(event.rows[0], AT)
    assert overlap >= 0.5 * (end - AT)
    assert event.rows[1] + 1 - event.rows[0] <= 2.5 * (end - AT) + 10


def evidence(x: np.ndarray, scores: np.ndarray, **parts: object) -> Evidence:
    values = x if x.ndim == 2 else x[:, None]
    series = Series(values, channels=tuple("abc"[: values.shape[1]]))
    status = np.where(np.isnan(values).all(axis=1), Status.MISSING, Status.OK).astype(np.uint8)
    zero = np.zeros_like(values)
    judged = Judged(scores, status, parts.get("shares"), scores[:, None])  # type: ignore[arg-type]
    return Evidence(series, judged, scores, Band(zero, zero - 1.0, zero + 1.0), parts.get("p_value"))  # type: ignore[arg-type]


def test_an_event_beside_missing_data_says_so() -> None:
    x = np.zeros(100)
    x[40:60] = np.nan
    x[60:63] = 9.0
    scores = np.where(np.arange(100) >= 60, 2.0, 0.0)
    event = describe(60, 64, evidence(x, scores))
    assert event.kind == "gap"
    assert "beside missing data" in event.reason
    assert event.rows == (60, 62, 60)


def test_channels_that_leave_their_range_together_are_all_named() -> None:
    x = np.zeros((50, 3))
    x[20:30, 0] = 6.0
    x[20:30, 1] = -3.0
    scores = np.where((np.arange(50) >= 20) & (np.arange(50) < 30), 3.0, 0.0)
    shares = np.zeros((50, 3))
    shares[20:30] = [2.0, 1.5, 0.1]
    event = describe(15, 35, evidence(x, scores, shares=shares))
    assert list(event.channels) == ["a", "b"]
    assert event.direction == "up"
    assert "a stayed above the usual" in event.reason
    assert "b fell to -3" in event.reason
    assert event.n_points == 10


def test_a_joint_oddity_without_any_channel_out_of_range_is_a_correlation() -> None:
    scores = np.where(np.arange(50) == 25, 3.0, 0.0)
    event = describe(20, 30, evidence(np.full((50, 2), 0.5), scores))
    assert event.kind == "correlation"
    assert "a and b do not move together" in event.reason


def test_the_p_value_is_that_of_the_highest_score() -> None:
    scores = np.where(np.arange(50) == 25, 3.0, 0.0)
    x = np.where(np.arange(50) == 25, 5.0, 0.0)
    assert describe(24, 27, evidence(x, scores, p_value=lambda s: 1 / s)).p_value == pytest.approx(1 / 3)
    assert np.isnan(describe(24, 27, evidence(x, scores)).p_value)
