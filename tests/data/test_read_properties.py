"""Whatever is in a file, the reader gives a series, a panel or an error of ours; and what was written is read again."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from offbeat.core.errors import OffbeatError
from offbeat.core.series import Panel, Series
from offbeat.data.read import read

CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "1",
            "-2.5",
            "1,5",
            "NA",
            "nan",
            "inf",
            "1e400",
            "x",
            "time",
            "label",
            "id",
            '"',
            '"a',
            "2020-01-01",
            "0",
            "1/2/2020",
            "13/2/2020",
            "1.2.2020 10:00",
            "2020-01-01T00:00Z",
            "True",
            "9" * 30,
            " ",
            "#",
            "10:00",
            "-",
        ]
    ),
    st.text(max_size=4),
    st.integers().map(str),
    st.floats().map(str),
)
TABLES = st.tuples(
    st.lists(st.lists(CELLS, max_size=5), max_size=12),
    st.sampled_from([",", ";", "\t", "|", " "]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)


def read_bytes(content: bytes, name: str = "a.csv", **options: bool) -> Series | Panel | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            return read(path, **options)
        except OffbeatError:
            return None


@settings(max_examples=150, deadline=None)
@given(TABLES)
def test_any_table_is_read_or_refused(table):
    rows, delimiter, end = table
    found = read_bytes(end.join(delimiter.join(row) for row in rows).encode(errors="surrogatepass"))
    assert found is None or len(found) > 0


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.csv.gz", "a.json", "a.jsonl", "a.parquet"]))
def test_any_bytes_are_read_or_refused(content, name):
    found = read_bytes(content, name)
    assert found is None or isinstance(found, Series | Panel)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused(data):
    import json

    found = read_bytes(json.dumps(data).encode(), "a.json")
    assert found is None or isinstance(found, Series | Panel)


@settings(max_examples=60, deadline=None)
@given(
    values=arrays.arrays(
        np.float64,
        st.tuples(st.integers(1, 20), st.integers(1, 4)),
        elements=st.floats(-1e12, 1e12) | st.just(float("nan")),
    ),
    marks=st.sampled_from([(",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ","), ("|", ",")]),
    form=st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%s"]),
)
@example(values=np.array([[0.00014908454259029996]]), marks=(",", "."), form="%Y-%m-%d %H:%M:%S")
def test_what_was_written_is_read_again(values, marks, form):
    pd = pytest.importorskip("pandas")
    delimiter, decimal = marks
    times = pd.date_range("2021-03-05 07:00", periods=len(values), freq="61min")
    stamps = times.as_unit("s").astype("int64") if form == "%s" else times.strftime(form)
    frame = pd.DataFrame(values, columns=[f"v{i}" for i in range(values.shape[1])])
    frame.insert(0, "time", stamps)
    content = frame.to_csv(index=False, sep=delimiter, decimal=decimal, float_format=None).encode()
    # one date alone may be of either order, and goes with the decimal mark
    found = read_bytes(content, **({"day_first": False} if form.startswith("%m") else {}))
    if np.isnan(values).all():
        assert found is None or np.isnan(found.values).all()
        return
    assert isinstance(found, Series)
    kept = ~np.isnan(values).all(axis=0)  # a column without any value is left out, which is said
    assert found.channels == tuple(frame.columns[1:][kept])
    np.testing.assert_array_equal(found.values, values[:, kept])
    np.testing.assert_array_equal(found.time, times.to_numpy().astype("datetime64[ns]"))
