"""Parquet files, by pyarrow."""

from __future__ import annotations

from collections.abc import Iterable

from offbeat.data.formats._arrow_tables import arrow_library, table_of
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile, Table


class Parquet(Format):
    """A Parquet file; an index that pandas wrote is one of its columns."""

    title = "a Parquet file"
    suffixes = (".parquet", ".pq")
    extra = "parquet"

    def recognises(self, file: InputFile) -> bool:
        """Whether it begins as Parquet does, or its ending says so."""
        return file.head.startswith(b"PAR1") or file.suffix in self.suffixes

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return the one table of a file."""
        with arrow_library(file, "Parquet", "pyarrow.parquet") as (pa, library), file.path.open("rb") as stream:
            return [table_of(pa, library.ParquetFile(stream).read())]
