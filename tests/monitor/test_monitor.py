"""What is learned once and kept: the same answer in every call, and what does not fit is refused or said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import offbeat as ob
from offbeat.core.errors import InputError, ModelFileError, ParameterError

HOURS = pd.date_range("2024-03-01", periods=2400, freq="h")


def wave(n: int = 2400, seed: int = 0, begin: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return 5 * np.sin(2 * np.pi * np.arange(begin, begin + n) / 24) + rng.normal(size=n)


def month(seed: int = 0) -> pd.DataFrame:
    return pd.DataFrame({"flow": wave(seed=seed), "heat": wave(seed=seed + 1)}, index=HOURS)


def later(n: int = 240, seed: int = 9, rows: int = 2400) -> pd.DataFrame:
    times = pd.date_range(HOURS[0] + rows * pd.Timedelta("1h"), periods=n, freq="h")
    return pd.DataFrame({"flow": wave(n, seed, rows), "heat": wave(n, seed + 1, rows)}, index=times)


@pytest.fixture(scope="module")
def monitor() -> ob.Monitor:
    return ob.learn(month(), "knn", alarms="1/10000 points")


def test_a_batch_that_is_all_off_is_found(monitor: ob.Monitor) -> None:
    assert not len(monitor.detect(later()).events)
    for detector in ("auto", "zscore"):
        result = ob.learn(month(), detector, alarms="1/10000 points").detect(later() + 15)
        assert result.alarms.all(), detector
        assert (result.severity > 1).mean() > 0.7, detector


@pytest.mark.parametrize("detector", ["zscore", "ar", "cusum"])
def test_a_causal_detector_says_the_same_however_the_data_are_cut(detector: str) -> None:
    made = ob.learn(month(), detector, alarms="2/week")
    data = later(96)
    data.iloc[50:53, 0] += 12
    whole = made.detect(data)
    for size in (1, 24):
        made = ob.learn(month(), detector, alarms="2/week")
        parts = [made.detect(data.iloc[first : first + size]) for first in range(0, 96, size)]
        np.testing.assert_allclose(np.concatenate([part.severity for part in parts]), whole.severity, rtol=1e-9)
        assert np.concatenate([part.status for part in parts]).tolist() == whole.status.tolist()
        ids = {event_id for part in parts for event_id in part.events["start"]}
        assert set(whole.events["start"]) <= ids
    assert (whole.status == "ok").all()


def test_rows_that_later_ones_may_change_are_provisional(monitor: ob.Monitor) -> None:
    status = monitor.detect(later()).status
    ahead = monitor.detector.lookahead
    assert ahead > 0
    assert set(status[-ahead:]) == {"provisional"}
    assert set(status[:-ahead]) == {"ok"}


def test_a_file_brings_back_the_same_bits(monitor: ob.Monitor, tmp_path: Path) -> None:
    path = tmp_path / "pump.monitor"
    monitor.save(path)
    loaded = ob.load(path)
    assert loaded.cut == monitor.cut
    one, other = monitor.detect(later()), loaded.detect(later())
    np.testing.assert_array_equal(one.severity, other.severity)
    pd.testing.assert_frame_equal(one.events, other.events)


def test_what_it_has_said_is_counted_once_and_kept_beside_it(tmp_path: Path) -> None:
    made, path = ob.learn(month(), "zscore", alarms="2/week"), tmp_path / "pump.monitor"
    made.save(path)
    off = later() + 15
    for _ in range(2):
        made.detect(off)
    assert made.state.rows == 240
    assert made.state.alarms == len(made.detect(off).events) > 0
    made.save_state(path)
    assert ob.load(path).state.spans == made.state.spans
    other = ob.learn(month(5), "zscore", alarms="2/week")
    other.save(path)
    assert not ob.load(path).state.spans, "the state is another monitor's"
    made.save(path)
    (tmp_path / "pump.monitor.state").write_text("{")
    with pytest.raises(ModelFileError, match="delete"):
        ob.load(path)


def test_an_alarm_rate_that_broke_its_promise_is_said() -> None:
    made = ob.learn(wave(), "zscore", alarms="1/10000 points")
    assert any("nothing was scored" in fact for fact in made.facts)
    noisy = wave(800, 3)
    noisy[::50] += 30
    assert any("learn again" in note for note in made.detect(noisy).notes)
    assert any("were to be expected" in fact and "learn again" in fact for fact in made.facts)


def test_channels_are_put_in_order_and_left_out_or_refused_by_name(monitor: ob.Monitor) -> None:
    data = later()
    expected = monitor.detect(data)
    turned = monitor.detect(data[["heat", "flow"]])
    np.testing.assert_array_equal(turned.severity, expected.severity)
    wider = monitor.detect(data.assign(wind=wave(240, 5)))
    np.testing.assert_array_equal(wider.severity, expected.severity)
    assert any("wind" in note for note in wider.notes)
    with pytest.raises(InputError, match=r"no channel heat; it has flow"):
        monitor.detect(data[["flow"]])


def test_another_step_other_times_and_another_unit_are_refused_or_said(monitor: ob.Monitor) -> None:
    data = later()
    with pytest.raises(InputError, match=r"every 10 minutes.*every 1 hour|every 10 min.*every"):
        monitor.detect(data.set_index(pd.date_range("2024-07-01", periods=240, freq="10min")))
    with pytest.raises(InputError, match="no dates"):
        monitor.detect(data.reset_index(drop=True))
    result = monitor.detect(data * 1000 + 5000)
    assert any("unit" in note for note in result.notes)
    assert not any("unit" in note for note in monitor.detect(data).notes)


def test_few_rows_are_scored_after_those_that_they_follow(monitor: ob.Monitor) -> None:
    data = later(12)
    followed = monitor.detect(data)
    assert np.isfinite(followed.scores).all()
    gap = data.set_index(data.index + pd.Timedelta("90d"))
    alone = monitor.detect(gap)
    assert set(alone.status) == {"short"}
    assert np.isnan(alone.scores).all()
    assert any("12 rows are fewer" in note for note in alone.notes)
    given = monitor.detect(
        gap, past=later(100, rows=2400).set_index(gap.index[0] - pd.Timedelta("1h") * np.arange(100, 0, -1))
    )
    assert np.isfinite(given.scores).all()
    assert len(given.scores) == 12


def test_several_files_are_compared_each_by_itself(monitor: ob.Monitor, tmp_path: Path) -> None:
    paths = [tmp_path / f"day{i}.csv" for i in range(3)]
    for i, path in enumerate(paths):
        (later(48, i) + 15 * (i == 1)).rename_axis("time").to_csv(path)
    pd.DataFrame({"time": ["2024-01-01"], "wind": [1.0]}).to_csv(tmp_path / "other.csv", index=False)
    found = monitor.detect([str(path) for path in [*paths, tmp_path / "other.csv"]])
    assert [len(one.found) > 0 for one in found.detections] == [False, True, False]
    assert "no channel flow, heat" in found.failures["other"]


def test_a_few_faults_in_the_data_learned_from_do_not_hide_later_ones() -> None:
    good, faulty = wave(4000), wave(4000)
    faulty[[500, 1500, 2500]] += 25
    values = [ob.learn(x, "zscore").cut.value for x in (good, faulty)]
    assert values[1] < 2 * values[0]


def test_what_cannot_be_learned_is_said() -> None:
    with pytest.raises(InputError, match="at least 8"):
        ob.learn([1.0, 2.0])
    with pytest.raises(InputError, match="no value"):
        ob.learn(np.full(100, np.nan))
    with pytest.raises(ParameterError, match="has learned already"):
        ob.learn(wave(), ob.detector("zscore").fit(wave()))
    with pytest.raises(InputError, match="2 series"):
        ob.learn(pd.DataFrame({"id": list("ab") * 50, "x": np.arange(100.0)}), id="id")
    short = ob.learn(wave(60), "knn:window=24")
    assert any("too few to hold some out" in note for note in short.cut.notes)
