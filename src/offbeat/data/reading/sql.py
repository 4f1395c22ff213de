"""What a query gives, from any database that SQLAlchemy knows; nothing is written, and no password is shown."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from offbeat.core.errors import InputError, needed, unknown
from offbeat.data.reading.options import Options
from offbeat.data.reading.rows import frame_of_rows
from offbeat.data.reading.sqlite_file import read_sqlite, several_tables
from offbeat.data.reading.tables import Table

_URL = re.compile(r"(?P<kind>[A-Za-z][A-Za-z0-9_]+)(\+[A-Za-z0-9_]+)?://.*", re.DOTALL)
_NO_DATABASES = ("http", "https", "ftp", "sftp", "file", "s3", "gs", "gcs", "az", "abfs", "hdfs")
_SQLITE = re.compile(r"sqlite(\+pysqlite)?:///(?P<path>[^?]+)")
_DRIVERS = {
    "postgresql": ({"psycopg": "psycopg", "psycopg2": "psycopg2", "pg8000": "pg8000"}, "psycopg[binary]"),
    "mysql": ({"mysqldb": "MySQLdb", "pymysql": "pymysql", "mysqlconnector": "mysql.connector"}, "pymysql"),
    "mariadb": ({"mysqldb": "MySQLdb", "pymysql": "pymysql"}, "pymysql"),
    "mssql": ({"pyodbc": "pyodbc", "pymssql": "pymssql"}, "pymssql"),
    "oracle": ({"oracledb": "oracledb"}, "oracledb"),
}
"""The drivers of a database with the modules that they are, best first, and the package to install."""
_TIMED = ("psycopg", "psycopg2", "pymysql", "mysqldb")
"""Drivers that take connect_timeout."""
_PATIENCE = 10
"""How many seconds to wait for a connection."""


def is_database(source: str) -> bool:
    """Whether a text is the URL of a database, such as postgresql://user@host/database.

    Examples
    --------
    >>> is_database("sqlite:///pump.db"), is_database("pump.csv"), is_database("https://example.com/pump.csv")
    (True, False, False)
    """
    found = _URL.fullmatch(source)
    return found is not None and found["kind"].lower() not in _NO_DATABASES


def read_sql(url: str, options: Options) -> Table:
    """Return the rows of the query, or of the table that `sheet` names.

    Raises
    ------
    InputError
        Where neither is given, with the tables that there are; where the database can't be reached or refuses.
    MissingExtraError
        Where SQLAlchemy is not installed.
    """
    local = _SQLITE.match(url)
    if local is not None:
        path = Path(local["path"])
        if not path.is_file():
            raise InputError(f"no file {path}; check the path in {url}")
        return read_sqlite(path, path.name, options)
    with needed("reading a database", "sql"):
        library = importlib.import_module("sqlalchemy")
    address = _address(library, url)
    with _sentences(library, address), _connected(library, address) as connection:
        query = options.sql
        if query is None:
            query = _whole_table(library, connection, _shown(address), options)
        result = connection.exec_driver_sql(query)
        if not result.returns_rows:
            raise InputError("the query gives no rows; give one that begins with select")
        return Table(frame=frame_of_rows(list(result.keys()), result.fetchmany))


def _address(library: Any, url: str) -> Any:
    """Return the parts of a URL, with a driver that is installed where none is named."""
    try:
        address = library.engine.make_url(url)
    except (library.exc.ArgumentError, ValueError):
        kind = url.partition(":")[0]
        raise InputError(
            f"the address of the database can't be read; write it as {kind}://user@host/database"
        ) from None
    known = _DRIVERS.get(address.drivername)
    if known is None:
        return address
    drivers, package = known
    for driver, module in drivers.items():
        if find_spec(module.partition(".")[0]) is not None:
            return address.set(drivername=f"{address.drivername}+{driver}")
    raise InputError(f"{address.drivername} needs a driver that is not installed: pip install '{package}'")


@contextmanager
def _connected(library: Any, address: Any) -> Iterator[Any]:
    """Yield a connection whose changes, should a query make any, are undone."""
    timed = address.drivername.partition("+")[2] in _TIMED
    engine = library.create_engine(address, connect_args={"connect_timeout": _PATIENCE} if timed else {})
    try:
        with engine.connect() as connection:
            read_only = {"postgresql_readonly": True} if address.drivername.startswith("postgresql") else {}
            yield connection.execution_options(no_parameters=True, stream_results=True, **read_only)
            connection.rollback()
    finally:
        engine.dispose()


@contextmanager
def _sentences(library: Any, address: Any) -> Iterator[None]:
    """Say in a sentence, without the password, why there is no connection or no answer."""
    place = _shown(address)
    try:
        yield
    except library.exc.NoSuchModuleError:
        kind = address.drivername
        raise InputError(f"no database is called {kind!r}; it is postgresql, mysql, mssql, oracle or sqlite") from None
    except ModuleNotFoundError as error:
        raise InputError(f"{address.drivername} needs a package that is not installed: {error.name}") from None
    except library.exc.DBAPIError as error:
        reason = _reason(error.orig or error, address)
        if error.statement is None:
            raise InputError(
                f"can't connect to {place}: {reason}; check the address, the user and the password"
            ) from None
        raise InputError(f"{place} refuses the query: {reason}; correct it") from None
    except library.exc.SQLAlchemyError as error:
        raise InputError(f"{place} can't be read: {_reason(error, address)}") from None


def _shown(address: Any) -> str:
    """Return kind, host and database: neither a user nor a password."""
    kind = address.drivername.partition("+")[0]
    host = f" at {address.host}" if address.host else ""
    return f"the {kind} database {address.database or ''}".rstrip() + host


def _reason(error: BaseException, address: Any) -> str:
    text = (str(error).strip() or type(error).__name__).splitlines()[0].strip().rstrip(".")
    secrets = [address.password, *(word for key, word in address.query.items() if "pass" in key.lower())]
    for secret in secrets:
        if isinstance(secret, str) and secret:
            text = text.replace(secret, "***")
    return text


def _whole_table(library: Any, connection: Any, place: str, options: Options) -> str:
    """Return the query for the table that `sheet` names."""
    found = library.inspect(connection)
    names = sorted([*found.get_table_names(), *found.get_view_names()])
    if options.sheet is None:
        raise several_tables(place, names)
    if options.sheet not in names:
        raise unknown("table", options.sheet, names)
    table = connection.dialect.identifier_preparer.quote_identifier(str(options.sheet))
    return f"select * from {table}"  # noqa: S608 - a name that the database has, in its own quotation marks
