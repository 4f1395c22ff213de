"""What the reader finds in files, and what it says of those it can't use."""

from __future__ import annotations

import gzip
import io
import os
import sys
import threading

import numpy as np
import pandas as pd
import pytest

from offbeat.core.errors import InputError, MissingExtraError, UnknownNameError
from offbeat.core.series import Panel, Series
from offbeat.data.read import read


@pytest.fixture
def wrote(tmp_path):
    def write(content, name="pump.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def days(series):
    return series.time.astype("datetime64[s]").astype(str).tolist()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("time,v\n2020-01-01,1.5\n2020-01-02,2\n", [1.5, 2]),
        ("time;v\n2020-01-01;1,5\n2020-01-02;2,0\n", [1.5, 2]),
        ("time\tv\n2020-01-01\t1,5\n2020-01-02\t2\n", [1.5, 2]),
        ("time|v\n2020-01-01|1.5\n2020-01-02|NA\n", [1.5, np.nan]),
        ("2020-01-01,1.5\n2020-01-02,2\n", [1.5, 2]),
        ("# from the plant\n\ntime,v\n2020-01-01,1.5\n\n2020-01-02, 2 \n", [1.5, 2]),
        ('"time","v"\r\n"2020-01-01","1.5"\r\n"2020-01-02",-\r\n', [1.5, np.nan]),
        ("\ufefftime,v\n2020-01-01,1.5\n2020-01-02,\n", [1.5, np.nan]),
        ("time v\n2020-01-01   1.5\n2020-01-02   2\n", [1.5, 2]),
        ("time,v,\n2020-01-01,1.5,\n2020-01-02,inf,\n", [1.5, np.nan]),
    ],
)
def test_dialects(wrote, text, values):
    series = read(wrote(text))
    np.testing.assert_array_equal(series.values.ravel(), values)
    assert days(series) == ["2020-01-01T00:00:00", "2020-01-02T00:00:00"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_encodings(wrote, encoding):
    series = read(wrote("time,größe\n2020-01-01,1\n2020-01-02,2\n".encode(encoding)))
    assert series.channels == ("größe",)
    assert series.values.ravel().tolist() == [1, 2]


def test_a_late_latin_letter_does_not_stop_the_reading(wrote):
    text = "t,v,who\n" + "".join(f"{i},{i},x\n" for i in range(200_000)) + "200000,1,Müller\n"
    assert len(read(wrote(text.encode("latin-1")))) == 200_001


def test_one_column_keeps_its_holes_and_drops_the_blank_end(wrote):
    series = read(wrote("v\n1\n\n3\n\n\n"))
    np.testing.assert_array_equal(series.values.ravel(), [1, np.nan, 3])


def test_decimal_comma_in_one_column(wrote):
    assert read(wrote("v\n1,5\n-2,25\n")).values.ravel().tolist() == [1.5, -2.25]


def test_columns_are_guessed_and_said(wrote):
    text = "when,load,town,temp,is_anomaly\n" + "".join(
        f"2020-01-01 {h:02d}:00,{h},{'ab'[h % 2]},{h}.5,{h % 2}\n" for h in range(24)
    )
    series = read(wrote(text))
    assert series.channels == ("load", "temp")
    assert series.labels.tolist() == [False, True] * 12
    assert series.notes == ("time=when, values=load, temp, label=is_anomaly", "left out: town (text)")


def test_columns_can_be_said(wrote):
    path = wrote("a,b,label\n1,5,0\n2,6,1\n3,7,1\n")
    assert read(path).channels == ("a", "b")
    words = read(path, time="a", values=["label"])
    assert words.channels == ("label",)
    assert words.time.tolist() == [1, 2, 3]
    assert words.labels is None


def test_a_response_time_is_a_value(wrote):
    assert read(wrote("response_time,v\n12,1\n15,2\n19,3\n")).channels == ("response_time", "v")


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("1491041340", "2017-04-01T10:09:00"),
        ("1.49104134e+09", "2017-04-01T10:09:00"),
        ("1491041340000", "2017-04-01T10:09:00"),
        ("1491041340000000", "2017-04-01T10:09:00"),
        ("1491041340000000000", "2017-04-01T10:09:00"),
        ("20170401", "2017-04-01T00:00:00"),
        ("2017-04", "2017-04-01T00:00:00"),
        ("2017-04-01T10:09:00Z", "2017-04-01T10:09:00"),
        ("2017-04-01T10:09:00-02:00", "2017-04-01T12:09:00"),
        ("4/1/2017 10:09", "2017-04-01T10:09:00"),
        ("4/1/2017 10:09:00 AM", "2017-04-01T10:09:00"),
        ("1.4.2017 10:09", "2017-04-01T10:09:00"),
        ("1 Apr 2017", "2017-04-01T00:00:00"),
        ("Apr 1 2017 10:09", "2017-04-01T10:09:00"),
    ],
)
def test_times(wrote, text, second):
    assert days(read(wrote(f"timestamp,v\n{text},1\n{text},2\n")))[1] == second


def test_nanosecond_epochs_lose_no_digit(wrote):
    series = read(wrote("time,v\n1491041340000000001,1\n1491041340000000003,2\n"))
    assert np.diff(series.time.astype(np.int64)).tolist() == [2]


def test_whole_number_times_stay_whole(wrote):
    assert read(wrote("time,v\n0,1\n1,2\n2,3\n")).time.dtype == np.int64
    assert read(wrote("time,v\n0,1\n0.5,2\n1,3\n")).time.tolist() == [0, 0.5, 1]


def test_date_and_time_of_day_in_two_columns(wrote):
    series = read(wrote("Date;Time;power\n16/12/2006;17:24:00;4,2\n16/12/2006;17:25:00;?\n"), day_first=True)
    assert days(series) == ["2006-12-16T17:24:00", "2006-12-16T17:25:00"]


def test_zones(wrote):
    one = read(wrote("time,v\n2020-01-01T00:00+02:00,1\n2020-01-01T01:00+02:00,2\n"))
    assert one.zone == "+02:00"
    assert days(one)[0] == "2019-12-31T22:00:00"
    mixed = read(wrote("time,v\n2020-01-01T00:00+02:00,1\n2020-01-01T00:00Z,2\n"))
    assert mixed.zone == "UTC"
    assert any("2 zones" in note for note in mixed.notes)


def test_day_first_where_the_steps_are_regular_so(wrote):
    both = wrote("date,v\n2/1/2020,1\n3/1/2020,2\n")
    assert days(read(both)) == ["2020-01-02T00:00:00", "2020-01-03T00:00:00"] or any(
        "both orders fit" in note for note in read(both).notes
    )
    assert days(read(both, day_first=True)) == ["2020-01-02T00:00:00", "2020-01-03T00:00:00"]
    assert days(read(both, day_first=False)) == ["2020-02-01T00:00:00", "2020-03-01T00:00:00"]
    quarters = [f"0{d}/03/2024 {m // 4:02d}:{m % 4 * 15:02d},{m}" for d in (5, 6, 7) for m in range(96)]
    series = read(wrote("date,v\n" + "\n".join(quarters) + "\n"))
    assert days(series)[-1] == "2024-03-07T23:45:00"
    assert any(
        "dates are read day first (0 of the steps are irregular so, 2 the other" in note for note in series.notes
    )
    months = wrote("date,v\n1/2/2020,1\n13/2/2020,2\n")
    assert days(read(months))[1] == "2020-02-13T00:00:00"
    with pytest.raises(
        InputError, match=r"row 3 of pump.csv: '13/2/2020' in column date is no time .* read month first"
    ):
        read(months, day_first=False)


def test_ids_make_a_panel(wrote):
    text = "time,serial_number,v\n" + "".join(f"2020-01-{d:02d},{s},{d}\n" for d in range(1, 9) for s in "ba")
    panel = read(wrote(text))
    assert isinstance(panel, Panel)
    assert list(panel) == ["b", "a"]
    assert panel["a"].values.ravel().tolist() == list(range(1, 9))
    assert panel["a"].name == "a"


def test_a_state_is_no_id(wrote):
    text = "time,weather,v\n" + "".join(f"2020-01-{d:02d},{'wet' if d % 3 else 'dry'},{d}\n" for d in range(1, 29))
    assert isinstance(read(wrote(text)), Series)


BAD = [
    ("", "pump.csv is empty"),
    ("\n\n", "pump.csv is empty"),
    ("time,v\n", "pump.csv has a header and no rows"),
    ("time,v\n2020-01-01,1\n2020-01-02\n", "row 3 of pump.csv has 1 cell where there are 2 columns"),
    ("time,v\n2020-01-01,1\n\n2020-01-02,1,2\n", "row 4 of pump.csv has 3 cells where there are 2 columns"),
    ("name,town\nAnn,Rome\n", "pump.csv has no numeric column .its first row is 'name, town'"),
    (b"\x89PNG\x00\x01\x02", "pump.csv is .*(binary|image)"),
    (
        "t,v\n1,2\n2,3\n3,n/a?\n",
        "1 cell of 3 in column v of pump.csv is no number.*'n/a\\?' in row 4.*--missing 'n/a\\?'",
    ),
    ('t,v\n1,"2\n', "pump.csv opens a quotation mark that is never closed"),
    ("time,v\n2020-01-01,1\n2020-01-02,1\nsoon,2\n", "row 4 of pump.csv: 'soon' in column time is no time like"),
    ("time,v\nnow,1\nthen,2\n", "column time of pump.csv is named for time, and 'now' in it is no time.*--time"),
    (
        "time a b\n2020-01-01 1 2 3 4\n2020-01-02 1 2 3 4\n",
        "row 1 of pump.csv names 3 columns .* have 5 cells.*--header 0",
    ),
    (
        "time,v\n1066-10-14,1\n1066-10-15,1\n",
        "row 2 of pump.csv: '1066-10-14' in column time is outside the years 1678",
    ),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_bad_files(wrote, text, message):
    with pytest.raises(InputError, match=message):
        read(wrote(text))


def test_a_bad_cell_far_down_is_missing_and_named(wrote):
    lines = [f"{i},{i}.5" for i in range(30_000)]
    lines[20_000] = "20000,broken"
    series = read(wrote("t,v\n" + "\n".join(lines) + "\n"))
    assert np.flatnonzero(np.isnan(series.values)).tolist() == [20_000]
    said = "1 cell of v is no number and taken as missing; the first is 'broken' in row 20002 of pump.csv"
    assert said in series.notes


def test_a_bad_cell_in_a_long_file_is_missing_and_named(wrote):
    lines = [f"{i},{i}.5" for i in range(200_000)]
    lines[150_000] = "150000,broken"
    series = read(wrote("t,v\n" + "\n".join(lines) + "\n"))
    assert np.flatnonzero(np.isnan(series.values)).tolist() == [150_000]
    assert any("'broken' in row 150002 of pump.csv" in note for note in series.notes)


def test_a_total_without_a_time_is_left_out(wrote):
    series = read(wrote("time,v\n2020-01-01,1\n2020-01-02,1\n,2\n"))
    assert series.values.ravel().tolist() == [1, 1]
    assert any("1 row under the table left out, from row 4 on" in note for note in series.notes)


def test_a_time_that_a_spreadsheet_could_not_show_is_no_comment(wrote):
    with pytest.raises(InputError, match=r"row 3 of pump.csv: '########' in column time is no time like"):
        read(wrote("time,v\n2020-01-01,1\n########,2\n2020-01-03,3\n2020-01-04,3\n"))


def test_comments_among_the_rows_are_noted(wrote):
    series = read(wrote("time,v\n2020-01-01,1\n# changed the sensor\n2020-01-03,3\n"))
    assert series.values.ravel().tolist() == [1, 3]
    assert "lines among the rows that begin with # are left out" in series.notes


def test_a_name_that_stands_twice_is_numbered(wrote):
    assert read(wrote("t,v,v\n1,2,3\n2,3,4\n")).channels == ("v", "v_2")


def test_a_short_row_far_down_is_named(wrote):
    lines = [f"{i},{i}.5" for i in range(300_000)]
    lines[290_000] = "290000"
    with pytest.raises(InputError, match=r"row 290002 of pump.csv has 1 cell"):
        read(wrote("t,v\n" + "\n".join(lines) + "\n"))


def test_a_late_label_that_is_none(wrote):
    text = "t,v,label\n" + "".join(f"{i},{i},{i % 2}\n" for i in range(20_000)) + "20000,1,7\n"
    with pytest.raises(InputError, match=r"row 20002 of pump.csv: 7 in column label is no label"):
        read(wrote(text))


def test_unknown_columns_offer_the_nearest(wrote):
    with pytest.raises(UnknownNameError, match="no column 'pressur'; did you mean 'pressure'"):
        read(wrote("time,pressure\n2020-01-01,1\n"), values="pressur")


def test_missing_files_offer_the_nearest(wrote):
    path = wrote("v\n1\n")
    with pytest.raises(InputError, match=r"did you mean 'pump.csv'"):
        read(path.with_name("pmup.csv"))
    with pytest.raises(InputError, match="there is no folder"):
        read(path.parent / "nowhere" / "x.csv")


def test_no_permission(wrote, monkeypatch):
    path = wrote("v\n1\n")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(InputError, match="permission denied"):
        read(path)


def test_gz_and_truncated_gz(wrote):
    packed = gzip.compress(b"time,v\n2020-01-01,1\n2020-01-02,2\n")
    assert read(wrote(packed, "a.csv.gz")).name == "a"
    with pytest.raises(InputError, match=r"b.csv.gz can't be unpacked"):
        read(wrote(packed[:-4], "b.csv.gz"))


def test_wide_and_one_row(wrote):
    path = wrote(",".join(f"c{i}" for i in range(300)) + "\n" + ",".join("1" * 300) + "\n")
    with pytest.raises(InputError, match=r"pump.csv has 1 row and 300 columns.*--shape wide-rows.*--shape tall"):
        read(path)
    assert read(path, shape="tall").values.shape == (1, 300)
    assert read(path, shape="wide-rows").values.shape == (300, 1)


def test_many_files(wrote, tmp_path):
    (tmp_path / "sub").mkdir()
    wrote("v\n1\n")
    wrote("v\n1\n2\n", "sub/pump.csv")
    wrote('{"v": 1}\n{"v": null}\n{"v": 3}\n', "b.jsonl")
    panel = read(tmp_path)
    assert {name: len(s) for name, s in panel.items()} == {"b": 3, "pump": 1, "sub/pump": 2}
    assert list(read(str(tmp_path / "*.csv"))) == ["pump"]
    assert list(read([tmp_path / "pump.csv", tmp_path / "b.jsonl"])) == ["pump", "b"]


def test_a_folder_without_data(tmp_path):
    with pytest.raises(InputError, match="holds no data"):
        read(tmp_path)


def test_json(wrote):
    rows = '[{"time": "2020-01-01", "v": 1, "who": "x"}, {"time": "2020-01-02", "v": 2.5}]'
    assert read(wrote(rows, "a.json")).values.ravel().tolist() == [1, 2.5]
    assert read(wrote('{"t": [1, 2], "v": [3, 4]}', "b.json")).time.tolist() == [1, 2]
    with pytest.raises(InputError, match=r"row 2 of c.jsonl is not JSON"):
        read(wrote('{"v": 1}\n{"v": \n', "c.jsonl"))


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"time,v\n2020-01-01,1\n")))
    series = read("-")
    assert (series.name, len(series)) == ("stdin", 1)


def test_a_pipe_is_read_once(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("time,v\n2020-01-01,1\n2020-01-02,2\n",))
    writer.start()
    assert read(pipe).values.ravel().tolist() == [1, 2]
    writer.join()


def test_a_device_is_refused():
    with pytest.raises(InputError, match="neither a file nor a folder"):
        read("/dev/zero")


def test_parquet(tmp_path):
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    path = tmp_path / "a.parquet"
    pd.DataFrame({"time": pd.date_range("2020-01-01", periods=3, tz="Asia/Tokyo"), "v": [1, 2, 3]}).to_parquet(path)
    series = read(path)
    assert (series.zone, series.index) == ("Asia/Tokyo", None)
    path.write_text("no")
    with pytest.raises(InputError, match=r"a.parquet can't be read as Parquet"):
        read(path)


def test_parquet_without_its_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(MissingExtraError, match=r"the \[parquet\] extra: pip install '(pyarrow|\.\[)"):
        read(tmp_path / "a.parquet")


def test_pandas_comes_with_its_index():
    pd = pytest.importorskip("pandas")
    index = pd.date_range("2020-01-01", periods=3, freq="h", tz="Europe/Berlin", name="at")
    series = read(pd.DataFrame({"v": [1.0, None, 3.0], "w": pd.array([1, None, 3], dtype="Int64")}, index=index))
    assert series.index is index
    assert series.zone == "Europe/Berlin"
    assert days(series)[0] == "2019-12-31T23:00:00"
    np.testing.assert_array_equal(series.values, [[1, 1], [np.nan, np.nan], [3, 3]])


def test_other_frames():
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    polars = pl.DataFrame({"t": [1, 2, 3], "v": [1.0, None, 3.0]})
    arrow = pa.table({"t": [1, 2, 3], "v": [1.0, None, 3.0]})
    for frame in (polars, polars.lazy(), arrow, {"t": [1, 2, 3], "v": [1.0, None, 3.0]}):
        series = read(frame)
        assert series.time.tolist() == [1, 2, 3]
        np.testing.assert_array_equal(series.values.ravel(), [1, np.nan, 3])
    assert read(pl.Series("q", [1, 2])).channels == ("q",)


def test_arrays():
    assert read([1, 2, None]).values.shape == (3, 1)
    assert read(np.ones((4, 2))).channels == ("c0", "c1")
    assert "1 infinite value is" in read(np.array([1, np.inf])).notes[0]
    series = Series(np.ones((2, 1)))
    assert read(series) is series
    for wrong in ([], 5, [["a"]], np.ones((2, 2, 2)), {}):
        with pytest.raises(InputError):
            read(wrong)


def test_progress_reaches_the_end(wrote):
    words = []
    read(wrote("v\n" + "1\n" * 300_000), progress=words.append)
    assert words == sorted(words)
    assert words[-1] == 1.0


def test_a_stop_while_pandas_reads_is_a_stop(tmp_path, monkeypatch):
    path = tmp_path / "pump.csv"
    path.write_text("value\n" + "1\n2\n3\n" * 300_000)

    def stopped(*_: object, **__: object) -> None:
        # what pandas makes of Ctrl-C while it asks the file for more
        raise pd.errors.ParserError("Error tokenizing data. C error: Calling read(nbytes) on source failed.")

    monkeypatch.setattr(pd, "read_csv", stopped)
    with pytest.raises(KeyboardInterrupt):
        read(path)
