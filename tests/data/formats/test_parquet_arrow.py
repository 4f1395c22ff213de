"""Parquet and Arrow: columns of all types as numbers, times and text."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pandas as pd
import pytest

from offbeat.core.errors import InputError, MissingExtraError
from offbeat.data.formats.arrow import Arrow
from offbeat.data.formats.parquet import Parquet
from offbeat.data.reading.options import Options

pa = pytest.importorskip("pyarrow")

FRAME = pd.DataFrame({"time": pd.date_range("2024-01-08", periods=3, tz="Asia/Tokyo"), "v": [1.5, None, 3.0]})


def parquet(table):
    import pyarrow.parquet as pq

    made = io.BytesIO()
    pq.write_table(table, made)
    return made.getvalue()


def feather(table):
    import pyarrow.feather

    made = io.BytesIO()
    pyarrow.feather.write_feather(table, made)
    return made.getvalue()


def stream(table):
    made = io.BytesIO()
    with pa.ipc.new_stream(made, table.schema) as writer:
        writer.write_table(table)
    return made.getvalue()


KINDS = [(Parquet, parquet, "a.parquet"), (Arrow, feather, "a.feather"), (Arrow, stream, "a.arrows")]


@pytest.mark.parametrize(("kind", "write", "name"), KINDS)
def test_columns(read, kind, write, name):
    for title in (name, "stdin", "day=3"):
        (table,) = read(kind, write(pa.Table.from_pandas(FRAME)), title)
        pd.testing.assert_frame_equal(table.frame, FRAME)
        assert table.time is None


@pytest.mark.parametrize(("kind", "write", "name"), KINDS)
def test_an_index_of_dates_is_the_time(read, kind, write, name):
    for index, title in (("time", "time"), (None, "index")):
        frame = FRAME.set_index("time").rename_axis(index)
        (table,) = read(kind, write(pa.Table.from_pandas(frame)), name)
        pd.testing.assert_frame_equal(table.frame, FRAME.rename(columns={"time": title}))
        assert table.time == (title,)
    (table,) = read(kind, write(pa.Table.from_pandas(FRAME.set_index(FRAME["v"].rename(None)))), name)
    assert list(table.frame.columns) == ["time", "v"]
    (table,) = read(kind, write(pa.Table.from_pandas(FRAME.assign(id="a").set_index(["id", "time"]))), name)
    assert list(table.frame.columns) == ["id", "time", "v"]
    assert table.time is None


@pytest.mark.parametrize(("kind", "write", "name"), KINDS)
def test_types(read, kind, write, name):
    columns = {
        "day": pa.array([dt.date(2024, 1, 8), None]),
        "hour": pa.array([dt.time(3, 4), None]),
        "cost": pa.array([Decimal("1.50"), None]),
        "pump": pa.array(["a", "b"]).dictionary_encode(),
        "data": pa.array([{"temp": 1.5, "in": {"x": 1}}, {"temp": 2.5, "in": {"x": 2}}]),
        "count": pa.array([1, None]),
    }
    (table,) = read(kind, write(pa.table(columns)), name)
    frame = table.frame
    assert list(frame.columns) == ["day", "hour", "cost", "pump", "data.temp", "data.in.x", "count"]
    assert frame["day"][0] == pd.Timestamp("2024-01-08")
    assert [frame[column].dtype.kind for column in frame.columns] == list("MOfOfif")
    assert frame.loc[0].drop("day").tolist() == ["03:04:00.000000", 1.5, "a", 1.5, 1, 1.0]


@pytest.mark.parametrize(("kind", "write", "name"), KINDS)
def test_damaged(read, kind, write, name):
    content = write(pa.Table.from_pandas(FRAME))
    called = "Parquet" if kind is Parquet else "Arrow"
    for damaged in (content[:4], content[: len(content) // 2], b"no such thing"):
        with pytest.raises(InputError, match=rf"^{name} can't be read as {called}: [^\n]+; write it again$"):
            read(kind, damaged, name)


@pytest.mark.parametrize(("kind", "write", "name"), KINDS)
def test_without_its_extra(wrote, monkeypatch, kind, write, name):
    def absent(name):
        raise ModuleNotFoundError(name)

    file = wrote(write(pa.Table.from_pandas(FRAME)), name)
    monkeypatch.setattr("importlib.import_module", absent)
    with pytest.raises(MissingExtraError, match=r"^reading (Parquet|Arrow) needs the \[parquet\] extra: pip install"):
        list(kind().tables(file, Options()))


def test_what_is_neither(wrote):
    for content in ("a,b\n1,2\n", b"\xff\xff\xff\xff" + b"\xff" * 40, b""):
        file = wrote(content, "stdin")
        assert not Parquet().recognises(file)
        assert not Arrow().recognises(file)
