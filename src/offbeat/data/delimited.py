"""CSV and other delimited text, read in chunks."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from offbeat.core.errors import InputError
from offbeat.core.series import Panel, Series
from offbeat.data.assemble import Assembly, BadCellError, bad_number
from offbeat.data.columns import Plan, Wishes, make_plan
from offbeat.data.dialect import (
    MISSING,
    SAMPLE_BYTES,
    SPACES,
    Dialect,
    find_dialect,
    is_missing,
    is_number,
    open_bytes,
)
from offbeat.data.reading.floats import read_frames

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[float], None]


class _RaggedError(Exception):
    """A row seems to have more or fewer cells than the others."""


def read_delimited(path: Path, name: str, wishes: Wishes, progress: Progress | None = None) -> Series | Panel:
    """Read one delimited text file, gz or not.

    Raises
    ------
    InputError
        For a file that is empty, binary or ragged, or has text where numbers or times belong.
    UnknownNameError
        For a wished column that is not there.
    """
    place = path.name
    with open_bytes(path) as stream:
        head = stream.read(SAMPLE_BYTES)
        whole = not stream.read(1)
    dialect = find_dialect(head, whole, place)
    plan = make_plan(_sample(dialect), wishes, place, dialect.decimal)
    try:
        return _read(path, name, dialect, plan, progress)
    except UnicodeDecodeError:
        return _read(path, name, replace(dialect, encoding="latin-1"), plan, progress)


def _sample(dialect: Dialect) -> pd.DataFrame:
    import pandas as pd

    width = len(dialect.names)
    rows = [(row + [""] * width)[:width] for row in dialect.rows]
    return pd.DataFrame(rows, columns=list(dialect.names), dtype=object)


def _read(path: Path, name: str, dialect: Dialect, plan: Plan, progress: Progress | None) -> Series | Panel:
    place = path.name
    for counted in (True, False):
        assembly = Assembly(plan, name, dialect.notes)
        try:
            with _open(path, dialect, counted=counted, progress=progress) as lines:
                for frame in _parts(lines, dialect, plan):
                    assembly.add(frame)
                trailing = lines.blank_rows if len(dialect.names) == 1 else 0
            if assembly.rows > trailing:
                return assembly.finish(trailing)
            raise InputError(f"{place} has no row after its header that can be read; give a file with rows of numbers")
        except _RaggedError:
            _refuse_ragged(path, dialect)
        except BadCellError as bad:
            raise bad.at(f"row {_line_of(path, dialect, bad.record)} of {place}") from None
        except UnicodeDecodeError:
            raise
        except (ValueError, OverflowError) as error:
            if isinstance(error, InputError):
                raise
            raise _explained(path, dialect, plan, error) from None
    raise InputError(f"{place} can't be read as a table")


def _parts(lines: _Lines, dialect: Dialect, plan: Plan) -> Iterator[pd.DataFrame]:
    numeric = [*plan.values, *((plan.time) if plan.clock.kind in ("epoch", "number", "compact") else ())]
    kinds: dict[str, Any] = {n: np.float64 for n in numeric if n not in plan.flags}
    if plan.label is not None and plan.label not in plan.flags:
        kinds[plan.label] = np.float64
    if plan.clock.kind == "epoch" and plan.clock.unit == "ns":
        kinds[plan.time[0]] = np.int64  # more digits than a float holds
    if plan.id is not None:
        kinds[plan.id] = "category"
    yield from read_frames(
        lines,
        sep=dialect.delimiter,
        decimal=dialect.decimal,
        header=None,
        names=list(dialect.names),
        index_col=False,
        usecols=list(plan.used),
        dtype=kinds,
        na_values=list(MISSING),
        keep_default_na=False,
        skipinitialspace=True,
        skip_blank_lines=len(dialect.names) > 1,
        engine="c",
        low_memory=False,
    )


class _Lines:
    """The rows as UTF-8 bytes for pandas; counts the cells of each row."""

    def __init__(self, stream: IO[bytes], dialect: Dialect, counted: bool, advance: Callable[[], None]) -> None:
        self._stream = stream
        self._delimiter = ord(dialect.delimiter) if dialect.delimiter != SPACES else None
        self._marks = len(dialect.names) - 1
        self._counted = counted and self._delimiter is not None
        self._advance = advance
        self._rest = b""
        self._blanks = 0
        for _ in range(dialect.skip):
            stream.readline()

    @property
    def blank_rows(self) -> int:
        """How many rows at the end are nothing but a line break."""
        return max(0, self._blanks - 1)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most about `size`."""
        block = self._stream.read(size)
        if b"\x00" in block:
            raise InputError(
                "the file is not text but binary in its later part; give a CSV, TSV, JSON lines or Parquet file"
            )
        self._advance()
        if self._counted:
            self._count(block)
        solid = block.rstrip(b"\r\n")
        tail = block[len(solid) :].count(b"\n")
        self._blanks = tail if solid else self._blanks + tail
        return block

    def _count(self, block: bytes) -> None:
        data = self._rest + block
        if not block and data:
            data += b"\n"
        cells = np.frombuffer(data, dtype=np.uint8)
        ends = np.flatnonzero(cells == 10)
        marks = np.flatnonzero(cells == self._delimiter)
        if b'"' in data:
            inside = np.cumsum(cells == 34) % 2 == 1
            ends, marks = ends[~inside[ends]], marks[~inside[marks]]
        if not len(ends):
            if len(data) > 1 << 24:
                raise _RaggedError
            self._rest = data
            return
        self._rest = data[ends[-1] + 1 :]
        count = np.diff(np.searchsorted(marks, ends), prepend=0)
        for line in np.flatnonzero(count != self._marks):
            first = ends[line - 1] + 1 if line else 0
            if data[first : ends[line]].strip():
                raise _RaggedError


@contextmanager
def _open(path: Path, dialect: Dialect, *, counted: bool, progress: Progress | None) -> Iterator[_Lines]:
    size = max(1, path.stat().st_size)
    with open_bytes(path) as stream:
        raw = getattr(getattr(stream, "fileobj", None), "tell", stream.tell)

        def advance() -> None:
            if progress is not None:
                progress(min(1.0, raw() / size))

        if dialect.encoding == "utf-8-sig":
            stream.read(3)
        recoded: Any = stream
        if dialect.encoding in ("latin-1", "utf-16"):
            recoded = codecs.EncodedFile(stream, "utf-8", dialect.encoding)
        yield _Lines(recoded, dialect, counted, advance)


def _rows(path: Path, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Yield the data rows with the number of their first line in the file."""
    with open_bytes(path) as stream:
        text = io.TextIOWrapper(stream, encoding=dialect.encoding, errors="replace", newline="")
        for _ in range(dialect.skip):
            text.readline()
        if dialect.delimiter == SPACES:
            for number, line in enumerate(text, start=dialect.skip + 1):
                if line.strip():
                    yield number, line.split()
            return
        reader = csv.reader(text, delimiter=dialect.delimiter, skipinitialspace=True)
        before = 0
        blank = len(dialect.names) == 1
        for row in reader:
            if blank or (row and (len(row) > 1 or row[0].strip())):
                yield dialect.skip + before + 1, row or [""]
            before = reader.line_num


def _line_of(path: Path, dialect: Dialect, record: int) -> int:
    try:
        for i, (line, _) in enumerate(_rows(path, dialect)):
            if i == record:
                return line
    except csv.Error:
        pass
    return record + dialect.skip + 1


def _refuse_ragged(path: Path, dialect: Dialect) -> None:
    """Raise for the first row with another number of cells than columns."""
    width = len(dialect.names)
    try:
        for line, row in _rows(path, dialect):
            if len(row) != width:
                raise InputError(
                    f"row {line} of {path.name} has {len(row)} cell{'s' * (len(row) != 1)} where there are {width} "
                    f"column{'s' * (width != 1)}; correct or remove the row"
                )
    except csv.Error as error:
        raise InputError(f"{path.name} can't be read as a table: {error}") from None


def _explained(path: Path, dialect: Dialect, plan: Plan, error: Exception) -> InputError:
    """Find the cell on which pandas stumbled, by reading row by row.

    Raises
    ------
    KeyboardInterrupt
        Where it was stopped: pandas makes an error of its own of this, and hands on all else that a file brings about.
    """
    if "Calling read(nbytes) on source failed" in str(error):
        raise KeyboardInterrupt
    _refuse_ragged(path, dialect)
    text = [*(plan.time if plan.clock.kind == "text" else ()), *plan.flags, *([plan.id] if plan.id else ())]
    checked = [(dialect.names.index(name), name) for name in plan.used if name not in text]
    for record, (line, row) in enumerate(_rows(path, dialect)):
        for j, name in checked:
            if not is_missing(row[j]) and not is_number(row[j], dialect.decimal):
                return bad_number(record, name, row[j].strip()).at(f"row {line} of {path.name}")
    if "EOF inside string" in str(error):
        return InputError(f"{path.name} opens a quotation mark that is never closed; close or remove it")
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return InputError(f"{path.name} can't be read as a table: {reason}")
