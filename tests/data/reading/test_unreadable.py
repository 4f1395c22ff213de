"""Files of other programs: each is named, with a way out; what can be read is let through."""

from __future__ import annotations

import io
import json
import pickle
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from offbeat.core.errors import InputError
from offbeat.data.reading.tables import InputFile
from offbeat.data.reading.unreadable import _KINDS, refuse


def zipped(*names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


def tarred():
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo("a.csv"))
    return made.getvalue()


def orc():
    import pandas as pd

    return pd.DataFrame({"v": [1.0]}).to_orc()


def wide(text):
    return text.encode("utf-16-le")


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100
HDF5 = b"\x89HDF\r\n\x1a\n\0\0\0\0"
FILES = {
    "a.h5": (HDF5, "an HDF5 file"),
    "a.nc": (HDF5, "a NetCDF file"),
    "b.nc": (b"CDF\x01\0\0\0\0", "a NetCDF file"),
    "a.grib": (b"GRIB\0\0\0\x02", "a GRIB file"),
    "a.fits": (b"SIMPLE  =                    T / standard", "a FITS file"),
    "a.sas7bdat": (b"\0" * 12 + b"\xc2\xea\x81\x60\xb3", "a SAS file"),
    "a.xpt": (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", "a SAS file"),
    "a.sav": (b"$FL2@(#) SPSS DATA FILE", "an SPSS file"),
    "a.rds": (b"X\n\0\0\0\x03\0", "a file of R"),
    "a.RData": (b"RDX3\nX\n", "a file of R"),
    "a.pkl": (pickle.dumps({"a": 1}), "a pickle, which may run code"),
    "a.avro": (b"Obj\x01\x04", "an Avro file"),
    "a.tdms": (b"TDSm\x0e\0\0\0", "a TDMS file"),
    "a.mf4": (b"MDF     4.10    ", "an MDF file"),
    "a.edf": (b"0       " + b"patient".ljust(80) + b"recording".ljust(80) + b"08.01.2410.00.00512     ", "an EDF file"),
    "a.bag": (b"#ROSBAG V2.0\nE\0\0\0", "a bag of ROS"),
    "a.mcap": (b"\x89MCAP0\r\n", "an MCAP file"),
    "a.duckdb": (b"\0" * 8 + b"DUCK\x40\0", "a DuckDB database"),
    "a.mdb": (b"\0\x01\0\0Standard Jet DB\0", "an Access database"),
    "a.wav": (b"RIFF\x24\0\0\0WAVEfmt ", "a sound"),
    "a.pdf": (b"%PDF-1.7\n", "a PDF"),
    "a.png": (b"\x89PNG\r\n\x1a\n\0", "an image"),
    "a.svg": (b'<?xml version="1.0"?>\n<svg width="3">', "an image"),
    "a.mp4": (b"\0\0\0\x20ftypisom", "a recording"),
    "a.docx": (zipped("[Content_Types].xml", "word/document.xml"), "a text document"),
    "a.doc": (OLE + wide("WordDocument"), "a text document"),
    "a.pptx": (zipped("[Content_Types].xml", "ppt/presentation.xml"), "a presentation"),
    "a.numbers": (zipped("Index/Document.iwa"), "a document of Apple's"),
    "a.gpx": (b'<?xml version="1.0"?>\n<!-- made -->\n<gpx version="1.1">', "a GPX track"),
    "a.kml": (b'\xef\xbb\xbf<?xml version="1.0"?><kml>', "a KML track"),
    "a.tcx": (b'<?xml version="1.0"?>\n<TrainingCenterDatabase>', "a track of Garmin's"),
    "a.fit": (b"\x0e\x10\0\0\0\0\0\0.FIT", "a track of Garmin's"),
    "a.xls": (b"\n<HTML><body><table>", "an HTML page"),
    "b.xls": (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>', "an Excel workbook in XML"),
    "a.html": (b"<!DOCTYPE html><html>", "an HTML page"),
    "a.xml": (b'<?xml version="1.0"?>\n<rows>', "an XML file"),
    "a.prom": (b"# HELP up Whether it is up.\n# TYPE up gauge\nup 1\n", "what Prometheus scrapes, one moment"),
    "a.7z": (b"7z\xbc\xaf'\x1c\0", "a packed file"),
    "a.rar": (b"Rar!\x1a\x07\x01\0", "a packed file"),
    "a.tar": (tarred(), "an archive of files"),
    "a.lz4": (b"\x04\x22\x4d\x18", "a packed file"),
    "a.z": (b"\x1f\x9d\x90", "a packed file"),
}


def file(content, name):
    return InputFile(Path(name), name, content)


@pytest.mark.parametrize("name", FILES)
def test_kinds(name):
    content, title = FILES[name]
    for title_of in (name, "stdin") if name not in ("a.nc",) else (name,):
        with pytest.raises(InputError, match=rf"^{title_of} is {title}: \w.*[^.\n]$"):
            refuse(file(content, title_of))


def test_a_name_with_a_blank_is_quoted_for_a_shell():
    with pytest.raises(
        InputError, match=r"type mdb-export 'my file.mdb' NAME > 'my file.csv' and give what it writes$"
    ):
        refuse(file(FILES["a.mdb"][0], "my file.mdb"))


def test_orc():
    pytest.importorskip("pyarrow")
    with pytest.raises(InputError, match=r'is an ORC file: read it with pandas.read_orc\("a.orc"\)'):
        refuse(file(orc(), "a.orc"))


@pytest.mark.parametrize("suffix", sorted({suffix for kind in _KINDS for suffix in kind.suffixes}))
def test_by_ending_where_it_is_not_text(suffix):
    with pytest.raises(InputError, match=rf"^a{suffix} is an? |what Prometheus"):
        refuse(file(b"\x07\0\0\0 some other bytes", f"a{suffix}"))
    refuse(file(b"time,v\n1,2\n", f"a{suffix}"))
    refuse(file("time,v\n1,2\n".encode("utf-16"), f"a{suffix}"))


def npy():
    made = io.BytesIO()
    np.save(made, np.zeros(3))
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"time,v\n1,2\n", "a.csv"), (b"ORC,GRIB\n1,2\n", "a.csv"), (b"ID3,v\n1,2\n", "a.csv"), (b"", "a.csv"),
        (b"0       1\n0       2\n", "a.txt"), (b"# a comment\n1\n", "a.txt"), (b"<3,4\n1,2\n", "a.csv"),
        (b"MDF    ,v\n", "a.csv"), (json.dumps({"a": [1]}).encode(), "a.json"), (npy(), "a.npy"),
        (zipped("xl/workbook.xml", "xl/worksheets/sheet1.xml"), "a.xlsx"), (OLE + wide("Workbook"), "a.xls"),
        (b"PAR1\x15\0", "a.parquet"), (b"ARROW1\0\0", "a.feather"), (b"SQLite format 3\0", "a.db"),
        (b"MATLAB 7.3 MAT-file\0" + b"\0" * 492 + HDF5, "a.mat"), (b"\xff\xfe" + wide("a,b\n1,2\n"), "a.csv"),
    ],
)  # fmt: skip
def test_what_can_be_read_is_let_through(content, name):
    refuse(file(content, name))
