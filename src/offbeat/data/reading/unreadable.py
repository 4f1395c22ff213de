"""Files that are not read: what they are, and what to type instead."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from offbeat.core.errors import InputError
from offbeat.data.reading.tables import InputFile


class _Kind(NamedTuple):
    """What a file is known by, what a person calls it, and the way out.

    In it stand `{name}` and `{stem}` of the file, and for a shell `{file}` and `{csv}`, quoted where needed.
    """

    start: bytes
    suffixes: tuple[str, ...]
    title: str
    remedy: str


def _python(code: str, gives: str = "the frame") -> str:
    return f"read it with {code} and give {gives} to offbeat.read"


def _shell(command: str, before: str = "") -> str:
    return f"{before}type {command} and give what it writes"


_CSV = "open it, save the table in it as CSV, and give that"
_SEEN = "give the numbers that it shows, as CSV"
_HDF5 = rb"\x89HDF\r\n\x1a\n"
_OLE = rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1.*?"
_ZIP = rb"PK\x03\x04"
_XML = rb"(\xef\xbb\xbf)?\s*(<\?xml.*?\?>\s*)?(<!--.*?-->\s*)?"

_KINDS = (
    _Kind(
        _HDF5, (".h5", ".hdf5", ".he5"), "an HDF5 file",
        _python('h5py.File("{name}")["NAME"][:], or with pandas.read_hdf("{name}") where pandas wrote it,', "that"),
    ),
    _Kind(
        rb"CDF[\x01\x02\x05]|" + _HDF5, (".nc", ".nc4", ".netcdf"), "a NetCDF file",
        _python('xarray.open_dataset("{name}").to_dataframe()'),
    ),
    _Kind(
        rb"GRIB.{3}[\x01\x02]", (".grib", ".grib2", ".grb", ".grb2"), "a GRIB file",
        _python('xarray.open_dataset("{name}", engine="cfgrib").to_dataframe()'),
    ),
    _Kind(
        rb"SIMPLE  = {20}T", (".fits", ".fts"), "a FITS file",
        _python('astropy.table.Table.read("{name}").to_pandas()'),
    ),
    _Kind(
        rb"<stata_dta>|[\x69-\x73][\x01\x02]\x01\x00", (".dta",), "a Stata file",
        _python('pandas.read_stata("{name}")'),
    ),
    _Kind(
        rb"\x00{12}\xc2\xea\x81\x60|HEADER RECORD\*{7}LIB", (".sas7bdat", ".xpt"), "a SAS file",
        _python('pandas.read_sas("{name}")'),
    ),
    _Kind(rb"\$FL[23]@\(#\)", (".sav", ".zsav"), "an SPSS file", _python('pandas.read_spss("{name}")')),
    _Kind(
        rb"X\n\x00\x00\x00[\x02\x03]", (".rds",), "a file of R",
        _shell('write.csv(readRDS("{name}"), "{stem}.csv", row.names = FALSE)', "in R, "),
    ),
    _Kind(
        rb"RD[AX][23]\n", (".rdata", ".rda"), "a file of R",
        _shell('load("{name}"), then write.csv(NAME, "{stem}.csv", row.names = FALSE)', "in R, "),
    ),
    _Kind(
        rb"\x80[\x02-\x05]", (".pkl", ".pickle", ".joblib"), "a pickle, which may run code",
        "where you trust it, " + _python('pandas.read_pickle("{name}")'),
    ),
    _Kind(rb"Obj\x01", (".avro",), "an Avro file", _python('pandas.DataFrame(fastavro.reader(open("{name}", "rb")))')),
    _Kind(rb"ORC(?=.{0,4096}\x00)", (".orc",), "an ORC file", _python('pandas.read_orc("{name}")')),
    _Kind(
        rb"TDSm", (".tdms",), "a TDMS file", _python('nptdms.TdmsFile.read("{name}").as_dataframe(time_index=True)')
    ),
    _Kind(rb"MDF {5}|UnFinMF ", (".mf4", ".mdf"), "an MDF file", _python('asammdf.MDF("{name}").to_dataframe()')),
    _Kind(
        rb"0 {7}.{176}\d+ *|\xffBIOSEMI", (".edf", ".bdf"), "an EDF file",
        _python('mne.io.read_raw("{name}").to_data_frame()'),
    ),
    _Kind(rb"#ROSBAG V", (".bag",), "a bag of ROS", _shell("rostopic echo -b {file} -p /TOPIC > {csv}")),
    _Kind(rb"\x89MCAP", (".mcap",), "an MCAP file", "save a topic of it as CSV, as PlotJuggler does, and give that"),
    _Kind(
        rb".{8}DUCK", (".duckdb",), "a DuckDB database",
        _shell("duckdb {file} -csv -c 'select * from NAME' > {csv}"),
    ),
    _Kind(
        rb"\x00\x01\x00\x00Standard (Jet|ACE) DB", (".mdb", ".accdb"), "an Access database",
        _shell("mdb-export {file} NAME > {csv}"),
    ),
    _Kind(
        rb"RIFF.{4}WAVE", (".wav",), "a sound",
        _python('rate, values = scipy.io.wavfile.read("{name}")', "the values"),
    ),
    _Kind(rb"%PDF-", (".pdf",), "a PDF", "ask for the table as CSV, or copy it into a sheet and save that as CSV"),
    _Kind(
        rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|II\*\x00|MM\x00\*|RIFF.{4}WEBP|BM.{4}\x00{4}|" + _XML + rb"<svg\b",
        (".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp", ".webp"), "an image", _SEEN,
    ),
    _Kind(
        rb"\x00{2}.{2}ftyp|ID3[\x02-\x04]|OggS\x00|fLaC\x00|\x1aE\xdf\xa3",
        (".mp4", ".mov", ".mp3", ".ogg", ".flac", ".mkv"), "a recording",
        "type ffmpeg -i {file} {wav}, read that with scipy.io.wavfile.read, and give its values to offbeat.read",
    ),
    _Kind(
        _ZIP + rb".*?word/|" + _OLE + rb"W\x00o\x00r\x00d\x00D\x00o\x00c|\{\\rtf",
        (".docx", ".doc", ".rtf"), "a text document", _CSV,
    ),
    _Kind(
        _ZIP + rb".*?ppt/|" + _OLE + rb"P\x00o\x00w\x00e\x00r\x00P\x00o",
        (".pptx", ".ppt"), "a presentation", _CSV,
    ),
    _Kind(
        _ZIP + rb".{26}mimetypeapplication/vnd\.oasis\.opendocument\.(?!spreadsheet)",
        (".odt", ".odp"), "a text document", _CSV,
    ),
    _Kind(_ZIP + rb".*?Index/[\w/-]+\.iwa", (".numbers", ".pages"), "a document of Apple's", _CSV),
    _Kind(
        _XML + rb"<\?mso-application", (), "an Excel workbook in XML",
        "open it in Excel, save it as .xlsx, and give that",
    ),
    _Kind(_XML + rb"<gpx\b", (".gpx",), "a GPX track", _shell("gpsbabel -i gpx -f {file} -o unicsv -F {csv}")),
    _Kind(_XML + rb"<kml\b", (".kml",), "a KML track", _shell("gpsbabel -i kml -f {file} -o unicsv -F {csv}")),
    _Kind(
        _XML + rb"<TrainingCenterDatabase\b", (".tcx",), "a track of Garmin's",
        _shell("gpsbabel -i gtrnctr -f {file} -o unicsv -F {csv}"),
    ),
    _Kind(
        rb".{8}\.FIT", (".fit",), "a track of Garmin's", _shell("gpsbabel -i garmin_fit -f {file} -o unicsv -F {csv}")
    ),
    _Kind(
        _XML + rb"(?i:<(!doctype html|html|head|body|table|meta)\b)", (".html", ".htm"), "an HTML page",
        _python('pandas.read_html("{name}")[0]'),
    ),
    _Kind(rb"(\xef\xbb\xbf)?\s*<\?xml\b", (".xml",), "an XML file", _python('pandas.read_xml("{name}")')),
    _Kind(
        rb"# (HELP|TYPE) \w+ ", (".prom",), "what Prometheus scrapes, one moment",
        "ask Prometheus for a range with /api/v1/query_range, and give that JSON",
    ),
    _Kind(rb"7z\xbc\xaf'\x1c", (".7z",), "a packed file", "unpack it with 7z x, and give what comes out of it"),
    _Kind(rb"Rar!\x1a\x07", (".rar",), "a packed file", "unpack it with unrar x, and give what comes out of it"),
    _Kind(rb".{257}ustar", (".tar",), "an archive of files", "unpack it with tar -xf, and give what comes out of it"),
    _Kind(rb"\x04\x22\x4d\x18", (".lz4",), "a packed file", "unpack it with lz4 -d, and give what comes out of it"),
    _Kind(rb"\x1f\x9d", (".z",), "a packed file", "unpack it with gzip -d, and give what comes out of it"),
)  # fmt: skip


def refuse(file: InputFile) -> None:
    """Raise the error that says what a file is and what to do, where it is of a kind that is not read.

    A file is known by its first bytes, or by its ending where it is not text.

    Raises
    ------
    InputError
        For a file of a kind that is not read.

    Examples
    --------
    >>> from pathlib import Path
    >>> refuse(InputFile(Path("a.csv"), "a.csv", b"time,v"))
    >>> refuse(InputFile(Path("a.dta"), "a.dta", b"<stata_dta><header>"))
    Traceback (most recent call last):
    ...
    offbeat.core.errors.InputError: a.dta is a Stata file: read it with pandas.read_stata("a.dta") and give ...
    """
    kind = _kind_of(file)
    if kind is not None:
        names = {"name": file.name, "stem": file.stem, "file": shlex.quote(file.name)}
        remedy = kind.remedy.format(**names, csv=shlex.quote(f"{file.stem}.csv"), wav=shlex.quote(f"{file.stem}.wav"))
        raise InputError(f"{file.name} is {kind.title}: {remedy}")


def _kind_of(file: InputFile) -> _Kind | None:
    found = [kind for kind in _KINDS if re.match(kind.start, file.head, re.DOTALL)]
    named = [kind for kind in found or _KINDS if file.suffix in kind.suffixes]
    if found:
        return (named or found)[0]
    return named[0] if named and _is_binary(file.head) else None


def _is_binary(head: bytes) -> bool:
    start = head[:4096]
    return b"\x00" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff"))
