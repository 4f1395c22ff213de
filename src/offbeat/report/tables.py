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
                frame.to_parquet(part, index=index)
            except ImportError:
                raise MissingExtraError("writing Parquet", "parquet") from None
