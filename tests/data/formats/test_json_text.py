"""JSON: records, columns, wrappers, and the answers of monitoring systems."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest

from offbeat.core.errors import InputError, UnknownNameError
from offbeat.data.formats.json_text import JsonText


@pytest.fixture
def table(read):
    def one(value, name="a.json", **options):
        content = value if isinstance(value, str | bytes) else json.dumps(value)
        (only,) = read(JsonText, content, name, **options)
        assert (only.rows, only.text) == (None, None)
        for column in (*(only.time or ()), *(only.values or ()), *(only.id or ())):
            assert column in only.frame.columns
        return only

    return one


@pytest.fixture
def columns(table):
    def lists(value, name="a.json"):
        return {column: cells.tolist() for column, cells in table(value, name).frame.items()}

    return lists


T = [1704672000, 1704675600, 1704679200]
STAMPS = list(pd.to_datetime(T, unit="s", utc=True))


def test_records_and_columns(columns):
    wanted = {"t": [1, 2], "v": [1.5, 2.5]}
    assert columns([{"t": 1, "v": 1.5}, {"t": 2, "v": 2.5}]) == wanted
    assert columns(wanted) == wanted
    assert columns('{"t": 1, "v": 1.5}\n\n{"t": 2, "v": 2.5}\n', "a.jsonl") == wanted
    assert columns('{"t": 1, "v": 1.5}\r\n{"t": 2, "v": 2.5}', "a.json") == wanted
    assert columns('{"t": 1, "v": 1.5}', "a.jsonl") == {"t": [1], "v": [1.5]}
    assert columns('\ufeff{"t": [1, 2], "v": [1.5, 2.5]}') == wanted
    assert columns(json.dumps(wanted).encode("utf-16")) == wanted
    assert columns([1, 2.5, 3]) == {"value": [1, 2.5, 3]}
    made = columns([{"v": 1}, {"v": None, "w": "x"}, {"v": float("nan")}])
    assert made["v"][0] == 1
    assert all(math.isnan(v) for v in made["v"][1:])
    assert made["w"][1] == "x"


def test_a_line_separator_within_a_text(columns):
    assert columns('{"v": 1, "w": "a\u2028b"}\n{"v": 2, "w": "c"}', "a.jsonl")["v"] == [1, 2]


def test_nested_records(columns):
    rows = [{"t": i, "data": {"temp": i / 2, "xyz": [i, 2, 3]}, "tags": ["a", "b"]} for i in range(3)]
    made = columns(rows)
    assert list(made) == ["t", "data.temp", "data.xyz.0", "data.xyz.1", "data.xyz.2", "tags"]
    assert made["data.temp"] == [0, 0.5, 1]
    assert made["data.xyz.0"] == [0, 1, 2]
    assert made["tags"][0] == '["a", "b"]'


@pytest.mark.parametrize("around", ["data", "results", "values", "hits"])
def test_wrappers(table, around):
    rows = [{"t": 1, "v": 1}, {"t": 2, "v": 2}]
    for value in ({around: rows}, {"ok": True, "x": {around: rows, "errors": []}}):
        assert table(value).frame.to_dict("list") == {"t": [1, 2], "v": [1, 2]}
        assert table(value).notes == ()


def test_several_tables(table):
    value = {
        "place": "x",
        "hourly": {"time": ["a", "b", "c"], "v": [1, 2, 3]},
        "daily": {"time": ["a", "b"], "w": [1, 2]},
    }
    made = table(value)
    assert made.frame.to_dict("list") == value["hourly"]
    assert made.notes == ("read are the records of hourly, the longest table in a.json; --sheet daily reads another",)
    made = table(value, sheet="daily")
    assert made.frame.to_dict("list") == value["daily"]
    assert made.notes == ()
    with pytest.raises(UnknownNameError, match=r"^no table 'weekly'; there are: hourly, daily$"):
        table(value, sheet="weekly")


def test_rows(table, columns):
    assert columns([[3, 1.0], [4, 0.5], [5, 0.7]]) == {"time": [3, 4, 5], "value": [1.0, 0.5, 0.7]}
    assert table([[3, 1.0], [4, 0.5], [5, 0.7]]).time == ("time",)
    assert columns([[1.0, 3], [0.5, 4], [0.7, 5]]) == {"value": [1.0, 0.5, 0.7], "time": [3, 4, 5]}
    assert columns([[1, 3], [0, 1], [7, 5]]) == {"column1": [1, 0, 7], "column2": [3, 1, 5]}
    assert columns([["t", "v"], ["x", 1], ["y", 2]]) == {"t": ["x", "y"], "v": [1, 2]}
    assert columns("[1, 5]\n[2, 3]\n[3, 4]\n", "a.jsonl") == {"time": [1, 2, 3], "value": [5, 3, 4]}
    assert columns({"prices": [[1, 5], [2, 3], [3, 4]]}) == {"time": [1, 2, 3], "value": [5, 3, 4]}
    with pytest.raises(InputError, match=r"^row 2 of a.json is not a list of 2 cells; give rows of one length"):
        columns([[1, 2], [1, 2, 3], [1, 2]])


@pytest.mark.parametrize("orient", ["split", "records", "columns", "index", "values", "table"])
def test_pandas(table, orient):
    frame = pd.DataFrame({"v": [1.5, 2.5, 4.0], "w": [3, 1, 2]}, index=pd.DatetimeIndex(STAMPS, name="at"))
    made = table(frame.to_json(orient=orient)).frame
    assert made.iloc[:, -2:].to_numpy().tolist() == [[1.5, 3], [2.5, 1], [4.0, 2]]
    if orient != "values":
        assert list(made.columns[-2:]) == ["v", "w"]
    if orient not in ("values", "records"):
        stamps = made.iloc[:, 0]
        unit = {} if orient == "table" else {"unit": "ms"}
        assert list(pd.to_datetime(stamps if orient == "table" else stamps.astype("int64"), utc=True, **unit)) == STAMPS


@pytest.mark.parametrize("orient", ["split", "columns", "index"])
def test_pandas_with_counted_rows(columns, orient):
    frame = pd.DataFrame({"v": [1.5, 2.5, 4.0], "w": [3, 1, 2]})
    assert columns(frame.to_json(orient=orient)) == {"v": [1.5, 2.5, 4.0], "w": [3, 1, 2]}


def test_rows_by_time(table):
    made = table({"2024-01-08": {"open": "1.0"}, "2024-01-09": {"open": "2.0"}})
    assert made.frame.to_dict("list") == {"time": ["2024-01-08", "2024-01-09"], "open": ["1.0", "2.0"]}
    assert made.time == ("time",)
    assert table({"meta": {"of": "x"}, "daily": {"2024-01-08": 1, "2024-01-09": 2}}).frame["value"].tolist() == [1, 2]


def test_series_in_records(table):
    made = table([{"name": "a", "unit": "C", "data": [[1, 5], [2, 6]]}, {"name": "b", "unit": "C", "data": [[1, 7]]}])
    assert made.frame.to_dict("list") == {"time": [1, 2, 1], "value": [5, 6, 7], "name": ["a", "a", "b"]}
    assert made.id == ("name",)
    made = table(
        [{"id": 7, "points": [{"t": 1, "v": 5}]}, {"id": 8, "points": []}, {"id": 9, "points": [{"t": 1, "v": 6}]}]
    )
    assert made.frame.to_dict("list") == {"t": [1, 1], "v": [5, 6], "id": ["7", "9"]}
    made = table([{"name": "a", "x": [1, 2, 3]}, {"name": "b", "x": [4, 5, 6]}])
    assert made.frame.to_dict("list") == {"x": [1, 2, 3, 4, 5, 6], "name": list("aaabbb")}
    made = table({"temperature": [{"ts": 1, "value": "5"}], "humidity": [{"ts": 1, "value": "6"}]})
    assert made.frame.to_dict("list") == {"ts": [1, 1], "value": ["5", "6"], "name": ["temperature", "humidity"]}
    made = table(
        {"series": [{"name": "a", "pieces": [{"part": "x", "data": [[1, 2]]}, {"part": "y", "data": [[1, 3]]}]}]}
    )
    assert made.id == ("part",)


def test_lists_of_records(table):
    made = table([[{"entity": "a", "state": "1"}, {"state": "2"}], [{"entity": "b", "state": "3"}, {"state": "4"}]])
    assert made.frame.to_dict("list") == {"state": ["1", "2", "3", "4"], "entity": ["a", "a", "b", "b"]}
    assert made.id == ("entity",)


def prometheus(result, kind="matrix"):
    return {"status": "success", "data": {"resultType": kind, "result": result}}


def test_prometheus(table):
    labels = {"__name__": "load", "job": "node", "instance": "a:1"}
    pairs = [[T[0], "20.5"], [T[1] + 0.25, "NaN"], [T[2], "+Inf"]]
    made = table(prometheus([{"metric": labels, "values": pairs}]))
    assert (made.time, made.values, made.id) == (("time",), ("load",), None)
    assert made.frame["time"].tolist() == [STAMPS[0], STAMPS[1] + pd.Timedelta("250ms"), STAMPS[2]]
    assert made.frame["load"].astype(str).tolist() == ["20.5", "nan", "inf"]
    other = {"metric": {**labels, "instance": "b:1"}, "values": [[T[0], "1"]]}
    made = table(prometheus([{"metric": labels, "values": pairs}, other]))
    assert made.id == ("instance",)
    assert made.frame["instance"].tolist() == ["a:1"] * 3 + ["b:1"]
    assert list(made.frame.columns) == ["time", "load", "instance"]
    by_two = [{"metric": {"host": h, "cpu": c}, "values": [[T[0], "1"]]} for h in "ab" for c in "01"]
    assert table(prometheus(by_two)).id == ("host", "cpu")
    assert table(by_two).id == ("host", "cpu")
    assert len(table([{"metric": {}, "values": [[T[0], "1"], [T[1], "2"]]}]).frame) == 2


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (prometheus([{"metric": {"a": "b"}, "value": [1, "2"]}], "vector"), r"a.json holds one moment \(vector\), not"),
        (prometheus([1, "2"], "scalar"), r"a.json holds one moment \(scalar\), not a series; ask /api/v1/query_range"),
        (prometheus([]), r"a.json is an answer without series; check the query and its range of time$"),
        (prometheus([{"stream": {}, "values": []}], "streams"), r"a.json holds lines of logs, not numbers"),
        (
            {"status": "error", "errorType": "bad_data", "error": "parse error"},
            r"is an error, not data: parse error; c",
        ),
        ([{"target": "x", "datapoints": []}], r"a.json is an answer without points; check the target"),
        ({"Label": "CPU", "Datapoints": []}, r"a.json is an answer without points; check the metric,"),
        ({"MetricDataResults": [{"Id": "a", "Timestamps": [], "Values": []}]}, r"is an answer without points"),
        ({"results": [{"statement_id": 0, "error": "no database"}]}, r"is an error, not data: no database; correct"),
        ({"results": [{"statement_id": 0}]}, r"a.json is an answer without series"),
        ({"aggregations": {"x": {"buckets": []}}}, r"a.json is an answer without buckets"),
        (
            {"aggregations": {"x": {"buckets": [{"key": "a", "doc_count": 1}]}}},
            r"no buckets by time; add a date_histog",
        ),
    ],
)
def test_answers_without_series(table, value, sentence):
    with pytest.raises(InputError, match=sentence):
        table(value)


@pytest.mark.parametrize("factor", [1, 1000])
def test_graphite(table, factor):
    points = [[1.5, T[0] * factor], [None, T[1] * factor], [2.5, T[2] * factor]]
    made = table([{"target": "web.load", "datapoints": points}])
    assert (made.time, made.values, made.id) == (("time",), ("web.load",), None)
    assert made.frame["time"].tolist() == STAMPS
    assert made.frame["web.load"].isna().tolist() == [False, True, False]
    made = table([{"target": "a", "datapoints": points}, {"target": "b", "datapoints": points}])
    assert made.id == ("target",)
    assert made.frame["target"].tolist() == list("aaabbb")


def test_cloudwatch_statistics(table):
    stamps = [stamp.isoformat() for stamp in STAMPS]
    points = [{"Timestamp": stamps[i], "Average": i + 0.5, "Unit": "Percent"} for i in (2, 0, 1)]
    made = table({"Label": "CPU", "Datapoints": points})
    assert (made.time, made.dropped) == (("Timestamp",), (("Unit", "the unit of the values"),))
    assert made.frame["Average"].tolist() == [0.5, 1.5, 2.5]
    assert made.frame["Timestamp"].tolist() == STAMPS


@pytest.mark.parametrize("form", ["text", "seconds"])
def test_cloudwatch_data(table, form):
    stamps = T if form == "seconds" else [stamp.isoformat() for stamp in STAMPS]
    one = {"Id": "m1", "Label": "CPU", "Timestamps": stamps[::-1], "Values": [3.0, 2.0, 1.0], "StatusCode": "Complete"}
    made = table({"MetricDataResults": [one], "Messages": []})
    assert made.frame.to_dict("list") == {"time": STAMPS, "CPU": [1.0, 2.0, 3.0]}
    made = table({"MetricDataResults": [one, {**one, "Id": "m2", "Label": "Net"}]})
    assert made.id == ("Label",)
    assert table({"MetricDataResults": [one, {**one, "Id": "m2"}]}).id == ("Id",)


def test_influx(table):
    columns = ["time", "mean", "max"]
    one = {
        "name": "cpu",
        "tags": {"host": "a", "dc": "x"},
        "columns": columns,
        "values": [["2024-01-08T00:00:00Z", 1, 2]],
    }
    made = table({"results": [{"statement_id": 0, "series": [one]}]})
    assert (made.time, made.id, list(made.frame.columns)) == (("time",), None, columns)
    made = table({"results": [{"series": [one, {**one, "tags": {"host": "b", "dc": "x"}}]}]})
    assert made.id == ("host",)
    assert made.frame["host"].tolist() == ["a", "b"]


def test_elasticsearch(table):
    def bucket(i, **metrics):
        return {"key": T[i] * 1000, "key_as_string": "x", "doc_count": i, **metrics}

    buckets = [bucket(i, load={"value": i / 2}, stats={"min": 0, "avg": 1.5}) for i in range(3)]
    made = table({"took": 3, "aggregations": {"hours": {"buckets": buckets}}})
    assert (made.time, made.id) == (("time",), None)
    assert made.frame.to_dict("list") == {
        "time": STAMPS, "doc_count": [0, 1, 2], "load": [0, 0.5, 1], "stats.min": [0] * 3, "stats.avg": [1.5] * 3,
    }  # fmt: skip
    hosts = [{"key": host, "doc_count": 3, "hours": {"buckets": buckets}} for host in "ab"]
    made = table({"aggregations": {"hosts": {"doc_count_error_upper_bound": 0, "buckets": hosts}}})
    assert made.id == ("hosts",)
    assert made.frame["hosts"].tolist() == list("aaabbb")
    inner = {"buckets": [{"key": host, "doc_count": 1} for host in "ab"]}
    made = table({"aggregations": {"hours": {"buckets": [bucket(i, hosts=inner) for i in range(3)]}}})
    assert made.frame["hosts"].tolist() == list("ababab")
    assert made.frame["time"].tolist() == [stamp for stamp in STAMPS for _ in "ab"]
    pages = [{"key": {"at": T[i] * 1000, "host": "a"}, "doc_count": 5} for i in range(3)]
    assert table({"aggregations": {"all": {"buckets": pages}}}).frame["time"].tolist() == STAMPS


def test_grafana(table):
    def frame(**labels):
        fields = [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number", "labels": labels}]
        return {"schema": {"refId": "A", "fields": fields}, "data": {"values": [[t * 1000 for t in T], [1, None, 3]]}}

    made = table({"results": {"A": {"status": 200, "frames": [frame(host="a")]}}})
    assert (made.time, made.id) == (("Time",), None)
    assert made.frame["Time"].tolist() == STAMPS
    assert made.frame["Value"].isna().tolist() == [False, True, False]
    made = table({"results": {"A": {"frames": [frame(host="a"), frame(host="b")]}}})
    assert made.id == ("host",)
    assert made.frame["host"].tolist() == list("aaabbb")


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ('{"v": 1}\n{"v": \n', "c.jsonl", r"^row 2 of c.jsonl is not JSON: '{\"v\":'; correct or remove it$"),
        ('{"v": 1}\n\n{"v"', "c.json", r"^row 3 of c.json is not JSON"),
        ("x\n{}", "c.ndjson", r"^row 1 of c.ndjson is not JSON: 'x'"),
        (
            '[\n {"v": 1},\n {"v"',
            "c.json",
            r"^c.json is not JSON, by line 3, character 6: .*; correct or export it again",
        ),
        ("  \n", "c.json", r"^c.json is empty; give a file with rows of numbers$"),
        ("[]", "c.json", r"^c.json holds an empty list"),
        ("3", "c.json", r"^c.json holds only 3; give an array of records$"),
        ('[{"v": 1}, 5]', "c.json", r'^row 2 of c.json is not a record with names; give objects like {"time": 1}$'),
        ("[" * 100_000, "c.json", r"^c.json is nested too deeply"),
    ],
)
def test_what_is_not_json(read, text, name, sentence):
    with pytest.raises(InputError, match=sentence):
        read(JsonText, text, name)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"v": 1}', True), ('[{"v": 1}]', True), ("[[1, 2], [3, 4]]", True), ("[1, 2]", True), ("a,b\n1,2\n", False),
        ("[section]\na=1\n", False), ("[2024-01-08 00:00:00] 5\n", False), ("", False),
    ],
)  # fmt: skip
def test_recognised_without_an_ending(wrote, text, wanted):
    assert JsonText().recognises(wrote(text, "stdin")) is wanted


def opentsdb(points, host="a", metric="load"):
    return {"metric": metric, "tags": {"host": host, "dc": "x"}, "aggregateTags": [], "dps": points}


@pytest.mark.parametrize("factor", [1, 1000])
@pytest.mark.parametrize("paired", [True, False])
def test_opentsdb(table, factor, paired):
    def points(values):
        pairs = [[t * factor, v] for t, v in zip(T, values, strict=True)]
        return pairs[::-1] if paired else {str(t): v for t, v in pairs}

    made = table([opentsdb(points([1.5, None, 3]))])
    assert (made.time, made.values, made.id) == (("time",), ("load",), None)
    assert made.frame["time"].tolist() == STAMPS
    assert made.frame["load"].astype(str).tolist() == ["1.5", "nan", "3.0"]
    made = table([opentsdb(points([1, 2, 3])), opentsdb({}, "c"), opentsdb(points([4, 5, 6]), "b")])
    assert (made.values, made.id) == (("load",), ("host",))
    assert made.frame["host"].tolist() == list("aaabbb")
    made = table([opentsdb(points([1, 2, 3]), metric=m) for m in ("load", "free")])
    assert (made.values, made.id) == (("value",), ("metric",))


def test_opentsdb_without_points(table):
    with pytest.raises(InputError, match=r"^a.json is an answer without points; check the metric, its tags and its"):
        table([opentsdb({})])


def test_records_with_values_by_time(table):
    made = table([{"name": n, "unit": "C", "of": {str(t): t % 7 for t in T}} for n in "ab"])
    assert made.time == ("time",)
    assert made.frame["time"].tolist() == [str(t) for t in T] * 2
    assert made.frame["name"].tolist() == list("aaabbb")
    made = table([{"t": i, "of": {"x": i, "y": 2}} for i in range(3)])
    assert list(made.frame.columns) == ["t", "of.x", "of.y"]
