"""Tables of Arrow as frames, for Parquet and for Arrow's own files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from offbeat.core.errors import InputError, needed
from offbeat.data.formats._json_series import free_name
from offbeat.data.reading.tables import InputFile, Table

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def arrow_library(file: InputFile, kind: str, module: str) -> Iterator[tuple[Any, Any]]:
    """Yield pyarrow and one of its modules, and say in a sentence what they can't read.

    Raises
    ------
    MissingExtraError
        Where pyarrow is not installed.
    InputError
        For a file that is not of this kind, or damaged.
    """
    import importlib

    with needed(f"reading {kind}", "parquet"):
        pa, part = importlib.import_module("pyarrow"), importlib.import_module(module)
    try:
        yield pa, part
    except (pa.ArrowException, OSError, ValueError, TypeError, LookupError, MemoryError) as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
        raise InputError(f"{file.name} can't be read as {kind}: {reason}; write it again") from None


def table_of(pa: Any, table: Any) -> Table:
    """Return a table of Arrow: inner records become columns with dots in their names, an index of dates the time."""
    while any(pa.types.is_struct(column.type) for column in table.schema):
        table = table.flatten()
    for i, column in enumerate(table.schema):
        plain = _plain_type(pa, column.type)
        if plain is not None:
            table = table.set_column(i, column.name, table.column(i).cast(plain))
    frame = table.to_pandas(date_as_object=False)
    frame, time = _without_index(frame)
    return Table(frame=frame, time=time)


def _plain_type(pa: Any, kind: Any) -> Any:
    """Return the type that a column is turned into: dictionaries their values, decimals numbers, hours text."""
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_decimal(kind):
        return pa.float64()
    return pa.string() if pa.types.is_time(kind) else None


def _without_index(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...] | None]:
    """Return a frame with its index as columns, and the name of the time where the index is of dates.

    An index that has no name and no dates only counts or names the rows, and is left out.
    """
    import pandas as pd

    index = frame.index
    dated = isinstance(index, pd.DatetimeIndex | pd.PeriodIndex)
    if isinstance(index, pd.PeriodIndex):
        frame = frame.set_axis(index.to_timestamp(), axis="index")
    if not dated and list(index.names) == [None]:
        return frame.reset_index(drop=True), None
    taken = [str(column) for column in frame.columns]
    names = [free_name("index" if name is None else str(name), taken) for name in index.names]
    made = frame.rename_axis(names).reset_index()
    return made, (names[0],) if dated else None
