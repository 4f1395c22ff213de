"""One table of an SQLite file, or what a query makes of it; nothing is written."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from offbeat.core.errors import InputError, unknown
from offbeat.data.reading.options import Options
from offbeat.data.reading.rows import frame_of_rows
from offbeat.data.reading.tables import Table

if TYPE_CHECKING:
    import sqlite3


def read_sqlite(path: Path, place: str, options: Options) -> Table:
    """Return the rows of the query, of the table that `sheet` names, or of the only table.

    Raises
    ------
    InputError
        Where there are several tables and none is named, or the query can't be run.
    UnknownNameError
        For a table that is not there.
    """
    with _opened(path, place) as connection:
        query = options.sql or f"select * from {quoted(_table(connection, place, options))}"  # noqa: S608 - a known name
        cursor = connection.execute(query)
        if cursor.description is None:
            raise InputError("the query gives no rows; give one that begins with select")
        return Table(frame=frame_of_rows([column[0] for column in cursor.description], cursor.fetchmany))


def quoted(name: str) -> str:
    """Return a name in quotation marks, as SQL has it.

    Examples
    --------
    >>> print(quoted('my "own" table'))
    "my ""own"" table"
    """
    return '"' + name.replace('"', '""') + '"'


def several_tables(place: str, names: Sequence[str]) -> InputError:
    """Return the error for a database whose table or query is to be named."""
    if not names:
        return InputError(f"{place} holds no tables; give a database with rows of numbers")
    few = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
    plain = names[0].isidentifier() and names[0].islower()
    query = f"select * from {names[0] if plain else quoted(names[0])}"  # noqa: S608 - only shown
    return InputError(
        f"{place} holds the tables {few}; read one with --sheet {shlex.quote(names[0])} or --sql '{query}'"
    )


def _table(connection: sqlite3.Connection, place: str, options: Options) -> str:
    found = connection.execute("select name from sqlite_master where type in ('table', 'view') order by name")
    names = [name for (name,) in found if not name.startswith("sqlite_")]
    if options.sheet is not None:
        if options.sheet not in names:
            raise unknown("table", options.sheet, names)
        return str(options.sheet)
    if len(names) != 1:
        raise several_tables(place, names)
    return str(names[0])


@contextmanager
def _opened(path: Path, place: str) -> Iterator[sqlite3.Connection]:
    import sqlite3

    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)) as connection:
            connection.text_factory = lambda text: text.decode(errors="replace")
            yield connection
    except (sqlite3.Error, sqlite3.Warning) as error:
        reason = str(error).strip().splitlines()[0].rstrip(".")
        raise InputError(f"{place} can't be read: {reason}; check the file and the query") from None
