"""Pages: whole, harmless, without a network, and with the very numbers in them."""

from __future__ import annotations

import base64
import errno
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from offbeat.core.errors import OutputError
from offbeat.core.series import Series
from offbeat.report import View, frame, page, webpage
from offbeat.report.payload import CHANNELS, EVENTS, packed, payload
from offbeat.report.sheet import Axis

VOID = {"meta", "link", "br", "img", "input", "hr"}
NASTY = "</script><script>alert(1)</script><img src=x onerror=alert(1)> & \" ' \u2028"


class Reader(HTMLParser):
    """Reads a page as a browser would, and refuses what is not well-formed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: dict[str, str] = {}
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in {tag}"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] in (["script"], ["style"]):
            name = self.tags[-1][1].get("id") or self.open[-1]
            self.blocks[name] = self.blocks.get(name, "") + data
        else:
            self.texts.append(data)

    def said(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.texts))

    def data(self, place: int = 1) -> dict[str, Any]:
        return json.loads(self.blocks[f"data-{place}"])


def unpacked(block: dict[str, str]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(block["data"]), dtype=f"<{block['type']}")


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Reader]:
    def make(views: Any) -> Reader:
        page(views, tmp_path / "out.html")
        return Reader((tmp_path / "out.html").read_text(encoding="utf-8"))

    return make


def test_the_page_holds_the_numbers_as_they_are(make_view, made) -> None:
    view = make_view()
    data = made(view).data()
    assert data["name"] == "pump"
    assert data["x"] == {"step": 3_600_000.0, "count": 600}
    assert data["origin"] == Axis(view.series).origin
    for column, channel in enumerate(data["channels"]):
        np.testing.assert_array_equal(unpacked(channel["values"]), view.series.values[:, column].astype("f4"))
        np.testing.assert_array_equal(unpacked(channel["lower"]), view.band.lower[:, column].astype("f4"))
        np.testing.assert_array_equal(unpacked(channel["expected"]), view.band.expected[:, column].astype("f4"))
    np.testing.assert_array_equal(unpacked(data["severity"]), view.severity.astype("f4"))
    np.testing.assert_array_equal(unpacked(data["status"]), view.status)
    hour = 3_600_000
    assert [(e["from"], e["to"]) for e in data["events"]] == [
        (199.5 * hour, 200.5 * hour),
        (299.5 * hour, 309.5 * hour),
    ]
    assert [e["channels"] for e in data["events"]] == [[1], [1]]


def test_the_page_says_what_a_person_asks(make_view, made) -> None:
    told = made(make_view()).said()
    for words in (
        "pump", "600 points · 2 channels · 1 Jan 2013 00:00 to 25 Jan 2013 23:00 · times in America/New_York",
        "2 events; the strongest:", "it was odd at row 200", "9 Jan 2013 08:00", "3.50", "spike",
        "No value for 10 hours.", "24 Jan 2013 08:00 to 24 Jan 2013 17:00", "detector", "auto", "time=hour",
    ):  # fmt: skip
        assert words in told


def test_no_event_is_said_in_a_sentence(make_view, made) -> None:
    reader = made(make_view(events=False))
    assert "No event in this series." in reader.said()
    assert "table" not in {tag for tag, _ in reader.tags}
    assert reader.data()["events"] == []


def test_nothing_judged_is_no_clean_bill(made) -> None:
    nan = View(Series(np.full((9, 2), np.nan)), np.full(9, np.nan), status=np.ones(9, dtype=np.uint8))
    reader = made(nan)
    assert "no point of this series could be scored" in reader.said()
    assert np.isnan(unpacked(reader.data()["channels"][0]["values"])).all()


def test_a_note_is_said_once(make_view, made) -> None:
    view = make_view()
    for facts in (view.facts, {**view.facts, "note 1": "time=hour"}):
        assert made(replace(view, facts=facts)).said().count("time=hour") == 1


def test_every_text_is_harmless(make_view, made) -> None:
    view = make_view(channels=(NASTY, "b" + NASTY), name=NASTY)
    finding = replace(view.health[0], kind=NASTY, text=NASTY, channel=NASTY)
    event = replace(view.events[0], reason=NASTY, kind=NASTY)
    view = replace(view, health=(finding,), events=(event,), facts={NASTY: NASTY})
    reader = made([view, make_view()])
    plain = made([make_view(), make_view()])
    count = [sum(tag == "script" for tag, _ in one.tags) for one in (reader, plain)]
    assert count == [3, 3]
    assert "img" not in {tag for tag, _ in reader.tags}
    assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)
    assert reader.data()["channels"][0]["name"] == NASTY
    assert reader.said().count("alert(1)") >= 7


def test_a_name_that_is_no_text_is_written_all_the_same(make_view, made) -> None:
    assert "2 events" in made(make_view(name="caf\udce9", channels=("a\0", "\udce9"))).said()


def test_nothing_is_fetched_and_only_our_script_may_run(make_view, made, tmp_path: Path) -> None:
    reader = made(make_view())
    text = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert not re.search(r"https?:|//[a-z]+\.|@import|url\(", text)
    assert not [
        a
        for tag, a in reader.tags
        if tag in ("link", "script", "img") and a.get("href", a.get("src", "data:,")) != "data:,"
    ]
    policy = next(a["content"] for _, a in reader.tags if a.get("http-equiv"))
    assert policy is not None
    assert "default-src 'none'" in policy
    for block in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(reader.blocks[block].encode()).digest()).decode()
        assert f"{block}-src 'sha256-{digest}'" in policy


def test_the_page_itself_is_small(made) -> None:
    made(View(Series(np.zeros((1, 1))), np.zeros(1)))
    assert sum(len(frame.part(name).encode()) for name in ("page.html", "page.css", *webpage.SCRIPTS)) < 60_000


def test_several_series_have_a_table_that_leads_to_each(make_view, made) -> None:
    reader = made([make_view(name="left"), make_view(name="right", events=False, n=100)])
    links = [a["href"] for tag, a in reader.tags if tag == "a"]
    ids = [a["id"] for _, a in reader.tags if a.get("id")]
    assert links == ["#series-1", "#series=1&event=1", "#series-2"]
    assert len(ids) == len(set(ids))
    assert {"series-1", "series-2", "data-1", "data-2"} <= set(ids)
    assert "2 series" in reader.said()
    assert reader.data(2)["name"] == "right"


def test_what_the_labels_name_is_there(make_view, made) -> None:
    tags = made(make_view()).tags
    ids = {a.get("id") for _, a in tags}
    assert {a["aria-labelledby"] for _, a in tags if "aria-labelledby" in a} <= ids
    assert all(a.get("aria-label") for tag, a in tags if tag == "button")
    assert [a["data-event"] for tag, a in tags if tag == "tr" and "data-event" in a] == ["1", "2"]


def test_too_many_points_are_thinned_and_that_is_said(make_view, made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webpage, "POINTS", 12_000)
    view = make_view(n=20_000, channels=("a",))
    view.series.values[7_777] = -500.0
    view = replace(view, events=(replace(view.events[0], rows=(11_111, 11_114, 11_112)),))
    reader = made([view, make_view(n=20_000, channels=("a",))])
    data = reader.data()
    x, values = unpacked(data["x"]), unpacked(data["channels"][0]["values"])
    assert len(x) == len(values) == len(unpacked(data["severity"])) <= 6_000
    assert values[np.searchsorted(x, 7_777 * 3_600_000.0)] == -500.0
    assert np.isnan(values).any()
    assert set(np.array(view.events[0].rows) * 3_600_000.0) <= set(x)
    assert re.search(r"holds [\d,]+ of 20,000 rows", reader.said())


def test_too_many_channels_and_events_are_said(make_view, made) -> None:
    view = make_view(n=100, channels=tuple(f"c{i}" for i in range(CHANNELS + 6)))
    view = replace(view, events=view.events * EVENTS)
    reader = made(view)
    assert len(reader.data()["channels"]) == CHANNELS
    assert reader.data()["channels"][-1]["name"] == f"c{CHANNELS + 5}"
    assert reader.data()["few"] == [0, 1, 2, 3, 4, CHANNELS - 1]
    assert f"{CHANNELS} of {CHANNELS + 6} channels are drawn" in reader.said()
    assert len(reader.data()["events"]) == EVENTS
    assert f"The strongest {EVENTS} of {2 * EVENTS:,} events" in reader.said()


@pytest.mark.parametrize(
    "values", [np.zeros((0, 1)), np.ones((1, 1)), np.full((9, 1), 3.0)], ids=["empty", "one", "constant"]
)
@pytest.mark.parametrize("dated", [False, True])
def test_tiny_series_have_a_page(made, values: np.ndarray, dated: bool) -> None:
    n = len(values)
    time = np.datetime64("2020-01-01", "ns") + np.arange(n) * np.timedelta64(1, "h") if dated else None
    data = made(View(Series(values, time), np.full(n, 0.1))).data()
    np.testing.assert_array_equal(unpacked(data["channels"][0]["values"]), values.ravel())
    assert data["step"] > 0


def test_times_out_of_order_are_said(made) -> None:
    reader = made(View(Series(np.zeros((3, 1)), np.array([3, 1, 2])), np.zeros(3)))
    assert "The times are not in order" in reader.said()


@pytest.mark.parametrize(
    ("values", "kind"),
    [([1.0, 2.0, np.nan], "f4"), ([1e9, 1e9 + 0.001], "f8"), ([1e300, 0.0], "f8"), ([np.nan], "f4"), ([], "f4")],
)
def test_single_precision_only_where_nothing_is_lost(values: list[float], kind: str) -> None:
    block = packed(np.array(values))
    assert block["type"] == kind
    np.testing.assert_array_equal(unpacked(block), np.array(values))


def test_uneven_times_keep_every_digit(made) -> None:
    time = np.cumsum(np.random.default_rng(0).exponential(1.0, 50))
    data = made(View(Series(np.zeros((50, 1)), time), np.zeros(50))).data()
    np.testing.assert_array_equal(unpacked(data["x"]), time - time[0])
    assert data["origin"] == time[0]


def test_a_gap_in_regular_times_is_a_missing_value(make_view) -> None:
    view = make_view(n=200, channels=("a",), events=False)
    keep = np.r_[0:50, 90:200]
    series = replace(view.series, values=view.series.values[keep], time=view.series.time[keep])
    data, rows = payload(View(series, view.severity[keep]), Axis(series))
    assert rows == 161
    assert np.isnan(unpacked(data["channels"][0]["values"])[50])


def test_a_full_disk_leaves_what_was_there(make_view, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.html"
    path.write_text("before", encoding="utf-8")

    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(webpage, "_section", full)
    with pytest.raises(OutputError, match="no space left"):
        page(make_view(), path)
    assert [file.name for file in tmp_path.iterdir()] == ["out.html"]
    assert path.read_text(encoding="utf-8") == "before"


def test_a_folder_that_is_not_there_is_an_output_error(make_view, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="can't write"):
        page(make_view(), tmp_path / "nowhere" / "out.html")


@pytest.mark.slow
def test_a_million_points_take_less_than_two_seconds(make_view, tmp_path: Path) -> None:
    import time

    view = make_view(n=1_000_000, channels=("a",))
    began = time.process_time()
    page(view, tmp_path / "out.html")
    assert time.process_time() - began < 2.0
