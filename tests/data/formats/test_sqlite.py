"""SQLite files: the only table, the one that is named, or a query; nothing is written."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from offbeat.core.errors import InputError, UnknownNameError
from offbeat.data.formats.sqlite import SQLite

ROWS = [("2024-01-08", 1.5, 1), ("2024-01-09", None, 2), ("2024-01-10", 3.5, 3)]


@pytest.fixture
def database(tmp_path):
    def make(**tables):
        path = tmp_path / "made.db"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as connection:
            for name, rows in tables.items():
                connection.execute(f'create table "{name}" (time text, v real, n integer)')
                connection.executemany(f'insert into "{name}" values (?, ?, ?)', rows)  # noqa: S608 - names of this test
            connection.execute("create table other (v)")
            connection.execute("drop table other")
            connection.commit()
        return path.read_bytes()

    return make


def test_the_only_table(read, database):
    (table,) = read(SQLite, database(pump=ROWS), "a#b?c.db")
    assert list(table.frame.columns) == ["time", "v", "n"]
    assert table.frame["time"].tolist() == [row[0] for row in ROWS]
    assert table.frame["v"].isna().tolist() == [False, True, False]
    assert table.frame["n"].tolist() == [1, 2, 3]


def test_a_query_or_a_name(read, database):
    content = database(pump=ROWS, valve=ROWS[:1], **{"my table": ROWS[1:]})
    (table,) = read(
        SQLite, content, "a.db", sql="select time, v * 2 as v, n as v from pump where v > 1 order by n desc"
    )
    assert table.frame.to_dict("list") == {"time": ["2024-01-10", "2024-01-08"], "v": [7.0, 3.0], "v_": [3, 1]}
    (table,) = read(SQLite, content, "a.db", sheet="my table")
    assert len(table.frame) == 2
    sentence = r"^a.db holds the tables my table, pump, valve; read one with --sheet 'my table' or --sql '"
    sentence += r"select \* from \"my table\"'$"
    with pytest.raises(InputError, match=sentence):
        read(SQLite, content, "a.db")
    with pytest.raises(UnknownNameError, match=r"^no table 'pumps'; did you mean 'pump'\?$"):
        read(SQLite, content, "a.db", sheet="pumps")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("select x from pump", "a.db can't be read: no such column: x; check the file and the query"),
        ("selct", 'a.db can\'t be read: near "selct": syntax error; check the file and the query'),
        ("delete from pump", "a.db can't be read: attempt to write a readonly database; check the file and the query"),
        ("select 1; select 2", r"a.db can't be read: You can only execute one statement at a time; check"),
        ("create temp table a (v)", "the query gives no rows; give one that begins with select"),
    ],
)
def test_queries_that_cannot_be_run(read, database, query, sentence):
    with pytest.raises(InputError, match=f"^{sentence}"):
        read(SQLite, database(pump=ROWS), "a.db", sql=query)


def test_files_without_tables(read, database, wrote):
    with pytest.raises(InputError, match=r"^a.db holds no tables; give a database with rows of numbers$"):
        read(SQLite, database(), "a.db")
    with pytest.raises(InputError, match=r"^a.db can't be read: .*(malformed|not a database).*; check the file"):
        read(SQLite, database(pump=ROWS)[:100] + b"\xff" * 8000, "a.db")
    assert not SQLite().recognises(wrote("a,b\n", "a.db"))


def test_text_that_is_not_unicode(read, tmp_path):
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table a (w, b)")
        connection.execute("insert into a values (cast(x'b043' as text), x'4142')")
        connection.commit()
    (table,) = read(SQLite, path.read_bytes(), "a.db")
    assert table.frame.to_numpy().tolist() == [["\ufffdC", "AB"]]
