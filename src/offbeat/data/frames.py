"""Read frames of any library, Parquet and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offbeat.core.errors import InputError, needed
from offbeat.core.series import Panel, Series
from offbeat.data.assemble import Assembly, BadCellError
from offbeat.data.columns import Wishes, make_plan
from offbeat.data.dialect import encoding_of, open_bytes

if TYPE_CHECKING:
    import pandas as pd


def library_of(source: Any) -> str:
    """Return the library that a thing comes from, without importing it.

    Examples
    --------
    >>> import numpy as np
    >>> library_of(np.zeros(3))
    'numpy'
    """
    return type(source).__module__.partition(".")[0]


def is_frame(source: Any) -> bool:
    """Whether this is a frame or series of a known library, or a dict."""
    return library_of(source) in ("pandas", "polars", "pyarrow") or isinstance(source, Mapping)


def read_frame(source: Any, name: str, wishes: Wishes, place: str = "the frame") -> Series | Panel:
    """Return a frame as a series, or a panel where it has ids.

    Raises
    ------
    InputError
        For a frame without rows or numbers, or with text where numbers or times belong.
    UnknownNameError
        For a wished column that is not there.
    """
    given = frame = to_pandas(source, place)
    index = frame.index if library_of(source) == "pandas" else None
    names = [str(column) for column in frame.columns]
    twice = next((column for column in names if names.count(column) > 1), None)
    if twice is not None:
        raise InputError(f"{place} has two columns named {twice!r}; rename one of them")
    if not len(frame):
        raise InputError(f"{place} has no rows; give one with rows of numbers")
    frame = frame.set_axis(names, axis="columns")
    frame, wishes, stamped = _with_index_as_time(frame, wishes)
    plan = make_plan(frame, wishes, place)
    zone = _zone_of(frame, plan.time)
    assembly = Assembly(plan, name, (f"time is the index{stamped}",) if stamped is not None else ())
    try:
        assembly.add(frame)
    except BadCellError as bad:
        raise bad.at(f"row {bad.record} (counted from 0) of {place}") from None
    return _in_zone(assembly.finish(frame=given, index=index), zone)


def to_pandas(source: Any, place: str = "the frame") -> pd.DataFrame:
    """Return the columns of any frame or series as a pandas frame.

    Shares memory where it can.

    Raises
    ------
    InputError
        For columns of different lengths.
    """
    import pandas as pd

    library = library_of(source)
    if library == "pandas":
        if isinstance(source, pd.Series):
            return source.to_frame("value" if source.name is None else source.name)
        if isinstance(source, pd.DataFrame):
            return source
        return pd.DataFrame({"value": source})
    if library == "polars":
        return _from_polars(source)
    if library == "pyarrow":
        return _from_arrow(source)
    try:
        return pd.DataFrame(dict(source))
    except ValueError as error:
        raise InputError(f"{place} can't be made a table: {error}") from None


def _from_polars(source: Any) -> pd.DataFrame:
    import pandas as pd

    source = source.collect() if hasattr(source, "collect") else source
    source = source.to_frame() if not hasattr(source, "columns") else source
    columns = {}
    for name in source.columns:
        column = pd.Series(source[name].to_numpy())
        zone = getattr(source[name].dtype, "time_zone", None)
        columns[name or "value"] = column if zone is None else column.dt.tz_localize("UTC").dt.tz_convert(zone)
    return pd.DataFrame(columns)


def _from_arrow(source: Any) -> pd.DataFrame:
    import pandas as pd

    made = source.to_pandas()
    return made if isinstance(made, pd.DataFrame) else pd.DataFrame({"value": made})


def _with_index_as_time(frame: pd.DataFrame, wishes: Wishes) -> tuple[pd.DataFrame, Wishes, str | None]:
    """Turn the index into a column where it is the time.

    Dates, periods, or an index that is named as the time column.
    """
    from dataclasses import replace

    import pandas as pd

    index = frame.index
    dated = isinstance(index, pd.DatetimeIndex | pd.PeriodIndex)
    asked = wishes.time is not None and wishes.time not in frame.columns and wishes.time == index.name
    if isinstance(index, pd.MultiIndex) or not ((dated and wishes.time is None) or asked):
        return frame.reset_index(drop=True), wishes, None
    name = "index" if index.name is None else str(index.name)
    while name in frame.columns:
        name = f"{name}_"
    stamps = index.to_timestamp() if isinstance(index, pd.PeriodIndex) else index
    made = frame.reset_index(drop=True)
    made.insert(0, name, pd.Series(stamps).reset_index(drop=True))
    return made, replace(wishes, time=name), "" if index.name is None else f" {index.name}"


def _zone_of(frame: pd.DataFrame, time: tuple[str, ...]) -> str | None:
    zone = getattr(frame[time[0]].dtype, "tz", None) if len(time) == 1 else None
    return None if zone is None else str(zone)


def _in_zone(data: Series | Panel, zone: str | None) -> Series | Panel:
    from dataclasses import replace

    if zone is None:
        return data
    if isinstance(data, Series):
        return replace(data, zone=zone)
    return Panel({name: replace(member, zone=zone) for name, member in data.members.items()}, data.notes)


def read_parquet(path: Path, name: str, wishes: Wishes) -> Series | Panel:
    """Read a Parquet file.

    Raises
    ------
    MissingExtraError
        Where pyarrow is not installed.
    InputError
        For a file that is not Parquet.
    """
    with _parquet(path) as library:
        frame = library.read_table(path).to_pandas()
    return _of_file(read_frame(frame, name, wishes, path.name))


def parquet_names(path: Path) -> tuple[str, ...]:
    """Return the names of a Parquet file's columns; raises as `read_parquet` does."""
    with _parquet(path) as library:
        return tuple(library.read_schema(path).names)


@contextmanager
def _parquet(path: Path) -> Iterator[Any]:
    """Yield the library that reads Parquet, and say in a sentence what it can't read."""
    import importlib

    with needed("reading Parquet", "parquet"):
        pa, pq = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    try:
        yield pq
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path.name} can't be read as Parquet: {reason}") from None


def read_json(path: Path, name: str, wishes: Wishes) -> Series | Panel:
    """Read JSON lines, an array of records, or an object of columns.

    Raises
    ------
    InputError
        For text that is not JSON, or not one of these three.
    """
    import pandas as pd

    with open_bytes(path) as stream:
        data = stream.read()
    encoding = encoding_of(data[:65536], path.name)
    text = data.decode(encoding, errors="replace").strip()
    if not text:
        raise InputError(f"{path.name} is empty; give a file with rows of numbers")
    records = _records(text, path.name)
    if isinstance(records, dict):
        return _of_file(read_frame(records, name, wishes, path.name))
    for i, record in enumerate(records):
        if not isinstance(record, dict):
            raise InputError(f'row {i + 1} of {path.name} is not a record with names; give objects like {{"time": 1}}')
    return _of_file(read_frame(pd.DataFrame.from_records(records), name, wishes, path.name))


def _records(text: str, place: str) -> Any:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return [_record(line, i, place) for i, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if isinstance(whole, list):
        return whole
    if isinstance(whole, dict) and whole and all(isinstance(column, list) for column in whole.values()):
        return whole
    return [whole]


def _record(line: str, row: int, place: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"row {row} of {place} is not JSON: {line[:40]!r}; correct or remove it") from None


def _of_file(data: Series | Panel) -> Series | Panel:
    """Forget the index and the frame that only came with the way of reading."""
    if isinstance(data, Panel):
        return Panel({name: _bare(member) for name, member in data.members.items()}, data.notes)
    return _bare(data)


def _bare(series: Series) -> Series:
    from dataclasses import replace

    return replace(series, index=None, source=series.source and replace(series.source, frame=None))
