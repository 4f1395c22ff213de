"""Archives: their content, and one sentence for each that is damaged, locked, or a bomb; nothing is left behind."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import tempfile
import zipfile
from pathlib import Path

import pytest

from offbeat.core.errors import InputError, MissingExtraError
from offbeat.data.reading import unpacking
from offbeat.data.reading.unpacking import from_stream, unpacked

pytestmark = pytest.mark.usefixtures("temporary")

TEXT = b"time,v\n" + b"".join(b"2024-01-01 %02d:00,%d\n" % (i % 24, i * 7919 % 1000) for i in range(5000))


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Return the folder of temporary files, which must be empty at the end."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert not list(folder.iterdir()), "temporary files are left"


def zipped(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def names_and_content(path):
    with unpacked(path) as files:
        return {file.name: file.path.read_bytes() for file in files}


def test_what_is_not_packed_is_not_copied(tmp_path):
    path = tmp_path / "pump.csv"
    path.write_bytes(TEXT)
    with unpacked(path) as files:
        assert [file.path for file in files] == [path]
        assert files[0].head == TEXT
        assert (files[0].suffix, files[0].stem) == (".csv", "pump")


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
@pytest.mark.parametrize("parts", [1, 2])
def test_packed(tmp_path, ending, pack, parts):
    path = tmp_path / f"pump.csv.{ending}"
    path.write_bytes(pack(TEXT) * parts)
    assert names_and_content(path) == {"pump.csv": TEXT * parts}
    path.write_bytes(pack(TEXT)[:-100])
    with pytest.raises(InputError, match=rf"^pump.csv.{ending} can't be unpacked, it is cut or damaged: .*; fetch or"):
        names_and_content(path)


@pytest.mark.parametrize("parts", [1, 2])
def test_zstandard(tmp_path, parts):
    zstandard = pytest.importorskip("zstandard")
    packed = zstandard.ZstdCompressor().compress(TEXT)
    path = tmp_path / "pump.csv.zst"
    path.write_bytes(packed * parts)
    assert names_and_content(path) == {"pump.csv": TEXT * parts}
    for damaged in (packed[:-100], b"\x28\xb5\x2f\xfd" + b"\xff" * 50, packed + b"rest of something"):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"^pump.csv.zst can't be unpacked, it is cut or damaged"):
            names_and_content(path)


def test_zstandard_without_its_extra(tmp_path, monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("importlib.import_module", absent)
    (tmp_path / "a.zst").write_bytes(b"\x28\xb5\x2f\xfd" + b"1234567")
    with pytest.raises(MissingExtraError, match=r"unpacking zstandard needs the \[zstd\] extra"):
        names_and_content(tmp_path / "a.zst")


def test_zip(tmp_path):
    path = zipped(tmp_path / "a.zip", {"deep/pump.csv": TEXT})
    assert names_and_content(path) == {"pump.csv": TEXT}
    many = {
        "x/1.csv": b"v\n1\n",
        "x/2.csv.gz": gzip.compress(b"v\n2\n"),
        "README.md": "about",
        "__MACOSX/x/._1.csv": "?",
    }
    assert names_and_content(zipped(path, many | {".DS_Store": "?"})) == {"1.csv": b"v\n1\n", "2.csv": b"v\n2\n"}
    same = {"x/1.csv": "v\n1\n", "y/1.csv": "v\n2\n", "../z/1.csv": "v\n3\n"}
    assert list(names_and_content(zipped(path, same))) == ["x/1.csv", "y/1.csv"]
    assert list(names_and_content(zipped(path, {"readme.md": "alone"}))) == ["readme.md"]


def test_a_zip_that_is_a_document_stays_as_it_is(tmp_path):
    for inner in ("xl/workbook.xml", "mimetype", "[Content_Types].xml", "x.npy"):
        path = zipped(tmp_path / "a.bin", {inner: "x"})
        with unpacked(path) as files:
            assert [file.path for file in files] == [path]


def test_zips_that_cannot_be_unpacked(tmp_path):
    path = zipped(tmp_path / "a.zip", {})
    with pytest.raises(InputError, match=r"^a.zip holds no file; give an archive with data$"):
        names_and_content(path)
    whole = zipped(path, {"pump.csv": TEXT}).read_bytes()
    for damaged in (whole[:-30], whole[: len(whole) // 2], whole[:100] + b"\0" * 50 + whole[150:]):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"^a.zip can't be unpacked, it is cut or damaged: .*; fetch or pack it"):
            names_and_content(path)
    locked = bytearray(whole)  # the bit that says so, in both headers
    locked[6] |= 1
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(locked)
    with pytest.raises(InputError, match=r"^a.zip has a password; unpack it, and give pump.csv$"):
        names_and_content(path)
    unknown = bytearray(whole)
    unknown[8] = unknown[whole.index(b"PK\x01\x02") + 10] = 99
    path.write_bytes(unknown)
    with pytest.raises(InputError, match=r"^a.zip can't be unpacked: .*; unpack it, and give what is in it$"):
        names_and_content(path)


def test_packed_too_often(tmp_path):
    content = TEXT
    for _ in range(4):
        content = gzip.compress(content)
    (tmp_path / "a.gz").write_bytes(content)
    with pytest.raises(InputError, match=r"^a.gz is packed more than 3 times"):
        names_and_content(tmp_path / "a.gz")
    (tmp_path / "a.gz").write_bytes(gzip.decompress(content))
    assert names_and_content(tmp_path / "a.gz") == {"a": TEXT}


@pytest.mark.parametrize("ending", ["gz", "zip", "zst"])
def test_bombs(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(unpacking, "MAX_BYTES", 1 << 20)
    zeros = b"\0" * (1 << 23)
    path = tmp_path / f"a.csv.{ending}"
    if ending == "zip":  # many members, each below the limit
        zipped(path, {f"{i}.csv": zeros[: 1 << 19] for i in range(16)})
    elif ending == "gz":
        path.write_bytes(gzip.compress(zeros))
    else:
        path.write_bytes(pytest.importorskip("zstandard").ZstdCompressor().compress(zeros))
    sentence = rf"^a.csv.{ending} unpacks to more than 200 times its size and more than 0.000977 GiB; if that is meant,"
    with pytest.raises(InputError, match=sentence):
        names_and_content(path)
    monkeypatch.setattr(unpacking, "MAX_BYTES", 1 << 24)
    assert sum(map(len, names_and_content(path).values())) == 1 << 23


def test_full_disk(tmp_path, temporary, monkeypatch):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(TEXT))

    def full(self, chunks):
        (self.folder / "part").write_bytes(next(chunks))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(unpacking._Unpacker, "_copy", full)
    with pytest.raises(
        InputError, match=rf"^no room in {temporary} for a.csv.gz; make room, or set TMPDIR to a folder"
    ):
        names_and_content(path)


def test_no_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(TEXT))
    with pytest.raises(InputError, match=r"^no temporary folder can be made: no such file or directory; set TMPDIR"):
        names_and_content(tmp_path / "a.csv.gz")


@pytest.mark.parametrize("error", [KeyboardInterrupt, InputError])
def test_nothing_is_left_after_an_error(tmp_path, error):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(TEXT))
    path = None
    with pytest.raises(error), unpacked(tmp_path / "a.csv.gz") as files:  # noqa: PT012 - the error comes from within
        path = files[0].path
        assert path.is_file()
        raise error
    assert not path.exists()


def test_a_stream():
    with from_stream(io.BytesIO(TEXT), "standard input") as files:
        assert [(file.name, file.path.read_bytes()) for file in files] == [("standard input", TEXT)]
    with from_stream(io.BytesIO(gzip.compress(TEXT)), "pump.csv.gz") as files:
        assert [(file.name, file.path.read_bytes()) for file in files] == [("pump.csv", TEXT)]


def test_a_file_that_is_missing_is_the_callers_business():
    with pytest.raises(FileNotFoundError), unpacked(Path("no such file")):
        pass
