"""Numbers in delimited text: the same bits as `float(text)`, whichever parser a block meets."""

from __future__ import annotations

import io
import itertools
import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.data.reading import floats
from offbeat.data.reading.floats import BLOCK_BYTES, needs_care, read_block, read_frames

MISSING = ("", "NA", "NaN", "nan")
HOW = {
    "sep": ",", "decimal": ".", "header": None, "names": ["value"], "index_col": False, "usecols": ["value"],
    "dtype": {"value": np.float64}, "na_values": list(MISSING), "keep_default_na": False, "skipinitialspace": True,
    "skip_blank_lines": False, "engine": "c", "low_memory": False,
}  # fmt: skip
TWO = {
    **HOW,
    "names": ["time", "value", "note"],
    "usecols": ["time", "value"],
    "skip_blank_lines": True,
}
FINITE = st.floats(allow_nan=False, allow_infinity=False)
CELLS = st.one_of(
    FINITE.map(repr),
    FINITE.map("{:.17g}".format),
    FINITE.map("{:.18e}".format),
    FINITE.filter(lambda number: abs(number) < 1e18).map("{:.6f}".format),
    st.floats(-1, 1).map("{:.25f}".format),
    st.integers(-(10**20), 10**20).map(str),
    st.integers(10**15, 2 * 10**16).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**13), max_value=10**13).map(str),
    st.from_regex(r"[+-]?(0{0,20}[0-9]{1,20}\.?[0-9]{0,20}|\.[0-9]{1,20})([eE][+-]?[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(["1e400", "-1e400", "1e-400", "-0", "+5", "-0.0", "5e-324", "inf", "-inf", "1" * 400, ".5", "5."]),
)


def bits(numbers) -> list[int]:
    return np.asarray(numbers, dtype=np.float64).view(np.int64).tolist()


def one_column(cells, **how) -> list[float]:
    return read_block("".join(f"{cell}\n" for cell in cells).encode(), **{**HOW, **how})["value"].tolist()


@pytest.fixture(params=["with pyarrow", "without pyarrow"])
def parser(request, monkeypatch):
    if request.param == "without pyarrow":
        monkeypatch.setitem(sys.modules, "pyarrow", None)
    else:
        pytest.importorskip("pyarrow")


def check_against_float(cells):
    assert bits(one_column(cells)) == bits([float(cell) for cell in cells])


@settings(max_examples=150, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=40))
def test_every_number_is_the_one_python_reads(cells):
    check_against_float(cells)


@settings(max_examples=150, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=40))
def test_every_number_is_the_one_python_reads_without_pyarrow(cells):
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pyarrow", None)
        check_against_float(cells)


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"[+-]?(?=[0-9.]{1,16}$)([0-9]+\.?[0-9]*|\.[0-9]+)", fullmatch=True))
def test_what_needs_no_care_is_exact_in_the_fast_parser(cell):
    assert not needs_care(f"{cell}\n".encode())
    assert bits(one_column([cell])) == bits([float(cell)])


@settings(max_examples=200, deadline=None)
@given(st.text("0123456789.,-+eET: /\n", max_size=60), st.integers(1, 9), st.sampled_from([".", ","]))
def test_care_finds_every_long_run_and_exponent(text, piece, decimal):
    kinds = "0123456789" + decimal
    longest = max(map(len, "".join(c if c in kinds else " " for c in text).split(" ")))
    scaled = any(a in kinds and b in "eE" for a, b in itertools.pairwise(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(floats, "_PIECE", piece)
        if longest > floats.SAFE_DIGITS or scaled:
            assert needs_care(text.encode(), decimal)


def test_usual_times_and_numbers_need_no_care():
    assert not needs_care(b"2020-01-01 00:00:00.123456789,-12345678.123456\r\n12/31/2020T23:59:59+01:00,99,Wed\n")


@pytest.mark.usefixtures("parser")
def test_decimal_comma():
    cells = ["0,1234567890123456789", "-1,5", "1e-7", "123456789012345678901", "0,30000000000000004"]
    expected = [float(cell.replace(",", ".")) for cell in cells]
    assert bits(one_column(cells, sep=";", decimal=",")) == bits(expected)


@pytest.mark.usefixtures("parser")
def test_missing_words_stay_missing_beside_long_numbers():
    long = "0.12345678901234567"
    numbers = one_column([long, "", "NA", " nan", " 1.25 ", "inf"])
    assert numbers[0] == float(long)
    assert np.isnan(numbers[1:4]).all()
    assert numbers[4:] == [1.25, math.inf]


@pytest.mark.usefixtures("parser")
def test_other_columns_are_read_as_ever():
    rows = ["2020-01-01 00:00:00,0.30000000000000004,x", "", "NA,2.5,", "2020-01-01 00:00:02,NA,y"]
    frame = read_block("\n".join(rows).encode(), **TWO)
    assert list(frame.columns) == ["time", "value"]
    assert frame["time"].fillna("none").tolist() == ["2020-01-01 00:00:00", "none", "2020-01-01 00:00:02"]
    assert bits(frame["value"].fillna(-1)) == bits([0.1 + 0.2, 2.5, -1])


@pytest.mark.usefixtures("parser")
def test_missing_words_of_each_column():
    how = {**TWO, "dtype": {"time": str, "value": np.float64, "note": np.float64}, "usecols": TWO["names"]}
    block = b"NA,0.30000000000000004,1\nb,NA,-9\nc,,2\n"
    for missing in ({"value": ["NA", ""], "note": ["-9"]}, {"value": ["NA", "", "-9"], "note": ["NA", "", "-9"]}):
        frame = read_block(block, **{**how, "na_values": missing, "na_filter": True})
        assert frame["time"].tolist() == ["NA", "b", "c"]
        assert bits(frame["value"].fillna(-1)) == bits([0.1 + 0.2, -1, -1])
        assert frame["note"].fillna(-1).tolist() == [1, -1, 2]


def test_words_only():
    frame = read_block(b"1e5,0.30000000000000004,x\n", **{**TWO, "dtype": {"time": str, "value": str}})
    assert frame.iloc[0].tolist() == ["1e5", "0.30000000000000004"]


@pytest.mark.usefixtures("parser")
def test_whole_numbers_beyond_a_float():
    frame = read_block(b"1600000000123456789\n", **{**HOW, "dtype": {"value": np.int64}})
    assert frame["value"].tolist() == [1600000000123456789]


@pytest.mark.usefixtures("parser")
def test_thousands_marks():
    block = b"1 234 567.12345678901\n-9 007 199 254 740 993\n"
    expected = [1234567.12345678901, -9007199254740993.0]
    assert bits(read_block(block, **HOW, thousands=" ")["value"]) == bits(expected)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    "cell", ["1_000", "nan(12345678901234567)", "12345678901234567.2.3", "1e", "0x1e5", "\uff11.5e3"]
)
def test_what_is_no_number_is_refused(cell):
    with pytest.raises(ValueError, match=r"convert|parse"):
        one_column(["1e5", cell])


@pytest.mark.usefixtures("parser")
def test_a_bad_cell_beside_an_infinite_one_is_refused():
    with pytest.raises(ValueError, match="convert"):
        one_column(["1e400", "abc"])


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_blocks_end_where_rows_end(monkeypatch, line_end, last):
    monkeypatch.setattr(floats, "BLOCK_BYTES", 64)
    numbers = np.random.default_rng(0).normal(size=100).tolist()
    text = line_end.join(f"{i},{number!r},n" for i, number in enumerate(numbers)) + last
    frames = list(read_frames(io.BytesIO(text.encode()), **TWO))
    assert len(frames) > 10
    assert bits(np.concatenate([frame["value"] for frame in frames])) == bits(numbers)
    assert [time for frame in frames for time in frame["time"]] == list(range(100))


@pytest.mark.usefixtures("parser")
def test_blank_lines_of_one_column_are_missing_values():
    assert np.isnan(one_column(["1e5", "", "2", ""])).tolist() == [False, True, False, True]


def test_line_breaks_within_quotation_marks(monkeypatch):
    monkeypatch.setattr(floats, "BLOCK_BYTES", 48)
    rows = [f'"row\n{i}",{i / 7!r},"a ""word"""' for i in range(50)]
    frames = list(read_frames(io.BytesIO("\n".join(rows).encode()), **TWO))
    assert bits(np.concatenate([frame["value"] for frame in frames])) == bits([i / 7 for i in range(50)])
    assert frames[-1]["time"].iloc[-1] == "row\n49"


def test_quotation_marks_that_close_in_their_line(monkeypatch):
    monkeypatch.setattr(floats, "BLOCK_BYTES", 48)
    text = "".join(f'"{i},{i}","{i / 7!r}","b"\n' for i in range(50))
    frames = list(read_frames(io.BytesIO(text.encode()), **TWO))
    assert len(frames) > 10
    assert bits(np.concatenate([frame["value"] for frame in frames])) == bits([i / 7 for i in range(50)])


def test_nothing_yields_nothing():
    assert list(read_frames(io.BytesIO(b""), **HOW)) == []
    assert BLOCK_BYTES > floats._PIECE
