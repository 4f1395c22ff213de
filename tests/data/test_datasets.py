"""Readers of published data sets, on small files in their layouts."""

from __future__ import annotations

import json
from importlib import import_module

import numpy as np
import pytest

from offbeat.core.errors import InputError, UnknownNameError
from offbeat.core.windows import true_runs
from offbeat.data.datasets import layouts, load


def spans(labelled):
    return true_runs(labelled.series.labels).tolist()


def text(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


@pytest.fixture
def nab(tmp_path):
    rows = "".join(f"2014-04-01 00:{5 * i:02d}:00,{i}.5\n" for i in range(10))
    text(tmp_path / "data/realTweets/a.csv", "timestamp,value\n" + rows)
    text(tmp_path / "data/artificialNoAnomaly/b.csv", "timestamp,value\n" + rows)
    text(tmp_path / "data/realTweets/unknown.csv", "timestamp,value\n" + rows)
    windows = [["2014-04-01 00:10:00.000000", "2014-04-01 00:20:00.000000"],
               ["2014-04-01 00:40:00.000000", "2014-04-01 00:40:00.000000"]]  # fmt: skip
    text(
        tmp_path / "labels/combined_windows.json",
        json.dumps({"realTweets/a.csv": windows, "artificialNoAnomaly/b.csv": []}),
    )
    return tmp_path


def test_nab(nab):
    found = load("nab", nab)
    assert list(found) == ["artificialNoAnomaly/b", "realTweets/a", "realTweets/unknown"]
    one = found["realTweets/a"]
    assert one.series.time[1] == np.datetime64("2014-04-01T00:05")
    assert one.series.values[:3, 0].tolist() == [0.5, 1.5, 2.5]
    assert spans(one) == [[2, 5], [8, 9]]
    assert one.train_end is None
    assert not found["artificialNoAnomaly/b"].series.labels.any()
    assert found["realTweets/unknown"].series.labels is None


def test_nab_without_its_labels_or_data(nab):
    with pytest.raises(InputError, match=r"no file .*combined_windows.json; give the folder that holds NAB"):
        load("nab", nab / "data")
    (nab / "labels/combined_windows.json").write_text("{")
    with pytest.raises(InputError, match="is not JSON"):
        load("nab", nab)


def test_yahoo(tmp_path):
    text(tmp_path / "A1Benchmark/real_1.csv", "timestamp,value,is_anomaly\n1,0.5,0\n2,9.5,1\n3,0.5,0\n")
    text(tmp_path / "A2Benchmark/synthetic_1.csv", "timestamp,value,is_anomaly\n1416726000,1,0\n1416729600,2,1\n")
    wide = "timestamps,value,anomaly,changepoint,trend,noise,seasonality1,seasonality2,seasonality3\n"
    text(
        tmp_path / "A4Benchmark/A4Benchmark-TS1.csv", wide + "1416726000,7,1,0,1,1,1,1,1\n1416729600,8,0,1,1,1,1,1,1\n"
    )
    text(tmp_path / "A4Benchmark/A4Benchmark_all.csv", wide)
    found = load("yahoo_s5", tmp_path)
    assert list(found) == ["A1Benchmark/real_1", "A2Benchmark/synthetic_1", "A4Benchmark/A4Benchmark-TS1"]
    assert found["A1Benchmark/real_1"].series.time.tolist() == [1, 2, 3]
    assert spans(found["A1Benchmark/real_1"]) == [[1, 2]]
    assert found["A2Benchmark/synthetic_1"].series.time[0] == np.datetime64("2014-11-23T07:00")
    last = found["A4Benchmark/A4Benchmark-TS1"]
    assert last.series.values.tolist() == [[7.0], [8.0]]
    assert spans(last) == [[0, 1]]


def test_ucr(tmp_path):
    text(tmp_path / "001_UCR_Anomaly_DISTORTED1sddb40_4_6_8.txt", "\n".join(map(str, range(10))))
    text(tmp_path / "more/204_UCR_Anomaly_CHARISfive_2_3_3.txt", "  1.0e+00   2.0e+00 3 4\n")
    found = load("ucr", tmp_path)
    assert list(found) == ["001_DISTORTED1sddb40", "204_CHARISfive"]
    one = found["001_DISTORTED1sddb40"]
    assert one.train_end == 4
    assert spans(one) == [[5, 8]]
    assert one.train.values[:, 0].tolist() == [0, 1, 2, 3]
    assert len(one.test) == 6
    assert found["204_CHARISfive"].series.values[:, 0].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("1_UCR_Anomaly_a_4_6_8.txt", "1 2 3", "from 6 to 8 is not inside its 3 points"),
        ("1_UCR_Anomaly_a_4_2_3.txt", "1 2 3", "4 rows for training, of 3"),
        ("1_UCR_Anomaly_a_1_2_3.txt", "1 2 x", "must be numbers"),
    ],
)
def test_ucr_files_that_contradict_their_names(tmp_path, name, content, words):
    text(tmp_path / name, content)
    with pytest.raises(InputError, match=words):
        load("ucr", tmp_path)["1_a"]


def test_ucr_names_must_end_in_three_numbers(tmp_path):
    text(tmp_path / "1_UCR_Anomaly_a_4.txt", "1 2 3")
    with pytest.raises(InputError, match="three numbers"):
        load("ucr", tmp_path)


def test_smd(tmp_path):
    for name in ("machine-1-1.txt", "machine-1-2.txt"):
        text(tmp_path / "train" / name, "0.1,0.2\n0.3,0.4\n0.5,0.6\n")
        text(tmp_path / "test" / name, "0.7,0.8\n0.9,1.0\n")
        text(tmp_path / "test_label" / name, "0\n1\n")
    found = load("smd", tmp_path)
    assert list(found) == ["machine-1-1", "machine-1-2"]
    one = found["machine-1-1"]
    assert one.train_end == 3
    assert one.series.values[:, 1].tolist() == [0.2, 0.4, 0.6, 0.8, 1.0]
    assert spans(one) == [[4, 5]]
    text(tmp_path / "test_label/machine-1-1.txt", "0\n")
    with pytest.raises(InputError, match="2 rows for testing and 1 labels"):
        found["machine-1-1"]
    (tmp_path / "test/machine-1-2.txt").unlink()
    with pytest.raises(InputError, match=r"can't read .*machine-1-2\.txt"):
        found["machine-1-2"]


@pytest.fixture
def telemanom(tmp_path):
    rows = 'P-1,SMAP,"[[1, 2]]",[point],6\nP-2,SMAP,"[[0, 0]]",[point],6\nM-1,MSL,"[[3, 3], [5, 5]]","[a, b]",6\n'
    text(
        tmp_path / "labeled_anomalies.csv",
        "chan_id,spacecraft,anomaly_sequences,class,num_values\n" + rows + 'P-2,SMAP,"[[4, 5]]",[point],6\n',
    )
    for part, n in (("train", 4), ("test", 6)):
        (tmp_path / part).mkdir()
        for name in ("P-1", "P-2", "M-1"):
            np.save(tmp_path / part / f"{name}.npy", np.full((n, 3), len(part)))
    return tmp_path


def test_telemanom(telemanom):
    found = load("telemanom", telemanom)
    assert list(found) == ["SMAP/P-1", "SMAP/P-2", "MSL/M-1"]
    one = found["SMAP/P-1"]
    assert one.train_end == 4
    assert one.series.channels == ("telemetry", "command1", "command2")
    assert one.series.values[:, 0].tolist() == [5.0] * 4 + [4.0] * 6
    assert spans(one) == [[5, 7]]
    assert spans(found["SMAP/P-2"]) == [[4, 5], [8, 10]]
    assert spans(found["MSL/M-1"]) == [[7, 8], [9, 10]]
    assert list(load("telemanom", telemanom, spacecraft="MSL")) == ["MSL/M-1"]


def test_telemanom_runs_no_code_and_names_bad_files(telemanom):
    np.save(telemanom / "test/P-1.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    np.save(telemanom / "test/P-2.npy", np.zeros(6))
    found = load("telemanom", telemanom)
    with pytest.raises(InputError, match=r"P-1.npy is not an array file of numbers"):
        found["SMAP/P-1"]
    with pytest.raises(InputError, match=r"P-2.npy has the shape \(6,\)"):
        found["SMAP/P-2"]
    (telemanom / "test/M-1.npy").write_bytes(b"")
    with pytest.raises(InputError, match=r"M-1.npy"):
        found["MSL/M-1"]
    table = telemanom / "labeled_anomalies.csv"
    table.write_text(table.read_text().replace("[[1, 2]]", "[[1]]"))
    with pytest.raises(InputError, match="of P-1 is not a list of spans"):
        load("telemanom", telemanom)


def test_tsb_ad(tmp_path):
    text(tmp_path / "001_NAB_id_1_Facility_tr_2_1st_3.csv", "Data,Label\n1,0\n2,0\n3,0\n4,1\n5,0\n")
    text(tmp_path / "M/057_SMD_id_1_Facility_tr_1_1st_2.csv", "a,b,Label\n1,2,0\n3,,0\n5,6,1\n")
    found = load("tsb_ad", tmp_path)
    one = found["001_NAB_id_1_Facility_tr_2_1st_3"]
    assert one.train_end == 2
    assert spans(one) == [[3, 4]]
    many = found["057_SMD_id_1_Facility_tr_1_1st_2"]
    assert many.series.channels == ("a", "b")
    assert np.isnan(many.series.values[1, 1])
    text(tmp_path / "1_a_tr_2_1st_3.csv", "Data,Anomaly\n1,0\n2,0\n")
    with pytest.raises(InputError, match="'Anomaly' and should be 'Label'"):
        load("tsb_ad", tmp_path)["1_a_tr_2_1st_3"]


@pytest.fixture
def backblaze(tmp_path):
    head = "date,serial_number,model,capacity_bytes,failure,smart_5_normalized,smart_5_raw"
    text(tmp_path / "2023-01-01.csv", f"{head}\n2023-01-01,Z1,ST4,1,0,100,7\n2023-01-01,Z2,ST8,1,0,100,1\n")
    text(tmp_path / "2023-01-03.csv", f"{head},smart_9_raw\n2023-01-03,Z1,ST4,1,1,100,9,2\n")
    text(tmp_path / "q/2023-01-02.csv", f"{head}\n2023-01-02,Z1,ST4,1,0,100,8\n2023-01-02,Z2,ST8,1,0,100,\n")
    return tmp_path


def test_backblaze(backblaze):
    panel = load("backblaze", backblaze).panel()
    assert list(panel) == ["Z1", "Z2"]
    one = panel["Z1"]
    assert one.channels == ("smart_5_raw", "smart_9_raw")
    assert one.values[:, 0].tolist() == [7, 8, 9]
    assert one.values[2, 1] == 2
    assert np.isnan(one.values[:2, 1]).all()
    assert one.time.astype("datetime64[D]").astype(str).tolist() == ["2023-01-01", "2023-01-02", "2023-01-03"]
    assert one.labels.tolist() == [False, False, True]
    assert np.isnan(panel["Z2"].values[1, 0])


def test_backblaze_by_model_and_column(backblaze):
    found = load("backblaze", backblaze, model="ST8", columns=("smart_5_normalized",))
    assert list(found) == ["Z2"]
    assert found["Z2"].series.channels == ("smart_5_normalized",)
    with pytest.raises(InputError, match="no drive of model 'ST9'"):
        load("backblaze", backblaze, model="ST9")
    with pytest.raises(InputError, match="has no column smart_1_raw"):
        load("backblaze", backblaze, columns=("smart_1_raw",))


@pytest.mark.parametrize("layout", layouts())
def test_a_folder_without_such_data_is_named(layout, tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputError, match=f"{tmp_path}.*; give the folder that holds"):
            load(layout, folder)


@pytest.mark.parametrize("layout", layouts())
def test_every_layout_says_how_to_get_it(layout):
    assert "To get it," in import_module(f"offbeat.data.datasets.{layout}").__doc__


def test_an_unknown_layout_or_series_offers_the_nearest(nab):
    with pytest.raises(UnknownNameError, match="did you mean 'nab'"):
        load("nap", nab)
    with pytest.raises(UnknownNameError, match="did you mean 'realTweets/a'"):
        load("nab", nab)["realTweet/a"]


@pytest.mark.parametrize(
    "content", ["", "a,b\n1,2\n", "timestamp,value\n2014-04-01,x\n", "timestamp,value\nnoon,1\n", "\x00\xff\x00"]
)
def test_a_damaged_csv_is_named(nab, content):
    (nab / "data/realTweets/a.csv").write_bytes(content.encode("latin-1"))
    found = load("nab", nab)
    with pytest.raises(InputError, match=r"a\.csv"):
        found["realTweets/a"]
