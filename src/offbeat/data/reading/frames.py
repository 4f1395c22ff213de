"""Read frames of any library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from offbeat.core.errors import InputError
from offbeat.core.series import Panel, Series
from offbeat.data.reading.build import from_frame
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Table

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


def read_frame(source: Any, name: str, options: Options, place: str = "the frame") -> Series | Panel:
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
    frame = frame.set_axis([str(column) for column in frame.columns], axis="columns")
    frame, options, stamped = _with_index_as_time(frame, options)
    table = Table(frame=frame, notes=(f"time is the index{stamped}",) if stamped is not None else ())
    return from_frame(frame, table, name, place, options, given, index)


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


def _with_index_as_time(frame: pd.DataFrame, options: Options) -> tuple[pd.DataFrame, Options, str | None]:
    """Turn the index into a column where it is the time.

    Dates, periods, or an index that is named as the time column.
    """
    from dataclasses import replace

    import pandas as pd

    index = frame.index
    dated = isinstance(index, pd.DatetimeIndex | pd.PeriodIndex)
    asked = options.time is not None and options.time == (index.name,) and index.name not in frame.columns
    if isinstance(index, pd.MultiIndex) or not ((dated and options.time is None) or asked):
        return frame.reset_index(drop=True), options, None
    name = "index" if index.name is None else str(index.name)
    while name in frame.columns:
        name = f"{name}_"
    stamps = index.to_timestamp() if isinstance(index, pd.PeriodIndex) else index
    made = frame.reset_index(drop=True)
    made.insert(0, name, pd.Series(stamps).reset_index(drop=True))
    return made, replace(options, time=(name,)), "" if index.name is None else f" {index.name}"
