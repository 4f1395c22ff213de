"""Logs of names and values."""

from __future__ import annotations

import pytest

import offbeat
from offbeat.core.errors import InputError
from offbeat.data.formats.logfmt import Logfmt


def test_pairs(read):
    text = 'ts=2024-01-08 state=ok msg="tick done" n=6 dur=19.8ms\n\nts=2024-01-09 n=7 who= x.y=1\n'
    (table,) = read(Logfmt, text, "a.log")
    assert table.frame.to_dict("list") == {
        "ts": ["2024-01-08", "2024-01-09"],
        "state": ["ok", ""],
        "msg": ["tick done", ""],
        "n": ["6", "7"],
        "dur": ["19.8ms", ""],
        "who": ["", ""],
        "x.y": ["", "1"],
    }


def test_quoted_values(read):
    (table,) = read(Logfmt, r'v=1 msg="a \"b\" c=7 \\"' + "\n", "a.log")
    assert table.frame.to_dict("list") == {"v": ["1"], "msg": ['a "b" c=7 \\']}


@pytest.mark.parametrize(
    "text",
    ["time,v\n1,2\n", "", "v=1\n", "v=1 w\n", "c,h=a v=1 7\n", "v=1 w=2\nand more\nv=1 w=2\n", "a = 1\n"],
)
def test_what_is_none(wrote, text):
    assert not Logfmt().recognises(wrote(text, "a.log"))


def test_a_bad_line(read):
    good = "t=1 v=2\n" * 50
    with pytest.raises(InputError, match=r"^row 51 of a.log is not pairs like name=value: 'panic: t=1'; correct or"):
        read(Logfmt, good + "panic: t=1\n" + good, "a.log")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251"])
def test_read(tmp_path, encoding):
    path = tmp_path / "a.log"
    lines = [f'ts=2024-01-08T00:{i:02d}:00Z msg="Готово к работе" load={i % 7}.5' for i in range(60)]
    path.write_text("\n".join(lines), encoding=encoding)
    series = offbeat.read(path)
    assert series.channels == ("load",)
    assert series.step == 60
    assert series.values[:8, 0].tolist() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 0.5]
