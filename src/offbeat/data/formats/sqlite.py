"""SQLite files: the only table, or what a query makes of it."""

from __future__ import annotations

from collections.abc import Iterable

from offbeat.data.reading.options import Options
from offbeat.data.reading.sqlite_file import read_sqlite
from offbeat.data.reading.tables import Format, InputFile, Table


class SQLite(Format):
    """An SQLite database in a file; it is opened for reading only."""

    title = "an SQLite database"
    suffixes = (".sqlite", ".sqlite3", ".db", ".db3")
    takes = frozenset(("sheet", "sql"))

    def recognises(self, file: InputFile) -> bool:
        """Whether it begins as SQLite does."""
        return file.head.startswith(b"SQLite format 3\0")

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return the rows of the query, of the table that is named, or of the only one."""
        return [read_sqlite(file.path, file.name, options)]
