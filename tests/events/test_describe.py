"""Planted anomalies come back with their kind, their place and a sentence that names the figures."""

from __future__ import annotations

import numpy as np
import pytest

import offbeat as ob
from offbeat.core.cut import Cut
from offbeat.core.event import Event, Run
from offbeat.core.scores import Band, Member, ScoreResult
from offbeat.core.series import Series
from offbeat.core.status import Status
from offbeat.data.anomalies import KINDS
from offbeat.data.synth import inject, mixture, sine
from offbeat.events.context import ChannelView, EventContext
from offbeat.events.find import find_events

AT, LONG = 2000, 60
EXPECTED = {
    "spike": ("spike", "value reached "),
    "dip": ("dip", "value fell to "),
    "level_shift": ("level_shift", "value was high for 60 points: mean "),
    "trend": ("trend", "value drifted up for "),
    "variance": ("variance", "value was unusually variable for "),
    "shape": ("shape", ""),
    "frequency": ("shape", ""),
    "amplitude": ("shape", ""),
    "frozen": ("frozen", "value was stuck at "),
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


def context(x: np.ndarray, scores: np.ndarray, **parts: object) -> EventContext:
    values = x if x.ndim == 2 else x[:, None]
    series = Series(values, channels=tuple("abc"[: values.shape[1]]))
    status = np.where(np.isnan(values).all(axis=1), Status.MISSING, Status.OK).astype(np.uint8)
    zero = np.zeros_like(values)
    members = parts.get("members", {})
    judged = ScoreResult(scores, status, parts.get("shares"), scores[:, None], members)  # type: ignore[arg-type]
    return EventContext(
        series, judged, scores, Band(zero, zero - 1.0, zero + 1.0), parts.get("p_value"), parts.get("window", 1)
    )  # type: ignore[arg-type]


def described(within: EventContext, runs: tuple[Run, ...] = ()) -> Event:
    (event,) = find_events(within, Cut(1.0), runs)
    return event


def test_an_event_beside_missing_data_says_so() -> None:
    x = np.zeros(100)
    x[40:60] = np.nan
    x[60:63] = 9.0
    scores = np.where((np.arange(100) >= 60) & (np.arange(100) < 64), 2.0, 0.0)
    event = described(context(x, scores))
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
    event = described(context(x, scores, shares=shares))
    assert list(event.channels) == ["a", "b"]
    assert event.direction == "up"
    assert event.reason == "a was high for 10 points: mean 6, normally -1 to 1; b fell to -3, normally -1 to 1"
    assert event.n_points == 10


def test_a_joint_oddity_without_any_channel_out_of_range_is_a_correlation() -> None:
    scores = np.where((np.arange(50) >= 20) & (np.arange(50) < 30), 3.0, 0.0)
    event = described(context(np.full((50, 2), 0.5), scores))
    assert event.kind == "correlation"
    assert event.reason == "a and b no longer move together for 10 points"


def test_the_p_value_is_that_of_the_highest_score() -> None:
    scores = np.where(np.arange(50) == 25, 3.0, 0.0)
    x = np.where(np.arange(50) == 25, 5.0, 0.0)
    assert described(context(x, scores, p_value=lambda s: 1 / s)).p_value == pytest.approx(1 / 3)
    assert np.isnan(described(context(x, scores)).p_value)


@pytest.mark.parametrize(
    "planted", ["level_shift", "trend", "variance", "shape", "frozen", "correlation", "spike", "dip"]
)
def test_one_of_three_channels_is_named_with_its_kind(planted: str) -> None:
    """A day and a week share the course: what was learned from the anomaly itself would widen the usual range there."""
    series = mixture(n=3000, trend=0.0, channels=3, seed=4)
    length = None if KINDS[planted].is_point else 48
    result = ob.detect(inject(series, planted, at=AT, length=length, channels=["c1"]))
    event = next(event for event in result.found if event.rows[0] <= AT + (length or 1) and event.rows[1] >= AT)
    assert next(iter(event.channels)) == "c1"
    assert event.kind == planted
    assert event.reason.startswith("c1 ")
    assert result.band.upper[AT : AT + 48, 1].max() < series.values[:, 1].max() + 1.5


def three_members(name: str, about: str, loud: np.ndarray) -> dict[str, Member]:
    quiet = Member(np.full(len(loud), 0.1), "shape", "quiet words")
    return {
        "quiet": quiet,
        name: Member(loud, about, "rare over {window}", 12),
        "mute": Member(loud * np.nan, "level_shift", "none"),
    }


def test_the_reason_ends_with_the_member_that_spoke() -> None:
    scores = np.where(np.arange(50) == 25, 3.0, 0.0)
    x = np.where(np.arange(50) == 25, 5.0, 0.0)
    event = described(context(x, scores, members=three_members("points", "spike", scores)))
    assert event.kind == "spike"
    assert event.reason == "a reached 5 at 25, normally -1 to 1; rare over 12 points"
    assert described(context(x, scores, members=three_members("p", "spike", 0 * x))).reason.endswith("; quiet words")
    assert described(context(x, scores)).reason == "a reached 5 at 25, normally -1 to 1"


def test_within_the_usual_range_the_member_says_what_it_is() -> None:
    rng = np.random.default_rng(0)
    x = 0.1 * rng.uniform(-1, 1, size=(200, 2))
    x[100:130, 0] *= 5
    scores = np.where((np.arange(200) >= 100) & (np.arange(200) < 130), 3.0, 0.0)
    shares = np.column_stack([scores, 0 * scores])

    def kind(about: str, values: np.ndarray) -> str:
        return described(context(values, scores, shares=shares, members=three_members("one", about, scores))).kind

    assert kind("correlation", x) == "correlation"
    assert kind("variance", x) == "variance"
    assert kind("shape", x) == "shape"
    assert kind("correlation", x[:, :1]) == "shape", "one channel has nothing to move with"
    x[100:130, 0] *= 0.02
    calm = described(context(x, scores, shares=shares, members=three_members("one", "variance", scores)))
    assert (calm.kind, "a was unusually steady for 30 points: between " in calm.reason) == ("variance", True)


def test_a_channel_that_turns_against_its_fellow_is_a_correlation_whoever_spoke() -> None:
    rng = np.random.default_rng(0)
    common = np.sin(np.arange(300) / 5)
    x = 0.9 * np.column_stack([rng.normal(size=300), common, common]) * [0.3, 1, 1]
    x[200:240, 2] *= -1
    scores = np.where((np.arange(300) >= 200) & (np.arange(300) < 240), 3.0, 0.0)
    shares = scores[:, None] * [0.1, 0.2, 1.0]
    event = described(context(x, scores, shares=shares))
    assert event.kind == "correlation"
    assert event.reason == "c and b no longer move together for 40 points"
    x[200:240, 2] = -2 * x[200:240, 1] + 0.0
    x[:, 2] += 2 * np.nan_to_num(rng.normal(size=300))
    assert described(context(x, scores, shares=shares)).kind != "correlation", "they never moved together"


def test_a_slight_excursion_nearby_is_not_a_part_of_the_event() -> None:
    x = np.zeros(300)
    x[150:160] = 9.0
    x[60] = 1.5
    scores = np.where((np.arange(300) >= 50) & (np.arange(300) < 200), 3.0, 0.0)
    assert described(context(x, scores, window=90)).rows == (150, 159, 150)


def test_a_ramp_is_a_trend_and_a_step_with_noise_is_not() -> None:
    noise = 0.5 * np.random.default_rng(0).normal(size=200)
    scores = np.where((np.arange(200) >= 100) & (np.arange(200) < 150), 3.0, 0.0)
    ramp, step = noise.copy(), noise.copy()
    ramp[100:150] += np.linspace(0, 6, 50)
    step[100:150] += 4
    assert described(context(ramp, scores)).kind == "trend"
    assert described(context(step, scores)).kind == "level_shift"


@pytest.mark.parametrize("size", [1e-300, 1.0, 1e300])
def test_the_unit_of_the_values_does_not_matter(size: float) -> None:
    x = 0.5 * np.sin(np.arange(400) / 5)[:, None] + 0.1 * np.random.default_rng(0).normal(size=(400, 2))
    x[200:250, 0] += np.linspace(0, 8, 50)
    x[300:340, 1] *= -1
    scores = np.where(np.isin(np.arange(400) // 50, [4, 6]), 3.0, 0.0)

    def kind(first: int, weights: list[float]) -> str:
        parts = context(size * x, scores, shares=scores[:, None] * weights)
        band = Band(*(size * part for part in (parts.band.expected, parts.band.lower, parts.band.upper)))
        found = find_events(EventContext(parts.series, parts.score_result, scores, band), Cut(1.0))
        return next(event.kind for event in found if event.rows[0] <= first + 20 <= event.rows[1])

    assert kind(200, [1.0, 0.1]) == "trend"
    assert kind(300, [0.1, 1.0]) == "correlation"


def test_a_single_point_is_no_pattern() -> None:
    x = np.where(np.arange(100) == 50, 0.8, 0.1)
    event = described(context(x, np.where(np.arange(100) == 50, 3.0, 0.0)))
    assert event.reason == "a was 0.8 at 50: out of place there, but within its normal range"


@pytest.mark.parametrize(("points", "lasting"), [(144, "12 hours"), (90, "7.5 hours")])
def test_times_are_said_in_the_unit_of_the_series(points: int, lasting: str) -> None:
    time = np.datetime64("2024-01-01", "ns") + np.arange(1000) * np.timedelta64(300, "s")
    x = np.where((np.arange(1000) >= 500) & (np.arange(1000) < 500 + points), 0.199, 99.0)[:, None]
    scores = np.where(x[:, 0] < 1, 3.0, 0.0)
    status = np.full(1000, Status.OK, dtype=np.uint8)
    members = three_members("one", "shape", scores) | {"one": Member(scores, "shape", "rare over {window}", 144)}
    parts = ScoreResult(scores, status, None, scores[:, None], members)
    band = Band(np.full_like(x, 99.0), np.full_like(x, 96.7), np.full_like(x, 101.0))
    series = Series(x, time, channels=("load",))
    event = described(EventContext(series, parts, scores, band))
    assert event.reason == f"load was low for {lasting}: mean 0.2, normally 97 to 101; rare over 12 hours"
    status[500 : 500 + points] = Status.FROZEN
    event = described(EventContext(series, parts, scores, band))
    assert event.reason == f"load was stuck at 0.199 for {lasting}"


def test_a_view_is_built_once_for_an_event_and_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[tuple[int, int, int]] = []
    at = ChannelView.at

    def counted(first: int, end: int, column: int, within: EventContext) -> ChannelView:
        built.append((first, end, column))
        return at(first, end, column, within)

    monkeypatch.setattr(ChannelView, "at", counted)
    x = np.zeros((50, 3))
    x[20:30] = [6.0, -3.0, 2.0]
    described(context(x, np.where(x[:, 0] > 0, 3.0, 0.0)))
    assert len(built) == len(set(built))
