"""Files of numpy and MATLAB: one array or several, structs, and what is not clear."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.io import savemat

from offbeat.core.errors import InputError, UnknownNameError
from offbeat.data.formats.matlab import Matlab
from offbeat.data.formats.numpy_arrays import NumpyArrays


def npy(array):
    made = io.BytesIO()
    np.save(made, array, allow_pickle=True)
    return made.getvalue()


def npz(**arrays):
    made = io.BytesIO()
    np.savez_compressed(made, **arrays)
    return made.getvalue()


def mat(version="5", compress=True, **variables):
    made = io.BytesIO()
    savemat(made, variables, format=version, do_compression=compress)
    return made.getvalue()


@pytest.fixture
def numpy_table(read):
    def one(content, name="a.npy", **options):
        (only,) = read(NumpyArrays, content, name, **options)
        return only

    return one


@pytest.fixture
def matlab_table(read):
    def one(*, name="a.mat", options=None, **variables):
        (only,) = read(Matlab, mat(**variables), name, **(options or {}))
        return only

    return one


def columns(table):
    return table.frame.to_dict("list")


def test_one_array(numpy_table):
    assert columns(numpy_table(npy(np.array([1, 2.5, 4])))) == {"value": [1, 2.5, 4]}
    assert columns(numpy_table(npy(np.array([[1], [2]])), "stdin")) == {"value": [1, 2]}
    assert columns(numpy_table(npy(np.array([[1, 2], [3, 4], [5, 6]])))) == {"c0": [1, 3, 5], "c1": [2, 4, 6]}
    made = numpy_table(npy(np.array([1.5, 2.5], dtype=">f4"))).frame["value"]
    assert (made.tolist(), made.dtype.isnative) == ([1.5, 2.5], True)
    assert columns(numpy_table(npy(np.array([True, False])))) == {"value": [1.0, 0.0]}
    stamps = np.array(["2024-01-08", "2024-01-09"], dtype="datetime64[s]")
    made = numpy_table(npy(np.array(list(zip(stamps, [1, 2], strict=True)), dtype=[("at", "M8[s]"), ("v", "i4")])))
    assert columns(made) == {"at": list(pd.to_datetime(stamps)), "v": [1, 2]}
    made = np.array([(1.5, [1, 2]), (2.5, [3, 4])], dtype=[("v", "f8"), ("xy", "i4", 2)])
    assert columns(numpy_table(npy(made))) == {"v": [1.5, 2.5], "xy.0": [1, 3], "xy.1": [2, 4]}


def test_channels_in_rows(numpy_table):
    wide = npy(np.arange(12.0).reshape(2, 6))
    sentence = (
        r"^a.npy has 2 rows and 6 columns; where each row is a channel, add --shape wide-rows, else --shape tall$"
    )
    with pytest.raises(InputError, match=sentence):
        numpy_table(wide)
    assert columns(numpy_table(wide, shape="wide-rows")) == {"c0": list(range(6)), "c1": list(range(6, 12))}
    assert numpy_table(wide, shape="tall").frame.shape == (2, 6)


def test_several_arrays(numpy_table, read):
    time = np.array(["2024-01-08", "2024-01-09", "2024-01-10"])
    made = numpy_table(npz(time=time, load=[1, 2, 3], xy=[[1, 2], [3, 4], [5, 6]], rate=100.0), "a.npz")
    assert columns(made) == {"time": time.tolist(), "load": [1, 2, 3], "xy.0": [1, 3, 5], "xy.1": [2, 4, 6]}
    assert made.notes == ("rate is 100.0",)
    made = numpy_table(npz(t=np.arange(9), x=np.arange(18).reshape(2, 9)), "a.npz")
    assert columns(made) == {"t": list(range(9)), "x.0": list(range(9)), "x.1": list(range(9, 18))}
    content = npz(train=np.zeros((5, 2)), test=np.ones((3, 2)))
    first, second = read(NumpyArrays, content, "a.npz")
    assert (first.name, first.frame.shape, second.name, second.frame.shape) == ("train", (5, 2), "test", (3, 2))
    assert list(first.frame.columns) == ["c0", "c1"]
    made = numpy_table(content, "a.npz", sheet="test")
    assert (made.name, made.frame.shape) == ("", (3, 2))
    with pytest.raises(UnknownNameError, match=r"^no array 'tst'; did you mean 'test'\?$"):
        numpy_table(content, "a.npz", sheet="tst")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            npy(np.array([{}, {}])),
            r"a.npy holds objects of Python, which may run code; save the numbers alone, as array",
        ),
        (npy(np.array([1j, 2j])), r"a.npy holds complex numbers; save numpy.abs of them, or their real parts$"),
        (
            npy(np.zeros((2, 3, 4))),
            r"the array of a.npy has the shape \(2, 3, 4\); give numpy.load\(\"a.npy\"\)\[0\], of two",
        ),
        (
            npy(np.float64(3)),
            r"a.npy holds no array of numbers; give one with rows for times and columns for channels$",
        ),
        (npy(np.array(["a", "b"])), r"a.npy holds no array of numbers"),
        (npy(np.zeros(100))[:300], r"a.npy can't be read as a file of numpy: .*; save it again$"),
        (npz(x=np.arange(100.0))[:-80], r"a.npy can't be read as a file of numpy: .*; save it again$"),
    ],
)
def test_what_cannot_be_read(numpy_table, content, sentence):
    with pytest.raises(InputError, match=f"^{sentence}"):
        numpy_table(content)


def test_no_code_is_run(numpy_table, tmp_path):
    class Harm:
        def __reduce__(self):
            return (open, (str(tmp_path / "made"), "w"))

    array = np.empty(2, dtype=object)
    array[:] = [Harm(), 1]
    for content in (npy(array), npz(a=np.zeros(3), b=array)):
        with pytest.raises(InputError, match=r"which may run code"):
            numpy_table(content)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("version", ["4", "5"])
def test_matlab_variables(matlab_table, version):
    made = matlab_table(version=version, compress=version == "5", t=[[1.0], [2], [3]], x=[[1, 2, 3]], fs=50.0, who="me")
    assert columns(made) == {"t": [1, 2, 3], "x": [1, 2, 3]}
    assert set(made.notes) == {"fs is 50.0", "who is me"}
    made = matlab_table(version=version, compress=version == "5", x=np.arange(10.0).reshape(5, 2))
    assert columns(made) == {"c0": [0, 2, 4, 6, 8], "c1": [1, 3, 5, 7, 9]}


def test_matlab_structs(matlab_table):
    made = matlab_table(data={"temp": [1.5, 2.5], "in": {"hum": [3, 4]}, "note": "x"})
    assert columns(made) == {"data.temp": [1.5, 2.5], "data.in.hum": [3, 4]}
    rows = np.array([(1, 2.5), (3, 4.5)], dtype=[("t", object), ("v", object)])
    assert columns(matlab_table(log=rows)) == {"log.t": [1, 3], "log.v": [2.5, 4.5]}
    names = np.array(["a", "bc"], dtype=object)
    assert columns(matlab_table(x=[1, 2], w=names)) == {"x": [1, 2], "w": ["a", "bc"]}


def test_matlab_channels_in_rows(matlab_table):
    wide = np.arange(20.0).reshape(2, 10)
    assert columns(matlab_table(t=np.arange(10.0), x=wide))["x.1"] == list(range(10, 20))
    with pytest.raises(InputError, match=r"^x of a.mat has 2 rows and 10 columns; where each row is a channel, add"):
        matlab_table(x=wide)
    assert matlab_table(x=wide, options={"shape": "wide-rows"}).frame.shape == (10, 2)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"MATLAB 7.3 MAT-file, Platform".ljust(512) + b"\x89HDF\r\n\x1a\n",
            r"is a MATLAB file of version 7.3; in MATLAB, type load",
        ),
        (mat(x=np.arange(100.0))[:200], r"can't be read as a MATLAB file: .*; save it again$"),
        (mat(compress=False, x=np.arange(100.0))[:200], r"can't be read as a MATLAB file: .*; save it again$"),
        (b"\0\0\0\0 no such thing", r"can't be read as a MATLAB file: .*; save it again$"),
        (mat(who="me"), r"holds no array of numbers"),
    ],
)
def test_what_cannot_be_read_of_matlab(read, content, sentence):
    with pytest.raises(InputError, match=f"^a.mat {sentence}"):
        read(Matlab, content, "a.mat")


@pytest.mark.parametrize("compress", [True, False])
def test_whole_files_of_matlab_pass_the_check(matlab_table, compress):
    from scipy.sparse import csc_array

    cells = np.array([1.5, "text", np.zeros((2, 0)), [[1, 2]]], dtype=object)
    other = {"cells": cells, "empty": np.zeros((0, 3)), "text": ["ab", "cd", "ef"], "none": ""}
    struct = {"x": [1, 2, 3], "in": {"y": np.arange(3, dtype="int8"), "s": "a"}}
    made = matlab_table(
        compress=compress, s=struct, m=csc_array(np.diag([1.0, 0, 2])), on=np.array([True, False, True]), **other
    )
    assert columns(made)["m.2"] == [0, 0, 2]
    assert columns(made)["s.in.y"] == [0, 1, 2]
    assert columns(made)["on"] == [1, 0, 1]


def test_a_matlab_file_with_a_wrong_size_does_not_end_the_process(read):
    whole = mat(compress=False, x=np.arange(20.0))
    rng = np.random.default_rng(0)
    refused = 0
    for at in rng.integers(128, 200, 60):
        content = whole[:at] + bytes([rng.integers(256)]) + whole[at + 1 :]
        try:
            read(Matlab, content, "a.mat")
        except InputError:
            refused += 1
    assert refused > 20


def test_what_is_neither(wrote):
    for content in ("1 2\n3 4\n", pickle.dumps(np.zeros(3)), b""):
        assert not NumpyArrays().recognises(wrote(content, "a.npy"))
    assert not Matlab().recognises(wrote("1 2\n3 4\n", "a.mat"))
