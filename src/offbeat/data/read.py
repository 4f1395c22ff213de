"""Read any file, frame or array as a `Series`, or a `Panel` of several."""

from __future__ import annotations

import difflib
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, TypedDict, Unpack

import numpy as np

from offbeat.core.errors import InputError
from offbeat.core.options import check
from offbeat.core.series import Panel, Series, as_values
from offbeat.data.columns import Wishes
from offbeat.data.frames import is_frame, read_frame, read_json, read_parquet

_TABLES = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson")
_PLAIN = (".txt", ".dat", ".tab")


class ReadOptions(TypedDict, total=False):
    """How data is read.

    Parameters
    ----------
    time, values, id, label
        The names of columns; what is None is guessed. Rows with different ids become the series of a `Panel`; a label
        is 0 or 1.
    day_first
        Whether 3/4/2013 is the third of April. None: month first with slashes and dashes, day first with dots.
    """

    time: str | None
    values: str | Sequence[str] | None
    id: str | None
    label: str | None
    day_first: bool | None


def read(
    source: Any, *, progress: Callable[[float], None] | None = None, **options: Unpack[ReadOptions]
) -> Series | Panel:
    """Read a file, several files, a frame or an array.

    What the columns are, and how a file is written, is guessed from its first rows and said in `Series.notes`.

    Parameters
    ----------
    source
        A path (CSV, TSV, JSON lines, JSON, Parquet; all but Parquet gz too), "-" for standard input, a folder, a
        glob or a list of paths (one series a file), a pandas, polars or Arrow frame or series, a dict of columns, an
        array of shape (n,) or (n, channels), a list of numbers, or a `Series` or `Panel`, which is returned as it is.
    progress
        Called with the share that is done, 0 to 1, now and then.
    **options
        `time`, `values`, `id`, `label`, the names of columns, and `day_first`: see `ReadOptions`.

    Returns
    -------
    Series or Panel
        A Panel for several files and where there is an id column. Rows keep their order; `clean` sorts them.

    Raises
    ------
    InputError
        For a source that is missing, empty, binary, ragged, or has text where numbers or times belong.
    UnknownNameError
        For a column or option that is not there, with the nearest names offered.
    MissingExtraError
        For Parquet without pyarrow.

    Notes
    -----
    A CSV is read in parts: 10 million rows of a time and a value take some seconds and about half a gigabyte.

    Examples
    --------
    >>> series = read({"hour": ["2013-02-08 00:00", "2013-02-08 01:00"], "delay": [4.0, 7.5]})
    >>> series
    Series: 2 points, 1 channel (delay), 2013-02-08 00:00:00 to 2013-02-08 01:00:00
    >>> series.notes
    ('time=hour, values=delay',)
    """
    check(read, options, ReadOptions)
    if isinstance(source, Series | Panel):
        return source
    wishes = _wishes(options)
    if isinstance(source, str | os.PathLike):
        return _from_text(os.fspath(source), wishes, progress)
    if isinstance(source, list | tuple) and source and all(isinstance(part, str | os.PathLike) for part in source):
        return _from_files([Path(part) for part in source], wishes, progress)
    if is_frame(source):
        return read_frame(source, _name_of(source), wishes)
    return _from_array(source, wishes)


def _wishes(options: ReadOptions) -> Wishes:
    values = options.get("values")
    wanted = (values,) if isinstance(values, str) else None if values is None else tuple(values)
    return Wishes(options.get("time"), wanted, options.get("id"), options.get("label"), options.get("day_first"))


def _name_of(source: Any) -> str:
    name = getattr(source, "name", None)
    return name if isinstance(name, str) and name else "series"


def _from_array(source: Any, wishes: Wishes) -> Series:
    if wishes != Wishes(day_first=wishes.day_first):
        raise InputError("an array has no columns with names; give a frame or a dict of columns to name time or values")
    values = as_values(source)
    if not values.size:
        raise InputError("the array has no values; give at least one")
    raw = np.asarray(source, dtype=np.float64)
    infinite = int(np.isinf(raw).sum())
    note = f"{infinite} infinite value{'s are' if infinite > 1 else ' is'} taken as missing"
    return Series(values, notes=(note,) if infinite else ())


def _from_text(text: str, wishes: Wishes, progress: Callable[[float], None] | None) -> Series | Panel:
    if text == "-":
        return _from_stream(sys.stdin.buffer, "stdin", wishes)
    path = Path(text)
    if "\0" in text:
        raise InputError(f"{text!r} is no file name")
    if path.is_dir():
        return _from_folder(path, wishes, progress)
    if not path.exists() and glob.has_magic(text):
        found = sorted(Path(name) for name in glob.glob(text, recursive=True) if Path(name).is_file())  # noqa: PTH207 - an absolute pattern too
        if not found:
            raise InputError(f"no file is like {text}; check the pattern and the folder {path.parent.resolve()}")
        return _from_files(found, wishes, progress)
    if path.is_fifo():
        with path.open("rb") as stream:
            return _from_stream(stream, path.name, wishes)
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is neither a file nor a folder; give one of them, or - for standard input")
    return _from_file(path, _stem(path), wishes, progress)


def _from_stream(stream: IO[bytes], name: str, wishes: Wishes) -> Series | Panel:
    """Read a stream by way of a temporary file, since its beginning is read twice."""
    with tempfile.TemporaryDirectory(prefix="offbeat-") as folder:
        path = Path(folder) / name
        with path.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        return _from_file(path, name, wishes, None)


def _from_folder(folder: Path, wishes: Wishes, progress: Callable[[float], None] | None) -> Panel:
    try:
        files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    except OSError as error:
        raise InputError(f"can't look into {folder}: {(error.strerror or str(error)).lower()}") from None
    for kinds in (_TABLES, _PLAIN):
        found = [p for p in files if _suffix(p) in kinds]
        if found:
            return _from_files(found, wishes, progress, folder)
    raise InputError(f"{folder} holds no data; it should have files ending in {', '.join(_TABLES)} (or .gz of them)")


def _from_files(
    files: list[Path], wishes: Wishes, progress: Callable[[float], None] | None, folder: Path | None = None
) -> Panel:
    stems = _unique_names(files, folder)
    members: dict[str, Series] = {}
    for i, (path, stem) in enumerate(zip(files, stems, strict=True)):
        made = _from_file(path, stem, wishes, None)
        if isinstance(made, Panel):
            for key, member in made.items():
                source = member.source and replace(member.source, id=None)
                members[f"{stem}/{key}"] = replace(member, name=f"{stem}/{key}", source=source)
        else:
            members[stem] = made
        if progress is not None:
            progress((i + 1) / len(files))
    return Panel(members, notes=(f"{len(files)} file{'s' * (len(files) != 1)}",))


def _from_file(path: Path, name: str, wishes: Wishes, progress: Callable[[float], None] | None) -> Series | Panel:
    from offbeat.data.delimited import read_delimited

    try:
        with path.open("rb") as stream:
            start = stream.read(4)
        if start == b"PAR1" or _suffix(path) == ".parquet":
            return read_parquet(path, name, wishes)
        if _suffix(path) in (".json", ".jsonl", ".ndjson"):
            return read_json(path, name, wishes)
        return read_delimited(path, name, wishes, progress)
    except FileNotFoundError:
        raise _missing(path) from None
    except PermissionError:
        raise InputError(f"{path} can't be read: permission denied; ask its owner or give another file") from None
    except (OSError, EOFError) as error:
        if isinstance(error, InputError):
            raise
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(f"{path} can't be read: {reason}; give another file") from None


def _missing(path: Path) -> InputError:
    """Return the error for a missing file, with the nearest names in its folder."""
    folder = path.parent
    if not folder.is_dir():
        return InputError(f"no file {path}: there is no folder {folder}; check the path")
    try:
        names = [entry.name for entry in folder.iterdir()]
    except OSError:
        names = []
    near = difflib.get_close_matches(path.name, names, n=3, cutoff=0.6)
    if near:
        return InputError(f"no file {path}; did you mean {' or '.join(repr(name) for name in near)}?")
    return InputError(f"no file {path}; check the name and the folder {folder.resolve()}")


def _suffix(path: Path) -> str:
    parts = [suffix.lower() for suffix in path.suffixes]
    return parts[-2] if len(parts) > 1 and parts[-1] == ".gz" else (parts[-1] if parts else "")


def _stem(path: Path) -> str:
    name = path.name[:-3] if path.name.lower().endswith(".gz") else path.name
    return Path(name).stem if _suffix(path) in (*_TABLES, *_PLAIN, ".json") else name


def _unique_names(files: list[Path], folder: Path | None) -> list[str]:
    """Return a unique name for each file.

    Its stem; where two are equal its path in the folder, with its suffix if need be.
    """
    stems = [_stem(path) for path in files]
    if len(set(stems)) == len(stems):
        return stems
    root = folder or Path(os.path.commonpath([path.absolute().parent for path in files]))
    below = [path.absolute().relative_to(root.absolute()) for path in files]
    paths = [str(path.parent / stem) for path, stem in zip(below, stems, strict=True)]
    return paths if len(set(paths)) == len(paths) else [str(path) for path in below]
