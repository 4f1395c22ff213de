"""Tables as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from offbeat.core.errors import MissingExtraError
from offbeat.core.output import check, replacing

if TYPE_CHECKING:
    import pandas as pd

TABLES = (".csv", ".json", ".parquet")
"""The endings of files that a table can be written to."""


def write_table(frame: pd.DataFrame, path: str | Path, *, index: bool = False) -> None:
    """Write a frame as the ending of the file's name says.

    Parameters
    ----------
    frame
        The table, such as `Detection.events`.
    path
        A name that ends in .csv, .json (a list of records) or .parquet.
    index
        Whether the frame's index is written, too.

    Raises
    ------
    OutputError
        For another ending, or where the file can't be written; then nothing is left of it.
    MissingExtraError
        For Parquet without pyarrow.

    Examples
    --------
    >>> import pandas as pd
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_table(pd.DataFrame({"start": [3]}), Path(folder) / "events.csv")
    ...     (Path(folder) / "events.csv").read_text().split()
    ['start', '3']
    """
    check(path, TABLES)
    suffix = Path(path).suffix.lower()
    with replacing(path) as part:
        if suffix == ".csv":
            frame.to_csv(part, index=index)
        elif suffix == ".json":
            (frame.reset_index() if index else frame).to_json(part, orient="records", date_format="iso", indent=1)
        else:
            try:
                _of_one_kind(frame).to_parquet(part, index=index)
            except ImportError:
                raise MissingExtraError("writing Parquet", "parquet") from None


def _of_one_kind(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with what holds several kinds as text, such as times of series with dates and without."""
    import pandas as pd

    made = frame.copy(deep=False)
    for name, column in frame.select_dtypes(object).items():
        if _is_mixed(column):
            made[name] = column.map(str, na_action="ignore")
    if isinstance(index := frame.index, pd.MultiIndex):
        for number, cells in enumerate(index.levels):
            if _is_mixed(cells):
                index = index.set_levels([str(cell) for cell in cells], level=number)
        made.index = index
    return made


def _is_mixed(cells: pd.Series | pd.Index) -> bool:
    from pandas.api.types import infer_dtype

    kind = infer_dtype(cells, skipna=True)
    if kind == "datetime":
        return len({str(cell.tzinfo) for cell in cells.dropna()}) > 1
    return kind.startswith("mixed") and kind != "mixed-integer-float"
