"""InfluxDB's annotated CSV: its tables, types, defaults and tags."""

from __future__ import annotations

import pandas as pd
import pytest

from offbeat.core.errors import InputError
from offbeat.data.formats.influx import Influx

NAMES = ",result,table,_start,_stop,_time,_value,_field,_measurement,host"
SPAN = "2024-01-08T00:00:00Z,2024-01-09T00:00:00Z"
DROPPED = ("result", "table", "_start", "_stop")
STAMPS = [pd.Timestamp("2024-01-08T00:00:00Z"), pd.Timestamp("2024-01-08T01:00:00Z")]


def block(values, kind="double", field="load", host="a", table=0, end="\r\n", annotated=True):
    lines = [
        "#group,false,false,true,true,false,false,true,true,true",
        f"#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,{kind},string,string,string",
        "#default,mean,,,,,,,,",
    ]
    rows = [f",,{table},{SPAN},2024-01-08T{i:02d}:00:00Z,{v},{field},cpu,{host}" for i, v in enumerate(values)]
    return end.join([*(lines if annotated else []), NAMES, *rows, ""])


@pytest.fixture
def table(read):
    def one(content, name="a.csv"):
        (only,) = read(Influx, content, name)
        return only

    return one


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("annotated", [True, False])
def test_one_table(table, end, annotated):
    made = table(block([1.5, 2.5], end=end, annotated=annotated))
    assert (made.time, made.values, made.id) == (("_time",), ("_value",), ("host",))
    assert list(made.frame.columns) == NAMES.split(",")[1:]
    assert made.frame["_time"].tolist() == STAMPS
    assert made.frame["_value"].tolist() == [1.5, 2.5]
    assert tuple(name for name, reason in made.dropped if reason) == DROPPED
    if annotated:
        assert made.frame["result"].tolist() == ["mean", "mean"]


@pytest.mark.parametrize("between", ["\r\n", "", "\r\n\r\n"])
def test_several_tables(table, between):
    made = table(block([1.5, 2.5]) + between + block([7, 8], "long", "users", table=1))
    assert made.id == ("_field",)
    assert made.frame["_value"].tolist() == [1.5, 2.5, 7, 8]
    assert made.frame["_field"].tolist() == ["load", "load", "users", "users"]
    made = table(between.join(block([1.0], field=f, host=h) for f in ("load", "users") for h in "ab"))
    assert made.id == ("_field", "host")


def test_several_tables_under_one_header(table):
    rows = block([3.5], table=1, host="b").splitlines()[-1]
    made = table(block([1.5]) + rows + "\r\n")
    assert (made.id, made.frame["host"].tolist(), made.frame["_value"].tolist()) == (("host",), ["a", "b"], [1.5, 3.5])
    again = block([1.5], annotated=False) + "\r\n" + block([3.5], host="b", annotated=False)
    assert table(again).frame["host"].tolist() == ["a", "b"]


def test_types(table):
    assert table(block(["true", "false"], "boolean")).frame["_value"].tolist() == [1.0, 0.0]
    made = table(block(["1", "", "NaN", "+Inf"], "double")).frame["_value"]
    assert made.isna().tolist() == [False, True, True, False]
    assert made.iloc[3] == float("inf")
    assert table(block(["up", "down"], "string")).frame["_value"].tolist() == ["up", "down"]
    made = table(block([1.5]) + "\n" + block(["up", '"a ""b""\n\nc"'], "string", "state"))
    assert made.frame["_value"].tolist() == [1.5]
    assert made.notes == ("2 rows whose _value is text are left out",)
    with pytest.raises(InputError, match=r"^'x1' in column _value of a.csv is not a number, as #datatype has it"):
        table(block(["1", "x1"]))


def test_defaults_and_absent_tags(table):
    text = block([1.5], table="", host="").replace("#default,mean,,,,,,,,", "#default,mean,3,,,,,,,web")
    made = table(text)
    assert made.frame[["table", "host"]].to_numpy().tolist() == [[3, "web"]]
    made = table(block([1.5], host="") + "\n" + block([1.5], host="b"))
    assert (made.id, made.frame["host"].tolist()) == (("host",), ["", "b"])


def test_pivoted(table):
    lines = [
        "#group,false,false,false,true,false,false",
        "#datatype,string,long,dateTime:RFC3339,string,double,double",
        "#default,_result,,,,,",
        ",result,table,_time,host,load,users",
        ",,0,2024-01-08T00:00:00Z,a,1.5,3",
    ]
    for text in ("\n".join(lines), "\n".join(lines[3:])):
        made = table(text)
        assert (made.time, made.values, made.id) == (("_time",), None, ("host",))
        assert made.frame[["load", "users"]].to_numpy().tolist() == [[1.5, 3]]


def test_lines_to_be_written(table):
    lines = [
        "#datatype measurement,tag,double,dateTime:RFC3339,ignored",
        "m,host,used,at,x",
        "mem,a,1.5,2024-01-08T00:00:00Z,0",
    ]
    made = table("\n".join([*lines, "mem,b,2.5,2024-01-08T00:00:00Z,0"]))
    assert (made.time, made.id, made.dropped) == (("at",), ("host",), (("x", "marked as ignored"),))
    assert made.frame["used"].tolist() == [1.5, 2.5]


def test_answers_without_rows(table):
    with pytest.raises(InputError, match=r"^a.csv is an error, not data: failed to parse,897; correct the query"):
        table("#datatype,string,string\n#group,true,true\n#default,,\n,error,reference\n,failed to parse,897\n")
    with pytest.raises(InputError, match=r"^a.csv has annotations and no rows; check the query and its range of time$"):
        table(block([]))


def test_what_is_none(wrote):
    for text in ("time,v\n1,2\n", "# comment\ntime,v\n", "#grouped\n1\n", "result,table\n1,2\n", ""):
        assert not Influx().recognises(wrote(text, "a.csv"))
    assert Influx().recognises(wrote("\ufeff" + block([1.5]), "stdin"))
