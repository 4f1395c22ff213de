"""Read any file, frame or array as a `Series`, or a `Panel` of several."""

from __future__ import annotations

import difflib
import glob
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from offbeat.core.errors import InputError, OffbeatError
from offbeat.core.options import check
from offbeat.core.series import Panel, Series, as_values
from offbeat.data.reading.build import build
from offbeat.data.reading.files import PLAIN, endings, joined, series_of, stem_of, suffix_of
from offbeat.data.reading.frames import is_frame, read_frame
from offbeat.data.reading.joining import join
from offbeat.data.reading.options import Options, ReadOptions
from offbeat.data.reading.outputs import is_output, is_standard_output
from offbeat.data.reading.roles import listed
from offbeat.data.reading.sql import is_database, read_sql
from offbeat.data.reading.unpacking import HEAD_BYTES, from_stream, unpacked

Progress = Callable[[float], None]


def read(
    source: Any, *, progress: Callable[[float], None] | None = None, **options: Unpack[ReadOptions]
) -> Series | Panel:
    """Read a file, several files, a frame or an array.

    How a file is written and what its columns are is guessed from all of its rows (from the first and the last of a
    long one), and said in `Series.notes`; `Series.decisions` has each guess with its reason. An option overrules each.

    Parameters
    ----------
    source
        A path (CSV and other delimited text, JSON, Excel, Parquet, Arrow, SQLite, NumPy, MATLAB, LabVIEW, InfluxDB,
        ARFF and UCR files; gzip, bzip2, xz, zstandard and zip are unpacked), "-" for standard input, a folder, a glob
        or a list of paths (one series a file, or with `join` one series of all), the URL of a database, a pandas,
        polars or Arrow frame or series, a dict of columns, an array of shape (n,) or (n, channels), a list of numbers,
        or a `Series` or `Panel`, which is returned as it is.
    progress
        Called with the share that is done, 0 to 1, now and then.
    **options
        The names of columns, and all else that is guessed: see `ReadOptions`.

    Returns
    -------
    Series or Panel
        A Panel for several files, where there is an id column, and where channels have different steps. Rows keep their
        order; `clean` sorts them.

    Raises
    ------
    InputError
        For a source that is missing, empty, binary or ragged, for text where numbers or times belong, and where a file
        can be read in two ways, with both of them and the option that decides.
    UnknownNameError
        For a column or option that is not there, with the nearest names offered.
    ParameterError
        For an option that is not allowed.
    MissingExtraError
        For a format without its extra.

    Notes
    -----
    A long CSV is read in parts: 10 million rows of a time and a value take some seconds and about half a gigabyte.
    Cells of a value column that are no numbers are missing, and counted; more than 1 % of them are refused.

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
    chosen = Options.of(options)
    if isinstance(source, str | os.PathLike):
        return _from_text(os.fspath(source), chosen, progress)
    if isinstance(source, list | tuple) and source and all(isinstance(part, str | os.PathLike) for part in source):
        return _from_files([Path(part) for part in source], chosen, progress)
    if is_frame(source):
        return read_frame(source, _name_of(source), chosen)
    return _from_array(source, chosen)


def _name_of(source: Any) -> str:
    name = getattr(source, "name", None)
    return name if isinstance(name, str) and name else "series"


def _from_array(source: Any, options: Options) -> Series:
    if options.names_columns:
        raise InputError("an array has no columns with names; give a frame or a dict of columns to name time or values")
    values = as_values(source)
    if not values.size:
        raise InputError("the array has no values; give at least one")
    raw = np.asarray(source, dtype=np.float64)
    infinite = int(np.isinf(raw).sum())
    note = f"{infinite} infinite value{'s are' if infinite > 1 else ' is'} taken as missing"
    return Series(values, notes=(note,) if infinite else ())


def _from_text(text: str, options: Options, progress: Progress | None) -> Series | Panel:
    if text == "-":
        if sys.stdin is None:
            raise InputError("standard input is closed; give a file, or send data to it with | or <")
        with from_stream(sys.stdin.buffer, "stdin") as files:
            return series_of(files, "stdin", options, progress)
    if is_database(text):
        return build(read_sql(text, options), "query", "the query", options, progress)
    path = Path(text)
    if "\0" in text:
        raise InputError(f"{text!r} is no file name")
    if path.is_dir():
        return _from_folder(path, options, progress)
    if not path.exists() and glob.has_magic(text):
        found = sorted(Path(name) for name in glob.glob(text, recursive=True) if Path(name).is_file())  # noqa: PTH207 - an absolute pattern too
        if not found:
            raise InputError(f"no file is like {text}; check the pattern and the folder {path.parent.resolve()}")
        return _from_files(found, options, progress)
    if path.is_fifo():
        with path.open("rb") as stream, from_stream(stream, path.name) as files:
            return series_of(files, path.name, options, progress)
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is neither a file nor a folder; give one of them, or - for standard input")
    return _from_file(path, stem_of(path.name), options, progress)


def _from_folder(folder: Path, options: Options, progress: Progress | None) -> Series | Panel:
    try:
        files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    except OSError as error:
        raise InputError(f"can't look into {folder}: {(error.strerror or str(error)).lower()}") from None
    for kinds in (endings(), PLAIN):
        found = [p for p in files if suffix_of(p) in kinds]
        own = [p for p in found if _is_ours(p)]
        if len(found) > len(own):
            return _from_files([p for p in found if p not in own], options, progress, folder, own)
    known = ", ".join(sorted(endings()))
    raise InputError(f"{folder} holds no data; it should have files ending in {known}, packed or not")


def _is_ours(path: Path) -> bool:
    """Whether offbeat wrote the file: events, scores, a monitor; or is about to write it."""
    try:
        if is_standard_output(path):
            return True
        with path.open("rb") as stream:
            return is_output(stream.read(HEAD_BYTES), path.name)
    except OSError:
        return False  # reading it says what is wrong


def _from_files(
    files: list[Path],
    options: Options,
    progress: Progress | None,
    folder: Path | None = None,
    own: Sequence[Path] = (),
) -> Series | Panel:
    """Read files as one panel; one that can't be read is kept with its reason, and does not stop the others."""
    made: dict[str, Series | Panel] = {}
    failures: dict[str, OffbeatError] = {}
    for i, (path, stem) in enumerate(zip(files, _unique_names(files, folder), strict=True)):
        try:
            made[stem] = _from_file(path, stem, options, None)
        except OffbeatError as error:
            failures[stem] = error
        if progress is not None:
            progress((i + 1) / len(files))
    if failures and (options.join or not made):
        raise _refused(failures, len(files))
    notes = [f"{len(files)} file{'s' * (len(files) != 1)}"]
    notes += [f"left out: {listed([path.name for path in own])} (written by offbeat)"] if own else []
    if options.join:
        return join(made, folder.resolve().name if folder else "joined", ", ".join(notes))
    return replace(joined(made, tuple(notes)), failures={name: str(error) for name, error in failures.items()})


def _refused(failures: Mapping[str, OffbeatError], count: int) -> OffbeatError:
    first = next(iter(failures.values()))
    if len(failures) == 1 or len({str(error) for error in failures.values()}) == 1:
        return first
    return InputError(f"{len(failures)} of {count} files can't be read; the first: {first}")


def _from_file(path: Path, name: str, options: Options, progress: Progress | None) -> Series | Panel:
    try:
        with unpacked(path) as files:
            return series_of(files, name, options, progress)
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
    if path.is_symlink():
        return InputError(f"{path} is a link to {path.readlink()}, which is not there; correct the link")
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


def _unique_names(files: list[Path], folder: Path | None) -> list[str]:
    """Return a unique name for each file.

    Its stem; where two are equal its path in the folder, with its suffix if need be.
    """
    stems = [stem_of(path.name) for path in files]
    if len(set(stems)) == len(stems):
        return stems
    root = folder or Path(os.path.commonpath([path.absolute().parent for path in files]))
    below = [path.absolute().relative_to(root.absolute()) for path in files]
    paths = [str(path.parent / stem) for path, stem in zip(below, stems, strict=True)]
    return paths if len(set(paths)) == len(paths) else [str(path) for path in below]
