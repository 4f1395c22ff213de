"""A folder of CSV files whose last column is Label."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from offbeat.core.errors import InputError
from offbeat.data.datasets import load


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pumps").mkdir()
    (tmp_path / "pumps/left.csv").write_text("when,a,b,Label\n2020-01-01,1,2,0\n2020-01-02,inf,,1\n2020-01-03,5,6,0\n")
    (tmp_path / "001_Fan_id_1_tr_2_1st_3.csv.gz").write_bytes(gzip.compress(b"Data,Label\n1,0\n2,0\n3,1.0\n"))
    (tmp_path / "notes.txt").write_text("not a series")
    return tmp_path


def test_values_labels_and_names(folder):
    found = load("labelled", folder)
    assert sorted(found) == ["001_Fan_id_1_tr_2_1st_3", "pumps/left"]
    left = found["pumps/left"]
    assert left.train_end is None
    assert left.series.channels == ("a", "b")
    assert left.series.labels.tolist() == [False, True, False]
    np.testing.assert_array_equal(left.series.values, [[1, 2], [np.nan, np.nan], [5, 6]])


def test_the_training_length_is_in_the_name_or_in_the_manifest(folder):
    assert load("labelled", folder)["001_Fan_id_1_tr_2_1st_3"].train_end == 2
    (folder / "MANIFEST.csv").write_text("path,train_end\npumps/left.csv,1\n001_Fan_id_1_tr_2_1st_3.csv.gz,\n")
    found = load("labelled", folder)
    assert len(found) == 2
    assert found["pumps/left"].train_end == 1
    assert found["001_Fan_id_1_tr_2_1st_3"].train_end is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "last column is 'b'"),
        ("a,Label\n1,2\n", "Label holds 2"),
        ("a,Label\n1,\n", "Label holds nan"),
        ("time,Label\n1,0\n", "no values beside"),
        ("a,Label\n", "no values beside"),
        ("a,b,Label\nx,1,0\n2,2,1\n", "its values must be numbers"),
        ("a,b,Label\n1,x,0\n", "its values must be numbers"),
    ],
)
def test_a_file_that_is_not_so_is_named(tmp_path, text, message):
    (tmp_path / "odd.csv").write_text(text)
    with pytest.raises(InputError, match=message) as refused:
        load("labelled", tmp_path)["odd"]
    assert "odd.csv" in str(refused.value)
