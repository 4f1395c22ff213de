"""Files that were cut, or with other bytes in places: what can't be read is one sentence, and never a traceback."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from contextlib import closing

import numpy as np
import pytest
from scipy.io import savemat

from offbeat.core.errors import OffbeatError
from offbeat.data.reading.files import formats
from offbeat.data.reading.options import Options
from offbeat.data.reading.unpacking import unpacked
from offbeat.data.reading.unreadable import refuse

STAMP = "2024-01-08T00:00:00Z"
PAIRS = [[1704672000, "1"], [1704672060, "NaN"]]
ANSWERS = {
    "matrix": {"data": {"resultType": "matrix", "result": [{"metric": {"a": i}, "values": PAIRS} for i in "bc"]}},
    "graphite": [{"target": "x", "datapoints": [[1, 1704672000], [None, 1704672060]]}],
    "statistics": {"Label": "CPU", "Datapoints": [{"Timestamp": STAMP, "Average": 1, "Unit": "Percent"}]},
    "data": {"MetricDataResults": [{"Id": "a", "Label": "b", "Timestamps": [STAMP], "Values": [1]}]},
    "influx": {"results": [{"series": [{"name": "c", "tags": {"h": "a"}, "columns": ["time"], "values": [[STAMP]]}]}]},
    "buckets": {"aggregations": {"h": {"buckets": [{"key": 1704672000000, "doc_count": 3, "m": {"value": 1}}]}}},
    "frames": {"results": {"A": {"frames": [{
        "schema": {"fields": [{"name": "T", "type": "time"}, {"name": "v", "type": "number", "labels": {"a": "b"}}]},
        "data": {"values": [[1704672000000], [1]]},
    }]}}},
    "records": [{"t": 1, "d": {"x": [1, 2]}, "s": [{"a": 1}]}, {"t": 2, "d": {"x": [1, 2]}, "s": [{"a": 2}]}],
    "opentsdb": [
        {"metric": "m", "tags": {"h": "a"}, "dps": {"1704672000": 1, "1704672060": None}},
        {"metric": "m", "tags": {"h": "b"}, "dps": [[1704672000, 1]]},
    ],
    "split": {"columns": ["a"], "index": [0, 1], "data": [[1], [2]]},
}  # fmt: skip
LVM = "LabVIEW Measurement\nSeparator\tTab\nX_Columns\tNo\n***End_of_Header***\n\nChannels\t1\nDate\t2024/01/08\n"
LVM += "Time\t1:2:3\nX0\t0\nDelta_X\t0.5\n***End_of_Header***\nX_Value\tF\tComment\n\t1.5\n\t2.5\n\n"
INFLUX = "#group,false,false,false,true\n#datatype,long,dateTime:RFC3339,double,string\n#default,,,,\n"
INFLUX += f",table,_time,_value,host\n,0,{STAMP},1.5,a\n,0,{STAMP},2.5,b\n"
TS = "@problemName x\n@classLabel true 1\n@data\n1,2:3,?:1\n(0,1),(1,2):(0,3),(1,4):1\n"
ARFF = "@relation x\n@attribute a real\n@attribute b {u,v}\n@attribute c date yyyy\n@data\n1.5,u,2024\n?,v,2025\n"
LINES = 'cpu,h=a x=1,n="two\nlines" 1704672000\ncpu,h=a x=2i,y=t 1704672060\nmem,h=b x=3 1704672000\n'
LOGFMT = f'ts={STAMP} m="a b" v=1\nts={STAMP} v=2 w=\n'


def numpy_file(save, *args, **kwargs):
    made = io.BytesIO()
    save(made, *args, **kwargs)
    return made.getvalue()


def database(folder):
    with closing(sqlite3.connect(folder / "made")) as connection:
        connection.execute("create table a as select 1 as x, 2.5 as y")
        connection.commit()
    return (folder / "made").read_bytes()


def zipped():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", "[1, 2]")
    return made.getvalue()


def samples(folder):
    variables = {"t": np.arange(9.0), "s": {"a": [1, 2], "b": "text"}}
    return {
        "a.npy": numpy_file(np.save, np.arange(8.0).reshape(4, 2)),
        "a.npz": numpy_file(np.savez, t=np.arange(2), x=np.ones((4, 2))),
        "a.mat": numpy_file(savemat, variables, do_compression=True),
        "b.mat": numpy_file(savemat, variables, do_compression=False),
        "a.lvm": LVM.encode(),
        "a.csv": (INFLUX * 2).encode(),
        "a.lp": LINES.encode(),
        "a.logfmt": LOGFMT.encode(),
        "a.ts": TS.encode(),
        "a.arff": ARFF.encode(),
        "a.db": database(folder),
        "a.zip": zipped(),
        "a.json.gz": gzip.compress(json.dumps(ANSWERS["matrix"]).encode()),
        **{f"{name}.json": json.dumps(value).encode() for name, value in ANSWERS.items()},
    }


def damaged(content, rng):
    """Return the content cut, without a piece, or with other bytes in up to three places."""
    at, length = int(rng.integers(len(content))), int(rng.integers(1, 40))
    way = rng.integers(4)
    if way == 0:
        return content[:at]
    if way == 1:
        return content[:at] + content[at + length :]
    made = bytearray(content)
    for place in rng.integers(len(made), size=3):
        made[place] = rng.choice(np.frombuffer(b'\0\xff",0\n{[x', dtype=np.uint8))
    return bytes(made)


def changed(value, rng):
    """Return a value of JSON without some of its parts, and with others in the place of some."""
    if rng.random() < 0.08:
        return [None, 1, "x", [], {}, [1], {"a": 1}, True, float("inf"), -1, "NaN", [[1, 2]], [{}]][rng.integers(13)]
    if isinstance(value, dict):
        return {name: changed(inner, rng) for name, inner in value.items() if rng.random() > 0.04}
    return [changed(inner, rng) for inner in value if rng.random() > 0.04] if isinstance(value, list) else value


def tables_of(path, kinds):
    with unpacked(path) as files:
        for file in files:
            refuse(file)
            kind = next((kind for kind in kinds if kind.recognises(file)), None)
            yield from kind.tables(file, Options()) if kind else ()


def is_sound(table):
    named = (*(table.time or ()), *(table.values or ()), *(table.id or ()), *(name for name, _ in table.dropped))
    given = [part for part in (table.frame, table.rows, table.text) if part is not None]
    known = () if table.frame is None else table.frame.columns
    return len(given) == 1 and all(name in known for name in named)


@pytest.mark.parametrize("seed", range(2))
def test_damaged_files_are_read_or_refused(tmp_path, seed):
    rng = np.random.default_rng(seed)
    kinds = formats()
    refused = []
    for name, content in samples(tmp_path).items():
        for _ in range(15):
            structured = name.endswith(".json") and rng.random() < 0.7
            other = json.dumps(changed(json.loads(content), rng)).encode() if structured else damaged(content, rng)
            (tmp_path / name).write_bytes(other)
            try:
                assert all(is_sound(table) for table in tables_of(tmp_path / name, kinds)), (name, other)
            except OffbeatError as error:
                refused.append(str(error))
    assert len(refused) > 30
    assert not [sentence for sentence in refused if "\n" in sentence]
