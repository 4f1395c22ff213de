"""LabVIEW Measurement files: separators, marks, columns of X, and several segments."""

from __future__ import annotations

import numpy as np
import pytest

from offbeat.core.errors import InputError
from offbeat.data.formats.labview import LabView

END = "***End_of_Header***"


def lvm(*segments, sep="\t", x="No", mark=None):
    called = {"\t": "Tab", ",": "Comma", ";": "Semicolon"}[sep]
    lines = ["LabVIEW Measurement", ["Writer_Version", "2"], ["Separator", called], ["X_Columns", x]]
    lines += [["Decimal_Separator", mark]] if mark else []
    lines += [["Date", "2024/01/08"], END]
    text = "\r\n".join(sep.join([line] if isinstance(line, str) else line) for line in lines)
    body = "".join("\r\n" + "\r\n".join(sep.join(row) for row in segment) for segment in segments)
    return f"{text}\r\n{body}\r\n"


def segment(names, rows, start="10:00:00,500000", step=("0.5", "0.5"), x0=("0", "0"), **lines):
    head = [
        ["Channels", str(len(names))],
        ["Samples", *[str(len(rows))] * 2],
        ["Date", "2024/01/08", "2024/01/08"],
        ["Time", start, start],
        *[[name, value, value] for name, value in lines.items()],
        ["X0", *x0],
        ["Delta_X", *step],
        [END],
    ]
    return [*head, ["X_Value", *names, "Comment"], *rows, []]


ROWS = [["", "1.5", "10"], ["", "2.5", "20"], ["", "3.5", ""]]


@pytest.fixture
def table(read):
    def one(content, name="a.lvm"):
        (only,) = read(LabView, content, name)
        return only

    return one


def lists(table):
    return {name: [None if np.isnan(v) else v for v in cells] for name, cells in table.frame.items()}


def test_step_and_start_of_the_header(table):
    made = table(lvm(segment(["F", "G"], ROWS, x0=("2", "2"))))
    assert lists(made) == {"X_Value": [2.0, 2.5, 3.0], "F": [1.5, 2.5, 3.5], "G": [10, 20, None]}
    assert (made.time, made.name) == (("X_Value",), "")
    assert made.notes == ("X_Value is in seconds from 2024-01-08 10:00:00.500000",)


@pytest.mark.parametrize(("sep", "mark"), [("\t", ","), ("\t", None), (";", ","), (",", "."), (",", None)])
def test_separators_and_marks(table, sep, mark):
    comma = mark == "," or (sep == "\t" and mark is None)
    write = (lambda text: text.replace(".", ",")) if comma else str
    rows = [[write(cell) for cell in row] for row in ROWS]
    step = (write("0.5"), write("0.5"))
    text = lvm(segment(["F", "G"], rows, start="10:00:00.5", step=step), sep=sep, mark=mark)
    assert lists(table(text)) == {"X_Value": [0, 0.5, 1.0], "F": [1.5, 2.5, 3.5], "G": [10, 20, None]}


def test_a_written_x_and_comments(table):
    rows = [["0.1", "1.5", "10", "started"], ["0.2", "2.5", "20"], ["0.4", "3.5", "30"]]
    made = table(lvm(segment(["F", "F"], rows), x="One"))
    assert lists(made) == {"X_Value": [0.1, 0.2, 0.4], "F": [1.5, 2.5, 3.5], "F_": [10, 20, 30]}


def test_an_x_for_each_channel(read):
    names = ["F", "X_Value", "G"]
    rows = [["0", "1.5", "0", "10"], ["1", "2.5", "1", "20"]]
    (made,) = read(LabView, lvm(segment(names, rows), x="Multi"), "a.lvm")
    assert lists(made) == {"X_Value": [0, 1], "F": [1.5, 2.5], "G": [10, 20]}
    rows = [["0", "1.5", "0", "10"], ["1", "2.5", "0.5", "20"], ["", "", "1", "30"]]
    first, second = read(LabView, lvm(segment(names, rows), x="Multi"), "a.lvm")
    assert (first.name, lists(first)) == ("F", {"X_Value": [0, 1], "F": [1.5, 2.5]})
    assert (second.name, lists(second)) == ("G", {"X_Value": [0, 0.5, 1], "G": [10, 20, 30]})


def test_channels_of_different_steps(read):
    first, second = read(LabView, lvm(segment(["F", "G"], ROWS, step=("0.5", "0.25"))), "a.lvm")
    assert lists(first)["X_Value"] == [0, 0.5, 1]
    assert lists(second)["X_Value"] == [0, 0.25, 0.5]


def test_segments_are_joined(table):
    parts = [segment(["F", "G"], ROWS, start="10:00:00"), segment(["F", "G"], ROWS, start="10:00:10,25")]
    made = table(lvm(*parts))
    assert lists(made)["X_Value"] == [0, 0.5, 1, 10.25, 10.75, 11.25]
    assert lists(made)["F"] == [1.5, 2.5, 3.5] * 2
    parts = [segment(["F", "G"], ROWS, start="?"), segment(["F", "G"], ROWS, start="?", x0=("7", "7"))]
    assert lists(table(lvm(*parts)))["X_Value"] == [0, 0.5, 1, 7, 7.5, 8]
    parts = [segment(["F", "G"], ROWS, start="?"), segment(["F", "G"], ROWS, start="?")]
    assert lists(table(lvm(*parts)))["X_Value"] == [0, 0.5, 1, 1.5, 2, 2.5]


def test_what_x_may_be(table):
    made = table(lvm(segment(["F"], ROWS, X_Dimension="Frequency")))
    assert (made.time, made.notes) == (None, ("X_Value is Frequency, not time",))
    special = ["***Start_Special***", "Wave", "***End_Special***"]
    text = lvm(segment(["F", "G"], ROWS)).replace("Samples", "\r\n".join([*special, "Samples"]))
    assert lists(table(text))["F"] == [1.5, 2.5, 3.5]


def test_only_the_header_of_the_file(table):
    text = lvm(x="One") + "X_Value\tF\r\n0.5\t1\r\n1.0\t2\r\n"
    assert lists(table(text)) == {"X_Value": [0.5, 1], "F": [1, 2]}
    assert lists(table(lvm(x="One") + "0.5\t1\r\n1.0\t2\r\n")) == {"X_Value": [0.5, 1], "channel1": [1, 2]}


def test_what_cannot_be_read(table, wrote):
    with pytest.raises(InputError, match=r"^a.lvm has no line \*\*\*End_of_Header\*\*\*, which ends the header"):
        table("LabVIEW Measurement\nSeparator\tTab\n")
    for text in (lvm(), lvm(segment(["F", "G"], []))):
        with pytest.raises(InputError, match=r"^a.lvm has a header and no rows; give a file with measured values$"):
            table(text)
    assert not LabView().recognises(wrote("1\t2\n", "a.lvm"))
