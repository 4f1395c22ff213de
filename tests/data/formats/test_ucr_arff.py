"""Cases in .ts files, and attributes in ARFF."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from offbeat.core.errors import InputError
from offbeat.data.formats.arff import Arff
from offbeat.data.formats.ucr_ts import UcrTs

HEAD = "# about\n@problemName Pumps\n@timeStamps false\n@univariate {}\n@classLabel {}\n@data\n"
ONE = HEAD.format("true", "true a b")
TWO = HEAD.format("false", "true 1 2")


@pytest.fixture
def ts(read):
    def one(content, name="a.ts"):
        (only,) = read(UcrTs, content, name)
        return only

    return one


@pytest.fixture
def arff(read):
    def one(content, name="a.arff"):
        (only,) = read(Arff, content, name)
        return only

    return one


def lists(table):
    rows = table.frame.to_dict("list")
    return {k: [None if isinstance(c, float) and math.isnan(c) else c for c in cells] for k, cells in rows.items()}


def test_cases(ts):
    made = ts(ONE + "1.5,2,?:a\n-3e2,4:b\n\n")
    assert lists(made) == {"value": [1.5, 2, None, -300, 4], "class": list("aaabb"), "case": list("11122")}
    assert (made.time, made.values, made.id) == (None, ("value",), ("case",))
    assert made.dropped == (("class", "the class of the case"),)
    made = ts(HEAD.format("true", "false") + "1.5,2", "stdin")
    assert (lists(made), made.id, made.dropped) == ({"value": [1.5, 2]}, None, ())


def test_dimensions(ts):
    made = ts(TWO + "1,2:3,4:1\r\n5,6,7:8,9:2\r\n")
    assert lists(made)["dim_0"] == [1, 2, 5, 6, 7]
    assert lists(made)["dim_1"] == [3, 4, 8, 9, None]
    assert made.values == ("dim_0", "dim_1")


def test_times(ts):
    made = ts(ONE + "(2024-01-08 00:00:00,1.5),(2024-01-08 01:00:00,?):a\n(2024-01-09 00:00:00,3):b\n")
    assert lists(made)["time"] == ["2024-01-08 00:00:00", "2024-01-08 01:00:00", "2024-01-09 00:00:00"]
    assert lists(made)["value"] == [1.5, None, 3]
    assert made.time == ("time",)
    assert lists(ts(TWO + "(0,1),(1,2):(0,3),(1,4):1"))["dim_1"] == [3, 4]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (ONE, "a.ts has no cases after @data; give a file with some"),
        (ONE + "1,2:a\n1,x:b\n", "'x' in line 8 of a.ts is not a number; correct it, or write "),
        (ONE + "a\n", "line 7 of a.ts has a class and no values; correct or remove it"),
        (TWO + "1:2:1\n1:2:3:1\n", "a.ts has cases of 2 and of 3 dimensions; give a file where all have as many"),
        (TWO + "(0,1):(1,2):1\n", "line 7 of a.ts has dimensions of different times; give one of them a file"),
    ],
)
def test_cases_that_cannot_be_read(ts, text, sentence):
    with pytest.raises(InputError, match=f"^{sentence}"):
        ts(text)


def test_attributes(arff):
    made = arff(
        """% about
@RELATION pumps
@attribute 'my time' DATE "yyyy-MM-dd HH:mm:ss"
@ATTRIBUTE load numeric
@attribute "state" {on, 'turned off'}
@attribute note string
@attribute class {0,1}
@attribute kind {1, 2, 3}
@data
% a comment
"2024-01-08 00:00:00",1.5,on,"5 % more, or less",0,2
"2024-01-08 01:00:00",?,turned off,?,1,3
""".replace('"2', "'2")
        .replace('0",', "0',")
        .replace('"5', "'5")
        .replace('less"', "less'")
    )
    frame = made.frame
    assert frame["my time"].tolist() == list(pd.to_datetime(["2024-01-08 00:00:00", "2024-01-08 01:00:00"]))
    assert frame["load"].isna().tolist() == [False, True]
    assert frame["state"].tolist() == ["on", "turned off"]
    assert frame["note"].tolist()[0] == "5 % more, or less"
    assert frame["class"].tolist() == ["0", "1"]
    assert made.time == ("my time",)
    assert made.dropped == (("kind", "its numbers are names of classes"),)


HEAD_ARFF = "@relation x\n@attribute a real\n@attribute b integer\n@attribute c {u,v}\n@data\n"


@pytest.mark.parametrize(
    "body", ["1.5,2,v\n0,0,u\n", "1.5\t2\tv\n0\t0\tu\n", "{0 1.5, 1 2, 2 v}\n{}\n", '1.5, 2, "v"\n0,0,u']
)
def test_ways_to_write_rows(arff, body):
    assert lists(arff(HEAD_ARFF + body)) == {"a": [1.5, 0], "b": [2, 0], "c": ["v", "u"]}
    assert lists(arff(HEAD_ARFF.replace("\n", "\r\n") + body.replace("\n", "\r\n"), "stdin"))["c"] == ["v", "u"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD_ARFF, "a.arff has no rows after @data; give a file with some"),
        (HEAD_ARFF + "1,x,u\n", "'x' in attribute b of a.arff is not a number; correct it"),
        (HEAD_ARFF + "1,2\n", "a.arff has 3 attributes, and rows of 2 cells; correct the file"),
        (HEAD_ARFF + "1,2,u\n1,2,u,5\n", "the rows of a.arff can't be read: .*; correct them"),
        (HEAD_ARFF + "{0 1, 7 2}\n", "'{0 1, 7 2}' in a.arff is no sparse row of 3 attributes; correct it"),
        ("@relation x\n@attribute a relational\n@data\n1\n", "a.arff has relational attributes; give the .ts file"),
    ],
)
def test_rows_that_cannot_be_read(arff, text, sentence):
    with pytest.raises(InputError, match=f"^{sentence}"):
        arff(text)


def test_what_is_neither(wrote):
    for content in ("a,b\n1,2\n", "const a = 1;\n", "@user wrote,5\n", b"\x47\0\0\0"):
        assert not UcrTs().recognises(wrote(content, "a.ts"))
        assert not Arff().recognises(wrote(content, "a.arff"))
