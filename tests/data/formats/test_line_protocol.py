"""InfluxDB's line protocol: escapes, types, tags, and units of time."""

from __future__ import annotations

import pandas as pd
import pytest

import offbeat
from offbeat.core.errors import InputError
from offbeat.data.formats.line_protocol import LineProtocol

T = 1704672000


@pytest.fixture
def table(read):
    def one(content, name="a.txt"):
        (only,) = read(LineProtocol, content, name)
        return only

    return one


def test_one_series(table):
    made = table(f"cpu,host=a usage=1.5,idle=98i {T}000000000\ncpu,host=a usage=2,idle=97i {T + 60}000000000\n")
    assert (made.name, made.time, made.id) == ("", ("time",), None)
    assert made.frame["time"].tolist() == list(pd.to_datetime([T, T + 60], unit="s", utc=True))
    assert made.frame[["usage", "idle"]].to_numpy().tolist() == [[1.5, 98], [2, 97]]


@pytest.mark.parametrize("zeros", [0, 3, 6, 9])
def test_units_of_time(table, zeros):
    lines = [f"m v={i} {(T + i) * 10**zeros}" for i in range(3)]
    assert table("\n".join(lines)).frame["time"].tolist() == list(pd.to_datetime([T, T + 1, T + 2], unit="s", utc=True))


def test_tags_that_differ_are_ids(table):
    lines = [f"cpu,region=eu,host={h},core={c} v=1 {T}" for h in "ab" for c in "01"]
    assert table("\n".join(lines)).id == ("host", "core")
    made = table("\n".join(lines[::2]))
    assert (made.id, made.frame["host"].tolist()) == (("host",), ["a", "b"])
    made = table(f"cpu,host=a v=1 {T}\ncpu v=2 {T}\n")
    assert (made.id, made.frame["host"].tolist()) == (("host",), ["a", ""])


def test_escapes(table):
    text = f'room\\ a\\,b,at\\ the=x\\=y\\,z f\\,1=2,note="a \\"b\\", c=3 d" {T}\nroom\\ a\\,b,at\\ the=w f\\,1=3 {T}\n'
    made = table(text)
    assert made.id == ("at the",)
    assert made.frame["at the"].tolist() == ["x=y,z", "w"]
    assert made.frame["f,1"].tolist() == [2, 3]
    assert made.frame["note"].iloc[0] == 'a "b", c=3 d'


def test_types(table):
    made = table(f'm a=t,b=FALSE,c=-1.5e-3,d=7u,e="up",f=.5 {T}\n').frame.iloc[0]
    assert made.loc[list("abcdef")].tolist() == [1, 0, -0.0015, 7, "up", 0.5]


def test_a_text_over_several_lines(table):
    made = table(f'm v=1,note="x" {T}\nm v=2,note="one\ntwo, v=3\n\nthree" {T + 1}\nm v=4 {T + 2}\n')
    assert made.frame["v"].tolist() == [1, 2, 4]
    assert made.frame["note"].iloc[1] == "one\ntwo, v=3\n\nthree"


def test_fields_of_one_point_on_several_lines(table):
    made = table(f"m a=1 {T}\nm b=2 {T}\nm a=3,b=4 {T + 1}\n")
    assert made.frame[["a", "b"]].to_numpy().tolist() == [[1, 2], [3, 4]]
    assert made.notes == ()
    made = table(f"m a=1,b=1 {T}\nm b=2 {T}\n")
    assert made.frame[["a", "b"]].to_numpy().tolist() == [[1, 2]]
    assert made.notes == ("a field of a point is written again in 1 line; the last of each counts",)


def test_several_measurements_are_tables(read):
    lines = [
        f"{m},host={h} {f}={i} {T + i}" for i in range(3) for h in "ab" for m, f in (("cpu", "load"), ("mem", "free"))
    ]
    cpu, mem = read(LineProtocol, "\n".join(lines), "a.lp")
    assert (cpu.name, cpu.id, list(cpu.frame.columns)) == ("cpu", ("host",), ["time", "load", "host"])
    assert (mem.name, mem.id, list(mem.frame.columns)) == ("mem", ("host",), ["time", "free", "host"])


def test_without_times(table):
    made = table("m,host=a v=1\nm,host=a v=2\nm,host=a v=3\n")
    assert (made.time, made.frame["v"].tolist()) == (None, [1, 2, 3])


def test_an_export(table):
    head = "# INFLUXDB EXPORT: 2024\n# DDL\nCREATE DATABASE d WITH NAME autogen\n# DML\n# CONTEXT-DATABASE:d\n\n"
    assert table(head + f"m v=1 {T}\r\nm v=2 {T + 1}\r\n").frame["v"].tolist() == [1, 2]


def test_bad_lines(read):
    good = "".join(f"m,host=a v={i} {T + i}\n" for i in range(50))
    with pytest.raises(InputError, match=r"^row 51 of a.txt is not line protocol: 'm,host=a v=x 7'; correct or remove"):
        read(LineProtocol, good + "m,host=a v=x 7\n" + good, "a.txt")
    with pytest.raises(InputError, match=r"^row 51 of a.txt is not line protocol: 'm v=\"open 7'"):
        read(LineProtocol, good + 'm v="open 7\n', "a.txt")
    with pytest.raises(InputError, match=r"^1 of 51 lines of a.txt have no time; give each line one, or none any$"):
        read(LineProtocol, good + "m,host=a v=7\n", "a.txt")
    with pytest.raises(InputError, match=r"^a.txt has times beyond the years 1678 to 2261"):
        read(LineProtocol, good + "m,host=a v=7 99999999999999999999\n", "a.txt")


@pytest.mark.parametrize(
    "text",
    [
        "time,v\n1,2\n", "", "# only\n", "v=1 w=2\n", "m v=1\n", "m v=1 w=2\n", "a b\n1 2\n", "ts=1 level=info\n",
        f"m v=1 {T}\nand more\nm v=1 {T}\n",
    ],
)  # fmt: skip
def test_what_is_none(wrote, text):
    assert not LineProtocol().recognises(wrote(text, "a.txt"))


def test_read(tmp_path):
    path = tmp_path / "a.txt"
    lines = [f"{m},host={h} load={i % 7}.5 {(T + 60 * i) * 10**9}" for i in range(60) for h in "ab" for m in ("x", "y")]
    path.write_text("\n".join(lines))
    panel = offbeat.read(path)
    assert list(panel) == ["x/a", "x/b", "y/a", "y/b"]
    assert panel["y/b"].channels == ("load",)
    assert panel["y/b"].step == 60
