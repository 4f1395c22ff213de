"""Elasticsearch's aggregations: buckets within buckets, one of them by time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from offbeat.core.errors import InputError
from offbeat.data.formats._json_series import epoch, telling
from offbeat.data.reading.tables import Table

Row = dict[str, Any]


def elasticsearch(value: Any, place: str) -> list[Table] | None:
    """Return the table of a date histogram; None where there are no aggregations.

    Raises
    ------
    InputError
        Where none of them is by time, or there are no buckets.
    """
    import pandas as pd

    found = value.get("aggregations", value.get("aggs")) if isinstance(value, dict) else None
    if not isinstance(found, dict) or not any(isinstance(one, dict) and "buckets" in one for one in found.values()):
        return None
    ids: dict[str, None] = {}
    rows = [row for name, one in found.items() if "buckets" in one for row in _rows(name, one["buckets"], {}, ids)]
    if not rows:
        raise InputError(f"{place} is an answer without buckets; check the query and its range of time")
    if not any("time" in row for row in rows):
        raise InputError(f"{place} has no buckets by time; add a date_histogram to the aggregations")
    frame = pd.DataFrame.from_records([row for row in rows if "time" in row])
    if pd.api.types.is_numeric_dtype(frame["time"]):
        frame["time"] = epoch(frame["time"], 1)
    names = telling(frame[list(ids)].drop_duplicates().to_dict("records"))  # type: ignore[arg-type]
    return [Table(frame=frame, time=("time",), id=names or None)]


def _rows(name: str, buckets: Any, outer: Row, ids: dict[str, None]) -> Iterator[Row]:
    """Yield a row for each innermost bucket: the keys of those around it, its count and its metrics."""
    keyed = buckets.items() if isinstance(buckets, dict) else ((None, bucket) for bucket in buckets)
    for label, bucket in keyed:
        row = {**outer, **_key(name, label, bucket)}
        ids.update(dict.fromkeys(name for name in row if name != "time"))
        inner = {k: v for k, v in bucket.items() if isinstance(v, dict) and "buckets" in v}
        for part, aggregation in inner.items():
            yield from _rows(part, aggregation["buckets"], row, ids)
        if not inner:
            yield {**row, **_metrics(bucket)}


def _key(name: str, label: str | None, bucket: Mapping[str, Any]) -> Row:
    key = bucket.get("key", label)
    if isinstance(key, dict):  # of a composite aggregation; its time is a number of milliseconds
        return {"time" if _is_ms(part) else inner: part for inner, part in key.items()}
    dated = "key_as_string" in bucket and isinstance(key, int | float) and not isinstance(key, bool)
    return {"time": key} if dated or _is_ms(key) else {name: str(bucket.get("key_as_string", key))}


def _is_ms(key: Any) -> bool:
    return isinstance(key, int | float) and not isinstance(key, bool) and key >= 1e11


def _metrics(bucket: Mapping[str, Any]) -> Row:
    """Return the count and the metrics of a bucket: name for a single value, name.avg for one of several."""
    made: Row = {}
    for name, metric in bucket.items():
        if isinstance(metric, dict):
            for part, cell in _cells(metric):
                made[name if part in ("value", "values.value") else f"{name}.{part}"] = cell
        elif name not in ("key", "key_as_string", "from", "to", "from_as_string", "to_as_string"):
            made[name] = metric
    return made


def _cells(metric: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, cell in metric.items():
        if isinstance(cell, dict):
            yield from _cells(cell, f"{before}{name}.")
        elif cell is None or isinstance(cell, int | float):
            yield f"{before}{name}", cell
