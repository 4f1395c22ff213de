"""The chart's own code, run by node: what the browser computes must be what NumPy and pandas say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any

import numpy as np
import pandas as pd
import pytest

from offbeat.core.series import Series
from offbeat.core.wording import moment
from offbeat.report import View, frame, webpage
from offbeat.report.payload import payload
from offbeat.report.sheet import Axis

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed, and it runs the page's script here")


def run(parts: tuple[str, ...], program: str, given: Any = None, zone: str = "UTC") -> Any:
    """Run `program` after some of the page's files; it sees `given`, and what it returns comes back."""
    code = "\n".join(frame.part(name) for name in parts)
    text = f"{code}\nconst given = {json.dumps(given)};\nconsole.log(JSON.stringify((() => {{ {program} }})()));"
    assert NODE is not None
    done = subprocess.run(
        [NODE, "-"], input=text, capture_output=True, text=True, check=True, timeout=60, env={**os.environ, "TZ": zone}
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("names", [*((name,) for name in webpage.SCRIPTS), webpage.SCRIPTS])
def test_each_file_and_all_together_are_well_formed(names: tuple[str, ...]) -> None:
    code = "\n".join(frame.part(name) for name in names)
    assert NODE is not None
    done = subprocess.run([NODE, "--check", "-"], input=code, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def columns(data: dict[str, Any], window: tuple[float, float], width: int) -> dict[str, np.ndarray]:
    """What is drawn of the first channel between two places, on so many pixels."""
    program = """
      const {data, from, to, width} = given, x = places(data.x), line = summarized(decode(data.channels[0].values));
      const pixel = p => width * (p - from) / (to - from), place = q => from + (to - from) * q / width;
      const scale = {left: 0, width, from, to, pixel, place};
      const c = columns(x, line, scale), list = a => Array.from(a.subarray(0, c.n), v => v === v ? v : null);
      return Object.fromEntries(["at", "first", "last", "low", "high"].map(name => [name, list(c[name])]));"""
    given = {"data": data, "from": window[0], "to": window[1], "width": width}
    drawn = run(("data.js",), program, given)
    return {name: np.array(part, dtype=np.float64) for name, part in drawn.items()}


@pytest.mark.parametrize("window", [(-0.5, 59_999.5), (1234.5, 9_876.5)])
def test_every_pixel_has_the_least_and_greatest_of_its_rows(window: tuple[float, float]) -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=60_000)
    values[5_000:7_000] = np.nan
    values[rng.integers(0, 60_000, 300)] = np.nan
    values[6_789] = 40.0
    series = Series(values[:, None])
    data, _ = payload(View(series, np.zeros(60_000)), Axis(series))
    # of the whole, a pixel holds several blocks of rows; of the part, less than one
    width = 200
    drawn = columns(data, window, width)
    edges = window[0] + (window[1] - window[0]) * np.arange(1, width) / width
    inside = np.arange(max(0, int(np.ceil(window[0])) - 1), min(60_000, int(np.ceil(window[1])) + 2))
    pieces = np.split(values[inside].astype("f4").astype("f8"), np.searchsorted(inside, edges))
    # the two rows beyond the right edge lead the line out of sight, and have no column of their own
    pieces[-1] = pieces[-1][: np.searchsorted(inside, window[1]) - np.searchsorted(inside, edges[-1])]
    none = [np.isnan(piece).all() for piece in pieces]
    for name, reduce in (("low", np.nanmin), ("high", np.nanmax)):
        expected = [np.nan if empty else reduce(piece) for piece, empty in zip(pieces, none, strict=True)]
        np.testing.assert_array_equal(drawn[name], expected)
    assert np.nanmax(drawn["high"]) == 40.0


def test_few_rows_are_drawn_one_by_one() -> None:
    series = Series(np.array([[1.0], [np.nan], [3.0], [4.0]]), np.array([0.0, 1.0, 5.0, 6.5]))
    data, _ = payload(View(series, np.zeros(4)), Axis(series))
    drawn = columns(data, (0.0, 10.0), 100)
    assert drawn["at"].tolist() == [0.0, 10.0, 50.0, 65.0]
    np.testing.assert_array_equal(drawn["low"], [1.0, np.nan, 3.0, 4.0])


@pytest.mark.parametrize("reader", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
@pytest.mark.parametrize("zone", [None, "America/New_York", "Asia/Kolkata"])
def test_times_are_those_of_the_series_wherever_the_reader_is(zone: str | None, reader: str) -> None:
    time = pd.date_range("2013-03-09", periods=72, freq="h").to_numpy().astype("M8[ns]")
    series = Series(np.zeros((72, 1)), time, zone=zone)
    data, _ = payload(View(series, np.zeros(72)), Axis(series))
    program = "const c = new Calendar(given); return places(given.x).reduce((all, x) => [...all, c.text(x)], []);"
    told = run(("data.js", "words.js"), program, data, reader)
    assert told == [moment(series.label(row), series.step) for row in range(72)]


@pytest.mark.parametrize(
    ("days", "first", "second"),
    [(1, "00:00", "02:00"), (30, "11 Mar", "18 Mar"), (400, "May", "Jul"), (9000, "2015", "2020")],
)
def test_marks_stand_where_a_person_would_put_them(days: float, first: str, second: str) -> None:
    series = Series(
        np.zeros((2, 1)), np.array(["2013-03-09T05:00", "2013-03-10T05:00"], "M8[ns]"), zone="America/New_York"
    )
    data, _ = payload(View(series, np.zeros(2)), Axis(series))
    program = "return new Calendar(given.data).ticks(0, given.days * 864e5, 12);"
    ticks = run(("data.js", "words.js"), program, {"data": data, "days": days})
    assert [tick["text"] for tick in ticks[:2]] == [first, second]
    assert len(ticks) <= 13
    assert all(0 <= tick["at"] <= days * 864e5 for tick in ticks)


def test_numbers_far_from_zero_keep_labels_that_differ() -> None:
    program = "return given.map(([a, b]) => shortened(numberTicks(a, b, 6)).ticks.map(t => t.text));"
    for texts in run(("words.js",), program, [[0, 1], [1e12, 1e12 + 0.05], [-3e7, 9e7], [1e-9, 5e-9], [-0.4, 100]]):
        assert len(texts) >= 3
        assert len(set(texts)) == len(texts)
        assert "-0" not in texts
