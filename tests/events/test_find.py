"""One stretch of alarms may hold several events; each is where its values are, and no alarm is left over."""

from __future__ import annotations

import numpy as np
import pytest

import offbeat as ob
from offbeat.core.cut import Cut, severity
from offbeat.core.detector import Band, ScoreResult
from offbeat.core.event import Event, Run
from offbeat.core.series import Series
from offbeat.events.band import usual_here
from offbeat.events.context import EventContext, Normal
from offbeat.events.find import _is_alarmed, find_events
from offbeat.events.locate import Piece
from offbeat.events.stretches import alarmed

WINDOW = 40


def context(x: np.ndarray, alarms: list[tuple[int, int]], height: float = 2.0) -> EventContext:
    """Return a scored series whose severity is `height` in those rows, with the usual range of its other rows."""
    values = x if x.ndim == 2 else x[:, None]
    scores = np.zeros(len(values))
    for first, end in alarms:
        scores[first:end] = height
    series = Series(values)
    result = ScoreResult(scores, np.zeros(len(scores), dtype=np.uint8), None, scores[:, None])
    return EventContext(series, result, scores, usual_here(series, alarms), window=WINDOW)


def found(within: EventContext, *runs: Run) -> list[Event]:
    return sorted(find_events(within, Cut(1.0), runs), key=lambda event: event.rows)


def noise(n: int = 1000, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=n)


@pytest.mark.parametrize("distance", [10, 60, 200])
@pytest.mark.parametrize("ratio", [1, 40])
def test_a_spike_beside_a_larger_one_is_shown(distance: int, ratio: int) -> None:
    x = 10 * np.sin(2 * np.pi * np.arange(4000) / 48) + noise(4000, seed=1)
    x[1500] += 12
    x[1500 + distance] += 12 * ratio
    result = ob.detect(x)
    spikes = {event.rows[0]: event for event in result.found if event.kind == "spike"}
    assert {1500, 1500 + distance} <= set(spikes)
    for row in (1500, 1500 + distance):
        assert spikes[row].rows == (row, row, row)
        assert spikes[row].severity == pytest.approx(result.severity[row])
    assert len({event.id for event in result.found}) == len(result.found)


@pytest.mark.parametrize("at", [1190, 1203, 1215])
def test_a_lasting_step_starts_where_the_values_do(at: int) -> None:
    x = 20 + noise(2000, seed=at)
    x[at:] += 8
    event = ob.detect(x).found[0]
    assert (event.rows[0], event.kind, event.direction) == (at, "level_shift", "up")


def test_every_alarm_belongs_to_an_event() -> None:
    x = noise(3000, seed=2)
    x[700] += 15
    x[1500:1540] -= 9
    alarms = [(650, 760), (1480, 1600), (2000, 2300)]
    within = context(x, alarms)
    covered = np.zeros(len(x), dtype=bool)
    for event in found(within):
        covered[event.alarm_rows[0] : event.alarm_rows[1] + 1] = True
        assert event.alarm_rows[0] <= event.rows[0] <= event.rows[2] <= event.rows[1] <= event.alarm_rows[1]
    assert covered[within.severity > 1].all()
    assert {event.rows[:2] for event in found(within)} >= {(700, 700), (1500, 1539)}


def test_alarms_far_from_any_excursion_are_one_shape() -> None:
    x = noise()
    x[300] += 20
    events = found(context(x, [(290, 311), (500, 640)]))
    assert [(event.kind, event.rows[:2]) for event in events] == [("spike", (300, 300)), ("shape", (500, 639))]


def test_a_short_fault_within_a_long_one_is_an_event_of_its_own() -> None:
    x = noise(2000, seed=3)
    x[800:950] += 8
    x[870] += 25
    events = found(context(x, [(780, 970)]))
    assert [(event.kind, event.rows[:2]) for event in events] == [("level_shift", (800, 949)), ("spike", (870, 870))]


def test_an_excursion_that_changes_sides_for_long_is_two_events() -> None:
    x = noise(2000, seed=4)
    x[800:840] += 8
    x[840:880] -= 8
    assert [(event.direction, event.rows[:2]) for event in found(context(x, [(780, 900)]))] == [
        ("up", (800, 839)),
        ("down", (840, 879)),
    ]


def test_faults_of_two_channels_one_after_the_other_are_two_events() -> None:
    x = np.column_stack([noise(2000, seed=5), noise(2000, seed=6)])
    x[800:830, 0] += 9
    x[850:880, 1] -= 9
    events = found(context(x, [(780, 900)]))
    assert [(list(event.channels), event.rows[:2]) for event in events] == [(["c0"], (800, 829)), (["c1"], (850, 879))]


def test_bursts_of_one_value_are_one_event() -> None:
    x = 250 + noise(2000, seed=7)
    x[[800, 801, 802, 840, 841, 842]] = 0.0
    (event,) = found(context(x, [(780, 860)]))
    assert (event.kind, event.rows[:2]) == ("outage", (800, 842))
    assert event.reason == "value was 0 for 6 points within 43 points, normally 248 to 253"


def test_a_run_is_an_event_whatever_the_score() -> None:
    x = noise()
    x[400:500] = 0.3
    (event,) = found(context(x, []), Run(400, 500, 0, "frozen", 1.7, 1e-5))
    assert (event.kind, event.rows[:2], event.severity, event.p_value) == ("frozen", (400, 499), 1.7, 1e-5)
    assert event.reason == "value was stuck at 0.3 for 100 points"


def test_alarms_that_lie_in_a_run_are_that_run() -> None:
    x = 5 + noise()
    x[400:500] = 0.0
    (event,) = found(context(x, [(410, 520)], height=3.0), Run(400, 500, 0, "outage", 2.0, 1e-5))
    assert (event.kind, event.rows[:2], event.severity) == ("outage", (400, 499), 3.0)
    assert event.reason.startswith("value was 0 for 100 points, normally ")
    assert event.alarm_rows == (400, 519)


@pytest.mark.parametrize(("beside", "own"), [(1.5, False), (6.0, True)])
def test_an_excursion_around_a_run_needs_alarms_of_its_own(beside: float, own: bool) -> None:
    """The rows before the run may have alarms only because windows reach over it."""
    severe = context(noise(), [(200, 500)], height=beside)
    severe.severity[400:500] = 9.0
    run = Run(400, 500, 0, "outage", 2.0, 1e-5)
    assert _is_alarmed(Piece(200, 500, 0, 100.0), severe, [run]) == own
    assert _is_alarmed(Piece(200, 500, 0, 100.0), severe, [])


def test_runs_of_two_channels_at_one_time_are_one_event() -> None:
    x = np.column_stack([noise(seed=8), noise(seed=9), noise(seed=10)])
    x[400:500, :2] = 0.5
    runs = (Run(400, 500, 0, "frozen", 1.5, 1e-4), Run(401, 500, 1, "frozen", 2.5, 1e-6))
    (event,) = found(context(x, []), *runs)
    assert (event.channels, event.rows[:2], event.severity) == ({"c1": 0.5, "c0": 0.5}, (400, 499), 2.5)


def test_a_reset_is_told_as_one() -> None:
    x = np.concatenate([np.arange(700.0), np.arange(300.0)]) * 3
    (event,) = found(context(x, [(690, 720)]), Run(700, 701, 0, "reset", 2.0, float("nan")))
    assert (event.kind, event.rows[:2]) == ("reset", (700, 700))
    assert event.reason == "value started again at 700: from 2,097 to 0"


def test_what_was_learned_decides_and_not_the_rows_around() -> None:
    x = noise(2000, seed=11)
    x[1500] += 12
    whole = context(x, [(1490, 1511)])
    learned = Normal.of(whole.series, whole.band, whole.severity)
    part = slice(1450, 1550)
    band = Band(whole.band.expected[part], whole.band.lower[part], whole.band.upper[part])
    scores = whole.severity[part]
    result = ScoreResult(scores, np.zeros(100, dtype=np.uint8), None, scores[:, None])
    series = Series(x[part, None], np.arange(2000)[part])
    day = EventContext(series, result, severity(scores, Cut(1.0)), band, window=WINDOW, learned=learned)
    (one,), (other,) = find_events(whole, Cut(1.0)), find_events(day, Cut(1.0))
    assert (one.id, one.start, one.severity, one.reason) == (other.id, other.start, other.severity, other.reason)


def test_the_hour_and_the_weekday_are_named_where_they_matter() -> None:
    time = np.datetime64("2021-05-03", "ns") + np.arange(24 * 7 * 10) * np.timedelta64(3_600_000_000_000, "ns")
    day = np.tile(50 + 40 * np.sin(2 * np.pi * (np.arange(24) - 6) / 24), 70)
    weekend = np.repeat(np.tile([1, 1, 1, 1, 1, 0.2, 0.2], 10), 24)
    x = day * weekend + 0.5 * noise(len(day), seed=12)
    x[24 * 44 + 13] += 60  # a Wednesday, 13:00
    scores = np.zeros(len(x))
    scores[24 * 44 + 13] = 2.0
    series = Series(x[:, None], time, channels=("orders",))
    result = ScoreResult(scores, np.zeros(len(x), dtype=np.uint8), None, scores[:, None])
    (event,) = find_events(EventContext(series, result, scores, usual_here(series, alarmed(scores, 1))), Cut(1.0))
    assert " on 16 Jun 2021 13:00, normally " in event.reason
    assert event.reason.endswith(" on a Wednesday at 13:00")
