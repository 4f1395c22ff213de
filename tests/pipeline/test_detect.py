from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import offbeat as ob
from offbeat.core.errors import InputError, ParameterError, UnknownNameError
from offbeat.core.series import Panel, Series

HOURS = pd.date_range("2024-01-01", periods=1500, freq="h")


def wave(n: int = 1500, seed: int = 0) -> np.ndarray:
    return np.sin(np.arange(n) * 2 * np.pi / 24) + 0.1 * np.random.default_rng(seed).normal(size=n)


def with_spike() -> np.ndarray:
    x = wave()
    x[1000] += 4
    return x


def rows_found(result: ob.Detection) -> list[int]:
    return [event.rows[2] for event in result.found]


def test_every_kind_of_input_gives_the_same_events() -> None:
    x = with_spike()
    sources = [x, x[:, None], x.tolist(), pd.Series(x), pd.DataFrame({"v": x}), pl.Series(x), pl.DataFrame({"v": x})]
    found = [rows_found(ob.detect(source)) for source in sources]
    assert 1000 in found[0]
    assert all(one == found[0] for one in found)


def test_results_have_the_input_s_length_and_index() -> None:
    frame = pd.DataFrame({"pressure": with_spike()}, index=HOURS)
    result = ob.detect(frame)
    assert len(result.scores) == len(result.severity) == len(result.status) == len(frame)
    out = result.to_frame()
    assert out.index.equals(frame.index)
    assert out["pressure"].equals(frame["pressure"])
    assert out["alarm"].to_numpy()[1000]
    assert result.events.loc[0, "start"] == HOURS[1000]


def test_shuffled_rows_get_their_own_scores_and_dropped_ones_none() -> None:
    frame = pd.DataFrame({"time": HOURS, "v": with_spike()})
    straight = ob.detect(frame)
    order = np.random.default_rng(0).permutation(len(frame))
    shuffled = ob.detect(frame.iloc[order].reset_index(drop=True))
    assert np.array_equal(shuffled.scores, straight.scores[order], equal_nan=True)
    doubled = ob.detect(pd.concat([frame, frame.iloc[100:110]], ignore_index=True))
    assert np.isnan(doubled.scores[-10:]).all()
    assert set(doubled.status[-10:]) == {"dropped"}
    assert np.array_equal(doubled.scores[:-10], straight.scores, equal_nan=True)


def test_long_gaps_are_said_and_not_judged() -> None:
    x = with_spike()
    x[400:500] = np.nan
    result = ob.detect(pd.DataFrame({"time": HOURS, "v": x}))
    assert set(result.status[400:500]) == {"missing"}
    assert np.isnan(result.scores[400:500]).all()
    assert any(finding.kind == "gap" or "no values" in finding.text for finding in result.health)
    assert 1000 in rows_found(result)
    assert not any(350 <= row <= 550 for row in rows_found(result))


def test_rows_that_a_gap_left_out_of_the_file_do_not_shift_the_scores() -> None:
    frame = pd.DataFrame({"time": HOURS, "v": with_spike()}).drop(index=range(400, 500))
    result = ob.detect(frame)
    assert len(result.scores) == 1400
    assert int(np.nanargmax(result.severity)) in range(890, 911)
    assert result.events.loc[0, "start"] == HOURS[1000]


def test_a_frozen_stretch_has_its_word_and_its_event() -> None:
    x = wave()
    x[700:760] = x[700]
    result = ob.detect(x)
    assert (result.status[701:760] == "frozen").all()
    assert "frozen" in {event.kind for event in result.found}


@pytest.mark.parametrize("train", [700, "700", HOURS[700], str(HOURS[700]), "data"])
def test_training_on_a_part(train: object) -> None:
    frame = pd.DataFrame({"time": HOURS, "v": with_spike()})
    known = pd.DataFrame({"time": HOURS, "v": wave(seed=3)}) if train == "data" else train
    result = ob.detect(frame, train=known)
    assert result.detector.trained_length_ == (1500 if train == "data" else 700)
    assert rows_found(result)[0] == 1000


@pytest.mark.parametrize("train", [0, 1501, -3, "1999-01-01"])
def test_a_training_part_that_is_none_is_refused(train: object) -> None:
    with pytest.raises(InputError, match="train="):
        ob.detect(pd.DataFrame({"time": HOURS, "v": wave()}), train=train)


def test_thresholds_and_budgets() -> None:
    x = with_spike()
    top = ob.detect(x, threshold="top_k:1")
    assert rows_found(top) == [1000]
    assert len(ob.detect(x, threshold=1e9).found) == 0
    strict, loose = (len(ob.detect(x, alarms=a).found) for a in ("1/100000 points", "40/series"))
    assert strict < loose
    with pytest.raises(ParameterError, match="name a time column"):
        ob.detect(x, alarms="1/day")
    with pytest.raises(ParameterError, match="give one"):
        ob.detect(x, alarms="1/series", threshold="mad")


def test_labels_choose_the_best_threshold() -> None:
    x = with_spike()
    frame = pd.DataFrame({"v": x, "label": (np.arange(1500) == 1000).astype(int)})
    result = ob.detect(frame, threshold="best_f1")
    assert result.data.channels == ("v",)
    assert 1000 in rows_found(result)
    assert any("upper bound" in note for note in result.notes)


def test_the_level_is_above_one_exactly_where_scores_are_above_the_threshold() -> None:
    result = ob.detect(with_spike())
    assert np.array_equal(result.severity > 1, result.scores > result.cut.value)


def test_a_fitted_detector_is_used_as_it_is() -> None:
    fitted = ob.detector("zscore").fit(wave())
    result = ob.detect(with_spike(), detector=fitted)
    assert result.detector is fitted
    assert rows_found(result)[0] == 1000


def test_detectors_without_a_band_get_one_for_their_reasons() -> None:
    result = ob.detect(with_spike(), "moving_rms", threshold="top_k:1")
    assert result.found[0].observed == pytest.approx(with_spike()[1000])
    assert ", normally " in result.found[0].reason


def test_channels_are_named_with_their_shares() -> None:
    values = np.column_stack([wave(), wave(seed=1), wave(seed=2)])
    values[900, 1] += 5
    event = ob.detect(pd.DataFrame(values, columns=["a", "b", "c"])).found[0]
    assert next(iter(event.channels)) == "b"
    assert sum(event.channels.values()) == pytest.approx(1.0)
    assert event.reason.startswith("b reached")


def test_a_panel_is_judged_series_by_series(tmp_path: Path) -> None:
    panel = Panel(
        {"calm": Series(wave()[:, None]), "spiky": Series(with_spike()[:, None]), "tiny": Series(np.ones((2, 1)))}
    )
    result = ob.detect(panel)
    assert set(result) == {"calm", "spiky"}
    assert "tiny" in result.failures
    assert 1000 in rows_found(result["spiky"])
    assert result.to_frame().index.names[0] == "series"
    result.report(tmp_path / "all.html")
    assert "spiky" in (tmp_path / "all.html").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="tiny has 2 rows"):
        ob.detect(Panel({"tiny": Series(np.ones((2, 1)))}))


@pytest.mark.slow
def test_processes_find_the_same() -> None:
    panel = Panel({str(i): Series(wave(seed=i)[:, None], name=str(i)) for i in range(4)})
    one, two = ob.detect(panel), ob.detect(panel, workers=2)
    assert list(one) == list(two)
    for name in one:
        # a kernel that was compiled in this process may round other than the same one loaded from its file
        np.testing.assert_allclose(one[name].scores, two[name].scores, rtol=1e-4, atol=1e-6)
        assert [(e.start, e.end) for e in one[name].found] == [(e.start, e.end) for e in two[name].found]


def test_wrong_names_are_said_before_the_data_is_read() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'knn'"):
        ob.detect("no such file.csv", detector="knnn")
    with pytest.raises(UnknownNameError, match="has no parameter 'windw'"):
        ob.detect("no such file.csv", detector="knn", params={"windw": 3})
    with pytest.raises(TypeError, match="unexpected keyword argument 'treshold'"):
        ob.detect(wave(), treshold=3)


@pytest.mark.parametrize("n", [8, 9, 12, 20, 33, 64, 100])
def test_short_series_have_an_answer(n: int) -> None:
    result = ob.detect(wave(n))
    assert len(result.scores) == n
    assert np.isfinite(result.scores[result.status == "ok"]).all()


@pytest.mark.parametrize(
    "x",
    [
        np.full(500, 3.0),
        np.zeros(500),
        np.where(np.arange(500) == 250, 1.0, 0.0),
        np.arange(500.0),
        np.tile([1.0, 2.0], 250),
        1e300 * np.sin(np.arange(500.0)),
        1e-300 * np.sin(np.arange(500.0)),
        1e9 + np.sin(np.arange(500.0) / 4),
    ],
    ids=["constant", "zeros", "one spike", "ramp", "two values", "huge", "tiny", "far from zero"],
)
def test_odd_series_have_an_answer(x: np.ndarray) -> None:
    result = ob.detect(x)
    assert np.isfinite(result.scores).all()
    if x.sum() == 1.0:
        assert rows_found(result) == [250]
    else:
        assert len(result.found) <= 3, [e.reason for e in result.found]


def test_public_names_are_there_and_documented() -> None:
    for name in ob.__all__:
        assert getattr(ob, name).__doc__, name
    assert set(ob.__all__) <= set(dir(ob))
    assert ob.__version__.count(".") == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"detector": 5}, r"detector=5 is no detector; give a name such as 'knn:window=64'"),
        ({"detector": dict}, r"detector=<class 'dict'> is no detector"),
        ({"params": 5}, r"params=5 are no parameters; write them as \{'window': 64\}"),
        ({"threshold": ("percentile", 99)}, r"is no threshold; write it as 'percentile:99'"),
        ({"alarms": 2}, "is no alarm budget; write it as '2/week'"),
        ({"clean": "linear"}, r"clean='linear' is no policy; write it as \{'method': 'linear'\}"),
        ({"detector": "zscore:scaler=robust"}, r"only compare takes scaler=; .*scale\.Robust\(\)\.fit\(x\)"),
    ],
)
def test_an_argument_of_the_wrong_type_is_refused_with_a_remedy(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        ob.detect(wave(), **arguments)


def test_a_training_part_up_to_the_end_or_later_is_refused() -> None:
    frame = pd.DataFrame({"time": HOURS, "v": wave()})
    last = HOURS[len(frame) - 1]
    ob.detect(frame, train=last)
    with pytest.raises(InputError, match=r"ends at .*; give an earlier time"):
        ob.detect(frame, train=last + pd.Timedelta("1s"))
