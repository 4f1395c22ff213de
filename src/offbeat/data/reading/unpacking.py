"""Unpack gzip, bzip2, xz, zstandard and zip into a temporary folder, within limits and never for long."""

from __future__ import annotations

import errno
import re
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from offbeat.core.errors import InputError, needed
from offbeat.data.reading.tables import InputFile

HEAD_BYTES = 1 << 20
CHUNK_BYTES = 1 << 18
MAX_RATIO = 200
"""How many times larger than the archive its content may be, where it is also larger than `MAX_BYTES`."""
MAX_BYTES = 2 << 30
MAX_DEPTH = 3
"""How often a file may be packed: a gzip file within a zip file is packed twice."""

_MAGIC = (
    (re.compile(rb"\x1f\x8b\x08"), "gzip"),
    (re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"), "bzip2"),
    (re.compile(rb"\xfd7zXZ\x00"), "xz"),
    (re.compile(rb"\x28\xb5\x2f\xfd"), "zstandard"),
    (re.compile(rb"PK(\x03\x04|\x05\x06)"), "zip"),
)
_ENDINGS = {".gz": "", ".bz2": "", ".xz": "", ".zst": "", ".zstd": "", ".zip": "", ".tgz": ".tar", ".txz": ".tar"}
"""Endings of packed files, and what stands there once they are unpacked."""
_FORMATS = ("[Content_Types].xml", "mimetype", "META-INF/", "xl/", "word/", "ppt/")
"""Members by which a zip file is a document in itself: a workbook, a text."""
_NO_DATA = (".md", ".pdf", ".html", ".htm", ".png", ".jpg", ".jpeg", ".docx", ".doc", ".rtf", ".py", ".ipynb")
_NO_STEMS = ("readme", "license", "licence", "copying")


@contextmanager
def unpacked(path: Path, name: str | None = None) -> Iterator[list[InputFile]]:
    """Yield the files that a file holds: those of an archive, unpacked into a folder that is removed again, or itself.

    Parameters
    ----------
    path
        The file; it is not copied where it is not packed.
    name
        The name to show; None: that of the path.

    Raises
    ------
    InputError
        For an archive that is damaged, cut, empty or has a password, for one that unpacks to more than 200 times its
        size and 2 GiB, and where the disk is full.
    MissingExtraError
        For zstandard without its extra.

    Examples
    --------
    >>> with unpacked(Path(__file__)) as files:
    ...     files[0].name, files[0].path == Path(__file__), files[0].suffix
    ('unpacking.py', True, '.py')
    """
    name = path.name if name is None else name
    if _packing(path) == "":
        yield [input_file(path, name)]
        return
    with _folder() as folder:
        yield list(_Unpacker(folder, name, path.stat().st_size).files(path, name))


@contextmanager
def from_stream(stream: IO[bytes], name: str) -> Iterator[list[InputFile]]:
    """Yield the files that a stream of bytes holds, such as standard input, as `unpacked` does."""
    with _folder() as folder:
        path = folder / "stream"
        with _one_sentence(name), path.open("wb") as copy:
            while chunk := stream.read(CHUNK_BYTES):
                copy.write(chunk)
        with unpacked(path, name) as files:
            yield files


def input_file(path: Path, name: str) -> InputFile:
    """Return a file with its first bytes."""
    with path.open("rb") as stream:
        return InputFile(path, name, stream.read(HEAD_BYTES))


def bare_name(name: str) -> str:
    """Return a name without the ending of a packed file.

    Examples
    --------
    >>> bare_name("pump.csv.gz"), bare_name("pump.csv"), bare_name("logs.tgz")
    ('pump.csv', 'pump.csv', 'logs.tar')
    """
    ending = Path(name).suffix
    return name.removesuffix(ending) + _ENDINGS[ending.lower()] if ending.lower() in _ENDINGS else name


@contextmanager
def _folder() -> Iterator[Path]:
    try:
        made = tempfile.TemporaryDirectory(prefix="offbeat-")
    except OSError as error:
        raise InputError(f"no temporary folder can be made: {_reason(error)}; set TMPDIR to one with room") from None
    with made as folder:
        yield Path(folder)


@dataclass
class _Unpacker:
    """Unpacks one archive; counts all bytes that come out of it."""

    folder: Path
    place: str
    packed: int
    done: int = 0
    made: int = field(default=0, repr=False)

    def files(self, path: Path, name: str, depth: int = 0) -> Iterator[InputFile]:
        """Yield the files of an archive, and of the archives in it."""
        kind = _packing(path)
        if kind == "":
            yield input_file(path, name)
            return
        if depth >= MAX_DEPTH:
            raise InputError(f"{self.place} is packed more than {MAX_DEPTH} times; unpack it and give what is in it")
        with _one_sentence(self.place):
            found = list(self._members(path, name)) if kind == "zip" else [self._single(path, name, kind)]
        if not found:
            raise InputError(f"{self.place} holds no file; give an archive with data")
        for inner, title in found:
            yield from self.files(inner, title, depth + 1)

    def _single(self, path: Path, name: str, kind: str) -> tuple[Path, str]:
        with path.open("rb") as raw:
            return self._copy(_OPENERS[kind](raw)), bare_name(name)

    def _members(self, path: Path, name: str) -> Iterator[tuple[Path, str]]:
        with zipfile.ZipFile(path) as archive:
            chosen = [member for member in archive.infolist() if _is_visible(member)]
            data = [member for member in chosen if _is_data(member.filename)] or chosen
            for member, title in zip(data, _titles([member.filename for member in data]), strict=True):
                if member.flag_bits & 1:
                    raise InputError(f"{self.place} has a password; unpack it, and give {Path(title).name}")
                with archive.open(member) as stream:
                    yield self._copy(_chunks(stream)), title

    def _copy(self, chunks: Iterator[bytes]) -> Path:
        self.made += 1
        path = self.folder / str(self.made)
        with path.open("wb") as copy:
            for chunk in chunks:
                self.done += len(chunk)
                if self.done > max(MAX_BYTES, MAX_RATIO * self.packed):
                    raise InputError(
                        f"{self.place} unpacks to more than {MAX_RATIO} times its size and more than "
                        f"{MAX_BYTES / 2**30:.3g} GiB; if that is meant, unpack it and give the file"
                    )
                copy.write(chunk)
        return path


@contextmanager
def _one_sentence(place: str) -> Iterator[None]:
    """Say in a sentence why an archive can't be unpacked."""
    import lzma
    import zlib

    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            where = tempfile.gettempdir()
            raise InputError(
                f"no room in {where} for {place}; make room, or set TMPDIR to a folder with more"
            ) from None
        if error.errno is not None:
            raise InputError(f"{place} can't be read: {_reason(error)}") from None
        raise _damaged(place, error) from None
    except (
        EOFError,
        zlib.error,
        lzma.LZMAError,
        zipfile.BadZipFile,
        UnicodeError,
        struct.error,
        _DamagedError,
    ) as error:
        raise _damaged(place, error) from None
    except (NotImplementedError, RuntimeError) as error:
        raise InputError(f"{place} can't be unpacked: {_reason(error)}; unpack it, and give what is in it") from None


def _damaged(place: str, error: Exception) -> InputError:
    return InputError(f"{place} can't be unpacked, it is cut or damaged: {_reason(error)}; fetch or pack it again")


def _reason(error: Exception) -> str:
    text = (getattr(error, "strerror", None) or str(error)).strip().rstrip(".")
    return text[:1].lower() + text[1:] or type(error).__name__


def _packing(path: Path) -> str:
    """Return how a file is packed, by its first bytes; empty where it is not."""
    with path.open("rb") as stream:
        start = stream.read(10)
    kind = next((kind for magic, kind in _MAGIC if magic.match(start)), "")
    return "" if kind == "zip" and _is_document(path) else kind


def _is_document(path: Path) -> bool:
    """Whether a zip file is a format in itself: a workbook, a text document, an archive of numpy's."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return False
    return any(name.startswith(_FORMATS) for name in names) or bool(names and all(n.endswith(".npy") for n in names))


def _is_visible(member: zipfile.ZipInfo) -> bool:
    parts = Path(member.filename).parts
    return not member.is_dir() and not any(part.startswith((".", "__MACOSX")) for part in parts) and bool(parts)


def _is_data(name: str) -> bool:
    return not name.lower().endswith(_NO_DATA) and Path(name).stem.lower() not in _NO_STEMS


def _titles(names: list[str]) -> list[str]:
    """Return the last parts of the names; whole names where two of them are the same."""
    last = [Path(name).name for name in names]
    return last if len(set(last)) == len(last) else names


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def _gzip(raw: IO[bytes]) -> Iterator[bytes]:
    import gzip

    with gzip.GzipFile(fileobj=raw) as stream:
        yield from _chunks(cast("IO[bytes]", stream))


def _bzip2(raw: IO[bytes]) -> Iterator[bytes]:
    import bz2

    with bz2.BZ2File(raw) as stream:
        yield from _chunks(stream)


def _xz(raw: IO[bytes]) -> Iterator[bytes]:
    import lzma

    with lzma.LZMAFile(raw) as stream:
        yield from _chunks(stream)


class _DamagedError(Exception):
    """An archive of zstandard that can't be unpacked."""


def _zstandard(raw: IO[bytes]) -> Iterator[bytes]:
    """Yield the content of all frames; only small pieces go in, since one byte may become thousands."""
    new, failure = _zstd_library()
    part: Any = None
    rest = b""
    while rest or (rest := raw.read(4096)):
        part = new() if part is None else part
        try:
            yield part.decompress(rest)
        except failure as error:
            raise _DamagedError(str(error)) from None
        rest, part = (part.unused_data, None) if part.eof else (b"", part)
    if part is not None:
        raise _DamagedError("the end is missing")


def _zstd_library() -> tuple[Callable[[], Any], type[Exception]]:
    """Return what makes something that unpacks, and its error: Python's own from 3.14 on, else that of the extra."""
    import importlib

    try:
        own = importlib.import_module("compression.zstd")
    except ModuleNotFoundError:
        with needed("unpacking zstandard", "zstd"):
            library = importlib.import_module("zstandard")
        return (lambda: library.ZstdDecompressor().decompressobj()), library.ZstdError
    return own.ZstdDecompressor, own.ZstdError


_OPENERS: dict[str, Callable[[IO[bytes]], Iterator[bytes]]] = {
    "gzip": _gzip,
    "bzip2": _bzip2,
    "xz": _xz,
    "zstandard": _zstandard,
}
