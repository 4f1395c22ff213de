"""Text that is broken: it is refused in one sentence, or read without losing a row."""

from __future__ import annotations

import pytest

from offbeat import read
from offbeat.core.errors import InputError, ParameterError
from offbeat.data.reading import floats
from offbeat.data.reading.assemble import Assembly

ROWS = "".join(f"2020-01-01 {i // 60 % 24:02d}:{i % 60:02d}:00,{i % 17}.5\n" for i in range(600))
LONG = "".join(f"{i},{i % 17}.5\n" for i in range(150_000))


@pytest.fixture
def wrote(tmp_path):
    def write(text, name="pump.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("rows", [ROWS * 20, LONG], ids=["short", "long"])
def test_a_mark_that_is_never_closed_loses_no_rows(wrote, rows):
    with pytest.raises(InputError, match=r"row 2 of pump.csv has a cell of more than 131,072 characters"):
        read(wrote('t,v\n0,"7\n' + rows))


def test_a_mark_that_closes_rows_below_loses_no_rows(wrote):
    with pytest.raises(InputError, match=r"row 2 of pump.csv.*column v.*goes on over 3 lines"):
        read(wrote('t,v\n0,"7\n1,8\n2,9"\n' + "".join(f"{i},{i % 17}.5\n" for i in range(3, 1000))))


@pytest.mark.parametrize(("head", "row"), [("", 1), ("time,value\n", 2)])
def test_a_row_without_end_is_refused(wrote, head, row):
    with pytest.raises(InputError, match=rf"row {row} of pump.csv is longer than 1,048,576 bytes"):
        read(wrote(head + "1.5," * 300_000))


def test_a_late_row_without_end_is_refused(wrote):
    with pytest.raises(InputError, match=r"row 150002 of pump.csv has a cell of more than"):
        read(wrote("t,v\n" + LONG + "x" * 20_000_000 + "\n"))


def test_a_ragged_row_is_named_behind_quoted_line_breaks(wrote):
    text = "t,note,v\n" + "".join(f'{i},"a\nb",{i % 9}\n' for i in range(100_000))
    with pytest.raises(InputError, match=r"row 200002 of pump.csv has 4 cells"):
        read(wrote(text + "1,x,2,3\n" + text.partition("\n")[2]))


@pytest.mark.parametrize("mark", ["", "ab", "\n", '"', "é", "\\n"])
def test_delimiters_are_one_character(wrote, mark):
    with pytest.raises(ParameterError, match="it is one character such as"):
        read(wrote("t,v\n" + ROWS), delimiter=mark)


@pytest.mark.parametrize("name", ["nonsense", "idna", "base64"])
def test_encodings_are_those_of_text(wrote, name):
    with pytest.raises(InputError, match=f"no encoding is named '{name}'"):
        read(wrote("t,v\n" + ROWS), encoding=name)


def test_more_header_than_there_is(wrote):
    path = wrote("time,v\n" + ROWS)
    with pytest.raises(
        InputError, match=r"1 row stands above .* --header asks for 3 rows; give --header 1, or --skip 0"
    ):
        read(path, header=3)
    assert len(read(path, header=1)) == 600
    assert len(read(path, header=3, skip=0)) == 598


def test_skipping_all(wrote):
    with pytest.raises(
        InputError, match=r"no row of pump.csv is left below its first 9,999 lines; give a lower --skip"
    ):
        read(wrote("time,v\n" + ROWS), skip=9999)


def test_options_of_other_formats_are_refused(wrote):
    path = wrote("time,v\n" + ROWS)
    with pytest.raises(
        InputError, match=r"sheet is for workbooks .*, and pump.csv is a delimited text; leave out --sheet"
    ):
        read(path, sheet=1)
    with pytest.raises(InputError, match=r"sql is for databases, and pump.csv is a delimited text; leave out --sql"):
        read(path, sql="select 1")


def test_a_link_to_nothing(tmp_path):
    path = tmp_path / "link.csv"
    path.symlink_to("nowhere.csv")
    with pytest.raises(InputError, match=r"link.csv is a link to nowhere.csv, which is not there"):
        read(path)


def test_only_the_part_with_a_bad_cell_is_read_as_text(wrote, monkeypatch):
    monkeypatch.setattr(floats, "BLOCK_BYTES", 1 << 19)
    seen = []
    add = Assembly.add
    monkeypatch.setattr(Assembly, "add", lambda self, chunk, n: seen.append(type(chunk["v"])) or add(self, chunk, n))
    many = "".join(f"{i},{i % 17}.5\n" for i in range(200_000))
    series = read(wrote("t,v\n" + many + "200000,abc\n200001,3\n"))
    assert len(series) == 200_002
    assert seen.count(list) == 1 < len(seen)
    assert any("1 cell of v is no number" in note and "row 200002" in note for note in series.notes)


@pytest.mark.parametrize("blank", ["", "\n", "  \n", "# by hand\n", "\n\n# by hand\n \n"])
def test_a_late_cell_is_named_by_its_line(wrote, blank):
    first = "t,v\n" + blank + "".join(f"{i},{i % 17}.5\n" for i in range(150_000))
    text = first + blank + "150000,abc\n150001,2\n"
    line = text.count("\n", 0, text.index("abc")) + 1
    assert any(f"'abc' in row {line} of pump.csv" in note for note in read(wrote(text)).notes)


@pytest.mark.parametrize("left", [0, 100_000])
def test_a_file_that_becomes_shorter(wrote, left):
    path = wrote("t,v\n" + LONG)

    def cut(_):
        with path.open("r+b") as stream:
            stream.truncate(left)

    with pytest.raises(InputError, match=r"pump.csv became shorter while it was read"):
        read(path, progress=cut)


def test_standard_input_that_is_closed(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(InputError, match="standard input is closed; give a file"):
        read("-")


def test_columns_that_are_used_for_something_else(wrote):
    path = wrote("time,v\n" + ROWS)
    with pytest.raises(
        InputError, match=r"no numeric column left; its columns are time \(time\), v \(the time\); name one"
    ):
        read(path, time="v")
    with pytest.raises(InputError, match=r"no cell of column time of pump.csv is a number; .* name another column"):
        read(path, values="time")
    with pytest.raises(InputError, match=r"no cell of column v of pump.csv is a number with decimal ','"):
        read(path, decimal=",", thousands="none")
    assert read(path, values=["v", "v"]).channels == ("v",)


@pytest.mark.parametrize("step", ["0.0000000001s", "99999999d"])
def test_steps_that_no_time_can_have(wrote, step):
    with pytest.raises(ParameterError, match="is below a nanosecond or above 146 years"):
        read(wrote("time,v\n" + ROWS), resample=step)


def test_a_folder_with_a_deeply_nested_file(wrote, tmp_path):
    wrote("[" * 100_000 + "]" * 100_000, "deep.json")
    wrote("time,v\n" + ROWS)
    panel = read(tmp_path)
    assert list(panel) == ["pump"]
    assert "nested too deeply" in panel.failures["deep"]


@pytest.mark.parametrize("end", ["\r\n", "\r\r\n", "\r"])
def test_line_ends_of_several_kinds_lose_no_rows(wrote, end):
    path = wrote("", "pump.csv")
    path.write_bytes(("t,v\n" + "".join(f"{i},{i % 7}{end if i % 3 else chr(10)}" for i in range(300))).encode())
    assert read(path).values.ravel().tolist() == [i % 7 for i in range(300)]


def test_a_table_without_numbers_in_that_shape(wrote):
    with pytest.raises(InputError, match=r"pump.csv is no number, .* give --missing 1/26/23 where"):
        read(wrote("1/26/23,2087\n1/1/23,2520\n2/19/23,2498)\nDay,Us"), shape="wide-rows")


@pytest.mark.parametrize("name", ["a.json", "a.csv"])
def test_text_in_another_encoding(wrote, name):
    text = '[{"t": 1, "v": 2}]' if name == "a.json" else "#datatype,string,long\n,result,table\n,,0\n"
    with pytest.raises(InputError, match=r"is not written in utf-16; give another --encoding, or none"):
        read(wrote(text, name), encoding="utf-16")


def test_long_cells_are_cut_in_sentences(wrote):
    rows = "".join(f"{'1/' * 200};{i}\n" for i in range(100))
    with pytest.raises(InputError) as caught:
        read(wrote("t;v\n" + rows), time="t")
    assert len(str(caught.value)) < 300


def test_most_rows_without_a_time_are_not_left_out(wrote):
    rows = "".join(f",{i}.5\n" for i in range(30)) + "".join(f"2020-01-{i:02d},{i}.5\n" for i in range(1, 10))
    with pytest.raises(InputError, match=r"row 2 of pump.csv: '' in column start is no time"):
        read(wrote("start,v\n" + rows))


def test_a_late_word_in_a_column_that_was_empty(wrote):
    rows = [f"{i},{'ab'[i % 2]},{i * 7 % 13}.5," for i in range(200_000)]
    rows[150_000] += "calibrated"
    whole = read(wrote("i,sensor,v,note\n" + "\n".join(rows) + "\n"), time="i", id="sensor")
    assert {key: (len(whole[key]), whole[key].channels) for key in whole} == {
        "a": (100_000, ("v",)),
        "b": (100_000, ("v",)),
    }
    assert "left out: note (no values)" in whole.notes
