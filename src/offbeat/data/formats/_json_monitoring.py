"""What monitoring systems answer in JSON: Prometheus, Graphite, OpenTSDB, CloudWatch, InfluxDB, Grafana."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from offbeat.core.errors import InputError
from offbeat.data.formats._json_buckets import elasticsearch
from offbeat.data.formats._json_series import epoch, free_name, tall
from offbeat.data.reading.tables import Table

if TYPE_CHECKING:
    import pandas as pd

_MS = 1e11
"""Numbers since 1970 from here on are milliseconds: as seconds they would lie in the year 5138."""


def monitoring_tables(value: Any, place: str) -> list[Table] | None:
    """Return the tables of a known system's answer; None where it is of none.

    Raises
    ------
    InputError
        For an answer without series in time: an error, one moment, or nothing.
    """
    for find in (_prometheus, _graphite, _opentsdb, _cloudwatch, _influx, elasticsearch):
        made = find(value, place)
        if made is not None:
            return made
    return _grafana(value)


def _prometheus(value: Any, place: str) -> list[Table] | None:
    """Read a range query: a list of series, each with labels and pairs of seconds and text."""
    if isinstance(value, dict) and value.get("status") == "error" and "error" in value:
        raise InputError(f"{place} is an error, not data: {str(value['error'])[:200]}; correct the query and ask again")
    data = value.get("data", value) if isinstance(value, dict) else {"result": value, "resultType": ""}
    if not isinstance(data, dict) or not isinstance(data.get("result"), list) or "resultType" not in data:
        return None
    series = data["result"]
    if not series and data["resultType"]:
        raise InputError(f"{place} is an answer without series; check the query and its range of time")
    if not all(isinstance(one, dict) and isinstance(one.get("metric"), dict) for one in series) or not series:
        return None if not data["resultType"] else _not_a_range(data["resultType"], place)
    ranges = [one for one in series if one.get("values")]
    if not ranges:
        return _not_a_range("vector", place)
    labels = [dict(one["metric"]) for one in ranges]
    names = {one.get("__name__") for one in labels}
    name = free_name(str(names.pop() or "value") if len(names) == 1 else "value", ["time", *labels[0]])
    frames = [_pairs(one["values"], name, 1000) for one in ranges]
    return [tall(frames, labels, "time", (name,))]


def _not_a_range(kind: str, place: str) -> list[Table]:
    if kind == "streams":
        raise InputError(f"{place} holds lines of logs, not numbers; ask for a metric, such as count_over_time")
    raise InputError(
        f"{place} holds one moment ({kind}), not a series; ask /api/v1/query_range with a start and an end"
    )


def _pairs(pairs: Sequence[Sequence[Any]], name: str, factor: int, order: tuple[int, int] = (0, 1)) -> pd.DataFrame:
    """Return pairs of a time and a value, which may be text or null."""
    import pandas as pd

    time, value = order
    numbers = [float("nan") if pair[value] is None else float(pair[value]) for pair in pairs]
    return pd.DataFrame({"time": epoch((pair[time] for pair in pairs), factor), name: numbers})


def _graphite(value: Any, place: str) -> list[Table] | None:
    """Read targets with datapoints, [value, seconds] each; Grafana's are [value, milliseconds]."""
    if not (isinstance(value, list) and value and all(isinstance(one, dict) for one in value)):
        return None
    if not all("target" in one and isinstance(one.get("datapoints"), list) for one in value):
        return None
    series = [one for one in value if one["datapoints"]]
    if not series:
        raise InputError(f"{place} is an answer without points; check the target and its range of time")
    factor = _factor(pair[1] for one in series for pair in one["datapoints"])
    name = free_name(str(series[0]["target"]) if len(series) == 1 else "value", ["time"])
    frames = [_pairs(one["datapoints"], name, factor, (1, 0)) for one in series]
    return [tall(frames, [{"target": one["target"]} for one in series], "time", (name,))]


def _factor(times: Iterable[float]) -> int:
    """Return how many milliseconds the unit of times since 1970 has."""
    return 1 if max(map(abs, times)) >= _MS else 1000


def _opentsdb(value: Any, place: str) -> list[Table] | None:
    """Read metrics with tags and points, an object of values by time or a list of pairs."""
    if not (isinstance(value, list) and value and all(isinstance(one, dict) for one in value)):
        return None
    if not all(isinstance(one.get("metric"), str) and isinstance(one.get("dps"), dict | list) for one in value):
        return None
    series = [one for one in value if one["dps"]]
    if not series:
        raise InputError(f"{place} is an answer without points; check the metric, its tags and its range of time")
    points = [list(one["dps"].items() if isinstance(one["dps"], dict) else one["dps"]) for one in series]
    pairs = [sorted(((float(time), number) for time, number in one), key=itemgetter(0)) for one in points]
    metrics = {one["metric"] for one in series}
    name = free_name(metrics.pop() if len(metrics) == 1 else "value", ["time", *series[0].get("tags", {})])
    factor = _factor(time for one in pairs for time, _ in one)
    frames = [_pairs(one, name, factor) for one in pairs]
    return [tall(frames, [{**one.get("tags", {}), "metric": one["metric"]} for one in series], "time", (name,))]


def _cloudwatch(value: Any, place: str) -> list[Table] | None:
    """Read get-metric-statistics and get-metric-data; the points come in no order, or newest first."""
    import pandas as pd

    if not isinstance(value, dict):
        return None
    if isinstance(value.get("Datapoints"), list) and "Label" in value:
        if not value["Datapoints"]:
            raise InputError(
                f"{place} is an answer without points; check the metric, its dimensions and its range of time"
            )
        frame = _by_time(pd.DataFrame.from_records(value["Datapoints"]), "Timestamp")
        dropped = (("Unit", "the unit of the values"),) if "Unit" in frame.columns else ()
        return [Table(frame=frame, time=("Timestamp",), dropped=dropped, notes=(f"metric is {value['Label']}",))]
    results = value.get("MetricDataResults")
    if not isinstance(results, list):
        return None
    series = [one for one in results if one.get("Timestamps")]
    if not series:
        raise InputError(
            f"{place} is an answer without points; check the metrics, their dimensions and the range of time"
        )
    name = free_name(str(series[0].get("Label", "value")) if len(series) == 1 else "value", ["time"])
    frames = [_by_time(pd.DataFrame({"time": one["Timestamps"], name: one["Values"]}), "time") for one in series]
    return [tall(frames, [{k: one.get(k) for k in ("Label", "Id")} for one in series], "time", (name,))]


def _by_time(frame: pd.DataFrame, time: str) -> pd.DataFrame:
    """Return a frame in the order of its time, which is ISO text or seconds since 1970."""
    import pandas as pd

    stamps = frame[time]
    if pd.api.types.is_numeric_dtype(stamps):
        return frame.assign(**{time: epoch(stamps)}).sort_values(time, kind="stable", ignore_index=True)
    try:
        parsed = pd.to_datetime(stamps, utc=True, format="ISO8601")
    except ValueError:
        return frame
    return frame.assign(**{time: parsed}).sort_values(time, kind="stable", ignore_index=True)


def _influx(value: Any, place: str) -> list[Table] | None:
    """Read the answer of InfluxDB 1: results with series of columns, values and tags."""
    import pandas as pd

    results = value.get("results") if isinstance(value, dict) else None
    if not isinstance(results, list) or not all(isinstance(one, dict) for one in results):
        return None
    problem = next((one["error"] for one in results if "error" in one), None)
    if problem is not None:
        raise InputError(f"{place} is an error, not data: {str(problem)[:200]}; correct the query and ask again")
    series = [one for result in results for one in result.get("series", [])]
    if not all(isinstance(one, dict) and "columns" in one and "values" in one for one in series):
        return None
    if not series:
        known = any("statement_id" in one for one in results) or results == [{}]
        if known:
            raise InputError(f"{place} is an answer without series; check the query and its range of time")
        return None
    frames = [pd.DataFrame(one["values"], columns=one["columns"]) for one in series]
    labels = [{**one.get("tags", {}), "name": one.get("name", "")} for one in series]
    return [tall(frames, labels, "time" if all("time" in frame.columns for frame in frames) else None)]


def _grafana(value: Any) -> list[Table] | None:
    """Read Grafana's data frames: fields with a type each, and columns of values."""
    frames = [one for one in _data_frames(value) if one["data"]["values"] and one["data"]["values"][0]]
    if not frames:
        return None
    made, labels, time = [], [], None
    for one in frames:
        frame, time, label = _of_fields(one)
        made.append(frame)
        labels.append(label)
    return [replace(tall(made, labels), time=None if time is None else (time,))]


def _data_frames(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the data frames of a list of them, of one query, or of the results of several."""
    if isinstance(value, list) and value and isinstance(value[0], dict) and value[0].keys() & {"schema", "frames"}:
        for one in value:
            yield from _data_frames(one)
    elif isinstance(value, dict):
        if isinstance(value.get("schema"), dict) and isinstance(value.get("data"), dict) and "values" in value["data"]:
            yield value
        elif isinstance(value.get("results"), dict):
            yield from _data_frames(list(value["results"].values()))
        else:
            yield from _data_frames(value.get("frames"))


def _of_fields(one: dict[str, Any]) -> tuple[pd.DataFrame, str | None, dict[str, Any]]:
    """Return the frame, the name of its time, and the labels that its one field of numbers has."""
    import pandas as pd

    columns: dict[str, Any] = {}
    time = None
    fields = one["schema"]["fields"]
    measured = [field for field in fields if field.get("type") == "number"]
    for field, cells in zip(fields, one["data"]["values"], strict=False):
        labels = field.get("labels") or {}
        title = field.get("name") or "value"
        if len(measured) > 1 and labels:
            title += "{" + ", ".join(f"{k}={v}" for k, v in labels.items()) + "}"
        name = free_name(title, columns)
        columns[name] = cells
        if field.get("type") == "time":
            columns[name] = epoch(cells, 1)
            time = time or name
    named = {"refId": one["schema"].get("refId"), "name": one["schema"].get("name")}
    own = (measured[0].get("labels") or {}) if len(measured) == 1 else {}
    return pd.DataFrame(columns), time, {**own, **named}
