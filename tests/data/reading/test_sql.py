"""Databases by their URL: rows of all types, and errors of one sentence without a password."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pandas as pd
import pytest

from offbeat.core.errors import InputError, MissingExtraError, UnknownNameError
from offbeat.data.reading import sql
from offbeat.data.reading.options import Options
from offbeat.data.reading.sql import read_sql

HOST = "postgresql://postgres@127.0.0.1:5432/test"
ROWS = """select * from (values
  (timestamp '2024-01-08 00:00', 1.5::numeric, 7, 'a%b', true),
  (timestamp '2024-01-08 01:00', null, 8, 'c:d', null)) as made (time, cost, n, pump, "on") where pump like '%%'"""


@pytest.fixture(scope="module")
def server():
    """Return the URL of a PostgreSQL server, with a table of our own while the tests run."""
    sqlalchemy = pytest.importorskip("sqlalchemy")
    pytest.importorskip("psycopg")
    engine = sqlalchemy.create_engine(HOST.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(
                'create table "offbeat Pump" as select n, n / 2.0 as v from generate_series(1, 3) n'
            )
    except sqlalchemy.exc.OperationalError:
        pytest.skip("no PostgreSQL server is at 127.0.0.1:5432 with a database test")
    yield HOST
    with engine.begin() as connection:
        connection.exec_driver_sql('drop table "offbeat Pump"')
    engine.dispose()


def frame(url, **options):
    return read_sql(url, Options.of(options)).frame


def test_types(server):
    made = frame(server, sql=ROWS)
    assert made["time"].tolist() == list(pd.to_datetime(["2024-01-08 00:00", "2024-01-08 01:00"]))
    assert made["cost"].dtype == float
    assert made["cost"].isna().tolist() == [False, True]
    assert made["n"].tolist() == [7, 8]
    assert made["pump"].tolist() == ["a%b", "c:d"]
    assert made["on"].tolist()[0] == 1.0
    made = frame(
        server, sql="select timestamptz '2024-01-08 01:00+01' at, date '2024-01-08' as day, time '03:04' as hour"
    )
    assert made["at"].tolist() == [pd.Timestamp("2024-01-08", tz="UTC")]
    assert made.loc[0, ["day", "hour"]].tolist() == [pd.Timestamp("2024-01-08"), "03:04:00"]


def test_many_rows(server, monkeypatch):
    monkeypatch.setattr("offbeat.data.reading.rows.CHUNK_ROWS", 100)
    made = frame(server, sql="select n, nullif(n, 1)::numeric as v from generate_series(1, 1050) n order by n")
    assert made["n"].tolist() == list(range(1, 1051))
    assert made["v"].tolist()[1:] == list(range(2, 1051))


def test_tables(server):
    assert frame(server, sheet="offbeat Pump")["v"].tolist() == [0.5, 1.0, 1.5]
    sentence = r"^the postgresql database test at 127.0.0.1 holds the tables .*offbeat Pump.*; read one with --sheet"
    with pytest.raises(InputError, match=sentence):
        frame(server)
    with pytest.raises(UnknownNameError, match=r"^no table 'offbeat Pum'; did you mean 'offbeat Pump'\?$"):
        frame(server, sheet="offbeat Pum")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("select x", 'refuses the query: column "x" does not exist; correct it'),
        ("selct 1", 'refuses the query: syntax error at or near "selct"; correct it'),
        ("select 1/0", "refuses the query: division by zero; correct it"),
        (
            'delete from "offbeat Pump"',
            "refuses the query: .*; correct it",
        ),
    ],
)
def test_queries_that_are_refused(server, query, sentence):
    with pytest.raises(InputError, match=f"^the postgresql database test at 127.0.0.1 {sentence}$"):
        frame(server, sql=query)
    assert len(frame(server, sheet="offbeat Pump")) == 3


@pytest.mark.parametrize("address", ["127.0.0.1:1/test", "127.0.0.1:5432/no_such_database"])
def test_no_connection(address):
    pytest.importorskip("sqlalchemy")
    pytest.importorskip("psycopg")
    with pytest.raises(
        InputError, match=r"^can't connect to the postgresql database \w+ at 127.0.0.1: .*; check"
    ) as found:
        frame(f"postgresql://me:secret9@{address}", sql="select 1")
    assert "secret9" not in str(found.value)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nosuch://host/x", r"^no database is called 'nosuch'; it is postgresql, mysql, mssql, oracle or sqlite$"),
        (
            "postgresql://me:secret9@host:port/x",
            r"^the address of the database can't be read; write it as postgresql://u",
        ),
        ("sqlite:///no/such.db", r"^no file no/such.db; check the path in sqlite:///no/such.db$"),
    ],
)
def test_addresses(url, sentence):
    pytest.importorskip("sqlalchemy")
    with pytest.raises(InputError, match=sentence) as found:
        frame(url, sql="select 1")
    assert "secret9" not in str(found.value)


def test_a_driver_that_is_not_installed(monkeypatch):
    pytest.importorskip("sqlalchemy")
    monkeypatch.setattr(sql, "find_spec", lambda name: None)  # noqa: ARG005 - as that of importlib
    with pytest.raises(
        InputError, match=r"^postgresql needs a driver that is not installed: pip install 'psycopg\[binary"
    ):
        frame(HOST, sql="select 1")


def test_without_its_extra(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("importlib.import_module", absent)
    with pytest.raises(MissingExtraError, match=r"^reading a database needs the \[sql\] extra: pip install"):
        frame(HOST, sql="select 1")


def test_a_local_file_needs_no_extra(tmp_path, monkeypatch):
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table a as select 1 as v union select 2")
        connection.commit()
    monkeypatch.setattr("importlib.import_module", None)
    assert frame(f"sqlite:///{path}")["v"].tolist() == [1, 2]
    assert frame(f"sqlite+pysqlite:///{path}?mode=ro", sql="select max(v) as v from a")["v"].tolist() == [2]
