from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import offbeat as ob
from offbeat.core import modelfile
from offbeat.core.calibration import Calibration
from offbeat.core.errors import InputError, MissingExtraError, ModelFileError, OffbeatError, OutputError, ParameterError
from offbeat.core.output import replacing
from offbeat.core.params import param, params_of, parse_options
from offbeat.core.registry import detector_entries
from offbeat.core.series import Panel, Series, as_values
from offbeat.core.windows import fill, sliding, spread, true_runs
from offbeat.core.wording import duration, moment, number


@dataclass
class Knobs:
    window: int | None = param(None, "width", low=2)
    share: float = param(0.5, "share", low=0, high=1)
    mode: str = param("a", "mode", choices=("a", "b"))
    on: bool = param(True, "switch")


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("window", [None, 2, 100, np.int64(7)], [1, 2.5, "3", True, np.array([2, 3])]),
        ("share", [0, 1, 0.3, np.float32(0.5)], [-0.1, 1.1, float("nan"), "x", None]),
        ("mode", ["a", "b"], ["c", None, 1]),
        ("on", [True, False], ["yes", 1, None]),
    ],
)
def test_bounds_hold(name: str, good: list[object], bad: list[object]) -> None:
    declared = params_of(Knobs)[name]
    assert all(declared.allows(value) for value in good)
    assert not any(declared.allows(value) for value in bad)


def test_typed_options_become_values() -> None:
    read = parse_options(Knobs, {"window": "64", "share": "0.25", "on": "no", "mode": "b"})
    assert read == {"window": 64, "share": 0.25, "on": False, "mode": "b"}
    assert parse_options(Knobs, {"window": "none"}) == {"window": None}
    with pytest.raises(ParameterError, match="share=lots: share is float, 0 to 1"):
        parse_options(Knobs, {"share": "lots"})


def test_every_parameter_of_every_detector_and_threshold_is_declared_with_a_meaning() -> None:
    from dataclasses import fields

    from offbeat.thresholds import Threshold, threshold_entries

    kinds = [entry.load(ob.Detector) for entry in detector_entries().values()]
    kinds += [entry.load(Threshold) for entry in threshold_entries().values()]
    for kind in kinds:
        declared = params_of(kind)
        assert set(declared) == {f.name for f in fields(kind) if f.init}, kind
        for one in declared.values():
            assert one.doc, (kind, one.name)
            assert one.allows(one.default), (kind, one.name)
            assert one.kind != "object", (kind, one.name)


def test_a_series_checks_its_parts_and_cuts_them_together() -> None:
    series = Series(np.zeros((5, 2)), np.arange(5), ("a", "b"), labels=np.arange(5) > 3)
    cut = series[1:4]
    assert len(cut) == len(cut.stamps) == 3
    assert cut.labels is not None
    assert cut.labels.tolist() == [False] * 3
    assert series.pick("b").channels == ("b",)
    with pytest.raises(OffbeatError, match="no channel 'c'"):
        series.pick("c")
    with pytest.raises(InputError, match="3 times for 5 rows"):
        Series(np.zeros((5, 1)), np.arange(3))
    with pytest.raises(InputError, match="1 channel names for 2 columns"):
        Series(np.zeros((5, 2)), channels=("a",))
    with pytest.raises(OffbeatError, match="no series 'x'"):
        Panel({"y": series})["x"]


def test_times_are_shown_in_their_zone() -> None:
    time = np.array(["2024-07-01T12:00", "2024-07-01T13:00"], dtype="datetime64[ns]")
    series = Series(np.zeros((2, 1)), time, zone="Europe/Berlin")
    assert str(series.label(0)) == "2024-07-01 14:00:00+02:00"
    assert str(series.to_index()[1]) == "2024-07-01 15:00:00+02:00"
    assert series.step == 3600.0


@pytest.mark.parametrize("bad", ["text", [["a", "b"]], np.zeros((2, 2, 2)), [{"a": 1}], 5.0])
def test_what_is_not_numbers_is_refused(bad: object) -> None:
    with pytest.raises(InputError):
        as_values(bad)


def test_infinities_are_missing_and_the_input_is_left_alone() -> None:
    x = np.array([1.0, np.inf, -np.inf])
    assert np.isnan(as_values(x)[1:]).all()
    assert np.isinf(x[1:]).all()


@given(
    arrays(np.float64, st.integers(1, 40), elements=st.one_of(st.floats(-1e3, 1e3), st.just(np.nan))),
    st.integers(1, 12),
)
@settings(max_examples=150, deadline=None)
def test_spread_is_the_mean_of_the_judged_windows_that_cover_a_point(scores: np.ndarray, width: int) -> None:
    n = len(scores) + width - 1
    slow = []
    for i in range(n):
        over = scores[max(0, i - width + 1) : i + 1]
        over = over[np.isfinite(over)]
        slow.append(over.mean() if len(over) else np.nan)
    np.testing.assert_allclose(spread(scores, width), slow, rtol=1e-9, atol=1e-9)


def test_windows_are_views() -> None:
    x = np.arange(20.0).reshape(10, 2)
    view = sliding(x, 4, stride=2)
    assert view.shape == (4, 4, 2)
    assert np.shares_memory(view, x)
    assert np.array_equal(view[1], x[2:6])
    with pytest.raises(InputError, match="a window of 11 points does not fit into 10"):
        sliding(x, 11)


@given(arrays(np.bool_, st.integers(0, 30)))
def test_runs_cover_exactly_what_is_true(mask: np.ndarray) -> None:
    again = np.zeros_like(mask)
    for first, last in true_runs(mask):
        assert not again[first:last].any()
        again[first:last] = True
    assert np.array_equal(again, mask)


def test_fill_draws_straight_lines_and_keeps_what_is_there() -> None:
    x = np.array([[np.nan, np.nan], [1.0, np.nan], [np.nan, np.nan], [3.0, np.nan]])
    assert fill(x).tolist() == [[1.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]
    assert np.isnan(x[0, 0])


def test_calibration_keeps_order_and_ignores_what_is_missing() -> None:
    rng = np.random.default_rng(0)
    reference = np.column_stack([rng.normal(size=500), np.full(500, np.nan), np.full(500, 2.0)])
    scale = Calibration.of(reference)
    out = scale.apply(np.array([[3.0, 1.0, 2.0], [2.0, np.nan, 2.0]]))
    assert out[0, 0] > out[1, 0] > 0
    assert out[1, 2] == 0.0
    combined = Calibration.combine(np.array([[1.0, np.nan], [np.nan, np.nan]]))
    assert combined[0] == 1.0
    assert np.isnan(combined[1])


def test_model_files_hold_no_code_and_say_when_they_are_damaged(tmp_path: Path) -> None:
    path = tmp_path / "m.offbeat"
    x = np.sin(np.arange(400) / 5)
    fitted = ob.detector("knn", window=16).fit(x)
    fitted.save(path)
    assert np.array_equal(ob.load(path).score(x), fitted.score(x))
    with zipfile.ZipFile(path) as archive:
        assert {Path(name).suffix for name in archive.namelist()} <= {".json", ".npy"}
        head = json.loads(archive.read("model.json"))
    for broken in (b"", b"not a zip", path.read_bytes()[:200]):
        other = tmp_path / "broken.offbeat"
        other.write_bytes(broken)
        with pytest.raises(ModelFileError, match=r"broken\.offbeat"):
            ob.load(other)
    for change, message in (
        ({"offbeat": 99}, "upgrade offbeat"),
        ({"model": {"object": ["os", "system"], "state": {}}}, "imports nothing but offbeat"),
        ({"model": {"object": ["offbeat.core.output", "replacing"], "state": {}}}, "no model"),
        ({"model": {"array": "gone"}}, "damaged"),
    ):
        with zipfile.ZipFile(tmp_path / "odd.offbeat", "w") as archive:
            archive.writestr("model.json", json.dumps({**head, **change}))
        with pytest.raises(ModelFileError, match=message):
            ob.load(tmp_path / "odd.offbeat")
    with pytest.raises(ModelFileError, match="no model file"):
        ob.load(tmp_path / "none")


def test_what_a_model_file_can_not_hold_is_refused(tmp_path: Path) -> None:
    fitted = ob.detector("zscore").fit(np.arange(10.0))
    fitted.mean_ = lambda: None  # type: ignore[attr-defined]
    with pytest.raises(ModelFileError, match="can't hold"):
        modelfile.save(fitted, tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")
    with pytest.raises(UnicodeEncodeError), replacing(path) as part:
        part.write_text("half, then \ud800", encoding="utf-8")
    assert path.read_text() == "before"
    with pytest.raises(OutputError, match="no space left on device; make room"), replacing(path) as part:
        raise OSError(28, "No space left on device")
    assert [p.name for p in tmp_path.iterdir()] == ["out.txt"]
    with pytest.raises(OutputError, match=r"permission denied; give a file in another folder$"), replacing(path):
        raise PermissionError(13, "Permission denied")
    with pytest.raises(OutputError, match="it is a folder"), replacing(tmp_path):
        pass
    with (
        pytest.raises(OutputError, match="no such file or directory; make its folder first"),
        replacing(tmp_path / "nowhere" / "out.txt"),
    ):
        pass


def test_a_missing_extra_names_the_command() -> None:
    found = str(MissingExtraError("reading Parquet", "parquet"))
    assert re.fullmatch(r"reading Parquet needs the \[parquet\] extra: pip install '(pyarrow\S+|\.\[parquet\])'", found)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_any_number_can_be_said(value: float) -> None:
    message = number(value)
    assert message
    assert len(message) <= 20


def test_spans_and_moments_are_said_as_people_do() -> None:
    assert duration(3600) == "1 hour"
    assert duration(86400 * 200) == "6.6 months"
    stamp = pd.Timestamp("2013-02-08 16:00")
    assert moment(stamp, 3600) == "8 Feb 2013 16:00"
    assert moment(stamp, 86400) == "8 Feb 2013"
    assert moment(stamp, 31 * 86400) == "Feb 2013"
    assert moment(stamp + pd.Timedelta("250ms"), 0.25) == "8 Feb 2013 16:00:00.25"
    assert [moment(stamp.replace(month=m, day=1), 31 * 86400) for m in (1, 12)] == ["Jan 2013", "Dec 2013"]
    assert moment(1234, None) == "1,234"


def test_importing_and_listing_load_nothing_heavy() -> None:
    script = (
        "import sys, offbeat; light = sorted(sys.modules)\n"
        "from offbeat.core.registry import detector_entries; detector_entries()\n"
        "heavy = {'pandas', 'scipy', 'numba', 'sklearn', 'matplotlib', 'torch', 'click', 'rich'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "[entry.load(offbeat.Detector) for entry in detector_entries().values()]\n"
        "assert not (heavy - {'pandas'}) & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_events_as_a_table_have_the_stated_columns() -> None:
    x = np.sin(np.arange(1000) / 5)
    x[500] += 5
    events = ob.detect(x).events
    assert list(events.columns) == [
        "id", "series", "start", "end", "peak", "n_points", "score", "severity", "p_value", "stands_out",
        "direction", "expected", "observed",
        "channels", "kind", "reason",
    ]  # fmt: skip
    assert events.loc[0, "direction"] == "up"
    assert events.loc[0, "kind"] in ob.Event.KINDS
    empty = ob.detect(np.full(100, 2.0)).events
    assert list(empty.columns) == list(events.columns)
    assert len(empty) == 0


def test_a_series_can_be_changed_by_replacing() -> None:
    series = Series(np.zeros((3, 1)))
    assert replace(series, name="other").name == "other"
