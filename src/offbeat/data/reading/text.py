"""Delimited text: a sample by which it is understood, and all of it in parts."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from offbeat.core.errors import InputError
from offbeat.data.reading.floats import read_frames
from offbeat.data.reading.layout import Layout, find_layout
from offbeat.data.reading.options import Options
from offbeat.data.reading.roles import Plan
from offbeat.data.reading.splitting import (
    NAMES,
    SPACES,
    LongCellError,
    Row,
    encoding_of,
    find_delimiter,
    is_comment,
    shown,
    split,
)
from offbeat.data.reading.words import ORDINARY

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[float], None]

SAMPLE_BYTES = 1 << 20
"""A file of so many bytes is looked at as a whole; of a longer one as many are, and about `TAIL_ROWS` of its end."""
TAIL_ROWS = 500
_SAMPLE_CELLS = 40_000
_LEAST_LINES = 2
"""Lines that the sample of a long file must hold."""
_COUNTED_BYTES = 1 << 22
_BLANK = (b"\n\n", b"\n\r", b"\n ", b"\n\t")
"""Of these, one is in a block with a blank line below its first one."""


class RaggedError(Exception):
    """A row seems to have more or fewer cells than the others; `line` is that of a row at or before it."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


@dataclass(frozen=True)
class Text:
    """A file of delimited text that is understood.

    Parameters
    ----------
    path
        The file, not packed.
    place
        Its name, for errors.
    encoding, delimiter
        How its characters and its cells are written.
    layout
        Where the table is in it.
    whole
        Whether the rows of the layout are all rows.
    end
        The number of the byte where the table ends; None for the end of the file.
    rejected
        Delimiters that were not chosen, with their reasons.
    comments
        Whether lines that begin with # stand among the rows.
    size
        How many bytes it had.
    guessed
        Whether the encoding is a guess by what the characters spell.
    """

    path: Path
    place: str
    encoding: str
    delimiter: str
    layout: Layout
    whole: bool
    end: int | None = None
    rejected: tuple[str, ...] = ()
    comments: bool = False
    size: int = 0
    guessed: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.layout.names

    @property
    def columns(self) -> list[list[str]]:
        """The cells of each column of the sample, stripped."""
        width = len(self.names)
        rows = [(row.cells + [""] * width)[:width] for row in self.layout.rows]
        return [[row[j] for row in rows] for j in range(width)]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user may want to check, of what is not ordinary."""
        notes = [] if self.delimiter == "," else [f"delimiter is {shown(self.delimiter)}"]
        if self.encoding not in ("utf-8", "utf-8-sig"):
            guess = " (a guess; --encoding NAME reads it otherwise)" if self.guessed else ""
            notes.append(f"encoding is {self.encoding}{guess}")
        if self.comments:
            notes.append("lines among the rows that begin with # are left out")
        return (*notes, *(decision.note for decision in self.layout.decisions if decision.note))

    def row_name(self, record: int) -> str:
        """Return what the record of that number, from 0, is called."""
        if self.whole:
            return f"row {self.layout.rows[record].line} of {self.place}"
        line = None if self.encoding.startswith("utf-16") else self._line_of(record)
        if line is None:
            row = next(islice(self.rows(), record, None), None)
            line = record + self.layout.first if row is None else row.line
        return f"row {line} of {self.place}"

    def _line_of(self, record: int) -> int | None:
        """Return the line of a record by counting lines; None where a quotation mark may make a row of several."""
        number = self.layout.first
        with self.path.open("rb") as stream:
            for _ in range(number - 1):
                stream.readline()
            while block := stream.read(_COUNTED_BYTES) + stream.readline():
                if b'"' in block:
                    return None
                count = block.count(b"\n")
                if count > record or b"#" in block or block[:1].isspace() or any(mark in block for mark in _BLANK):
                    lines = [i for i, line in enumerate(block.splitlines()) if self._is_row(line)]
                    if record < len(lines):
                        return number + lines[record]
                    record -= len(lines)
                else:
                    record -= count
                number += count
        return None

    def _is_row(self, line: bytes) -> bool:
        if b"#" in line and is_comment(line.decode("utf-8", "replace")):
            return False
        return len(self.names) == 1 or bool(line.strip(None if self.delimiter == SPACES else b" "))

    def rows(self, start: int | None = None) -> Iterator[Row]:
        """Yield the rows of data, all of them or those from a line on that begins one."""
        first = start or self.layout.first
        with _open_text(self.path, self.encoding) as stream:
            for row in split(islice(stream, first - 1, None), self.delimiter, first):
                if (row.cells or len(self.names) == 1) and not row.is_comment:
                    yield row if row.cells else Row(row.line, [""])

    def refuse_ragged(self, start: int | None = None) -> None:
        """Raise for the first row, from a line on, with another number of cells than columns, or a cell too long."""
        try:
            self._refuse(self.layout.rows if self.whole else self.rows(start))
        except LongCellError as error:
            raise error.at(self.place) from None

    def _refuse(self, rows: Iterable[Row]) -> None:
        width = len(self.names)
        for row in rows:
            if len(row.cells) != width and not (len(row.cells) > width and row.width() <= width):
                count = len(row.cells)
                raise InputError(
                    f"row {row.line} of {self.place} has {count} cell{'s' * (count != 1)} where there are {width} "
                    f"column{'s' * (width != 1)}; correct or remove the row"
                )


def understand(path: Path, place: str, options: Options) -> Text:
    """Find out how a file is written.

    Raises
    ------
    InputError
        For a file that is empty or no text, or whose table can't be found.
    """
    size = path.stat().st_size
    whole = size <= SAMPLE_BYTES
    with path.open("rb") as stream:
        head = stream.read(SAMPLE_BYTES)
    encoding = options.encoding or encoding_of(head, place)
    guessed = options.encoding is None and not encoding.startswith("utf")
    lines = _lines(head, encoding, whole, place)
    if not whole and len(lines) < _LEAST_LINES:
        raise InputError(
            f"row {len(lines) + 1} of {place} is longer than {SAMPLE_BYTES:,} bytes; give a file with shorter rows"
        )
    if not any(line.strip() for line in lines):
        raise InputError(f"{place} is empty; give a file with rows of numbers")
    delimiter, rejected = _delimiter(lines, options, place)
    try:
        rows = _sampled(split(lines, delimiter), whole)
    except LongCellError as error:
        raise error.at(place) from None
    layout = find_layout(rows, options, delimiter, place)
    if whole and rows and delimiter != SPACES:
        _refuse_open_quote(lines[rows[-1].line - 1 :], delimiter, place)
    comments = any(row.is_comment and row.line > layout.first for row in rows)
    text = Text(path, place, encoding, delimiter, layout, whole, None, rejected, comments, size, guessed)
    return text if whole else _with_tail(text, options)


def _refuse_open_quote(lines: list[str], delimiter: str, place: str) -> None:
    """Refuse a last row in which a quotation mark is opened and never closed."""
    try:
        list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise InputError(f"{place} opens a quotation mark that is never closed; close or remove it") from None


def _delimiter(lines: list[str], options: Options, place: str) -> tuple[str, tuple[str, ...]]:
    if options.delimiter is not None:
        return NAMES.get(options.delimiter, options.delimiter), ()
    return find_delimiter(lines[options.skip or 0 :], place)


def _lines(data: bytes, encoding: str, whole: bool, place: str) -> list[str]:
    try:
        text = data.decode(encoding, errors="replace")
    except (LookupError, UnicodeError):  # idna and others take no text that is broken
        raise InputError(
            f"no encoding is named {encoding!r}; give utf-8, latin-1, cp1252 or utf-16 with --encoding"
        ) from None
    if "\r" in text and "\n" not in text:
        raise InputError(f"{place} ends its lines the way of old Macintosh computers; save it with usual line ends")
    lines = re.sub("\r+\n?", "\n", text.removeprefix("\ufeff")).split("\n")
    if not whole or (lines and not lines[-1]):
        lines.pop()
    return [line + "\n" for line in lines]


def _sampled(rows: Iterator[Row], whole: bool) -> list[Row]:
    """Return the rows to look at: all of a short file, some thousands of a long one."""
    if whole:
        return list(rows)
    made: list[Row] = []
    for row in rows:
        made.append(row)
        if len(made) > min(5_000, max(500, _SAMPLE_CELLS // max(1, len(row.cells)))):
            break
    return made


def _with_tail(text: Text, options: Options) -> Text:
    """Add the last rows of a long file to its sample, and find where its table ends."""
    size = text.path.stat().st_size
    length = max((sum(map(len, row.cells)) + len(row.cells) for row in text.layout.rows[:100]), default=0)
    with text.path.open("rb") as stream:
        stream.seek(max(0, size - TAIL_ROWS * (length + 8)))
        stream.readline()
        start = stream.tell()
        tail = stream.read()
    if text.encoding.startswith("utf-16"):
        return text
    lines = _lines(tail, text.encoding, True, text.place)
    try:
        rows = list(split(lines, text.delimiter))
        last = rows[-1] if rows else None
        under = find_layout(rows, replace(options, skip=0, header=0), text.delimiter, text.place)
    except (InputError, LongCellError):
        return text
    end = None
    if under.under is not None and last is not None:
        end = start + sum(len(line) for line in tail.split(b"\n")[: under.under - 1]) + under.under - 1
    width = len(text.names)
    added = [Row(-1, row.cells) for row in under.rows[-TAIL_ROWS:] if len(row.cells) == width]
    foot = tuple(decision for decision in under.decisions if decision.what == "footer")
    layout = replace(text.layout, rows=[*text.layout.rows, *added], decisions=(*text.layout.decisions, *foot))
    return replace(text, layout=layout, end=end)


def parts(
    text: Text, plan: Plan, progress: Progress | None = None, careful: bool = False
) -> Iterator[tuple[Mapping[str, Any], int]]:
    """Yield the columns that are used, part by part: numbers where `float` reads them, else text cells.

    Parameters
    ----------
    text
        The file.
    plan
        What each column is.
    progress
        Called with the share that is done.
    careful
        Whether every cell comes as text, since one of a column of numbers is no number.

    Raises
    ------
    RaggedError
        Where a row seems to have another number of cells.
    ValueError
        Where pandas can't read a cell or a row.
    """
    decimal, plain = (".", set()) if careful else _plain(plan)
    absent = [form for word in ORDINARY for form in {word, word.upper(), word.title(), word.capitalize()}]
    with _open(text, progress) as lines:
        for frame in read_frames(
            lines,
            lenient=not careful,
            sep="\t" if text.delimiter == SPACES else text.delimiter,
            decimal=decimal,
            header=None,
            names=list(text.names),
            index_col=False,
            usecols=list(plan.used),
            dtype={name: np.float64 if name in plain else str for name in plan.used},
            na_values=dict.fromkeys(plain, absent) or None,
            keep_default_na=False,
            na_filter=bool(plain),
            skipinitialspace=True,
            skip_blank_lines=len(text.names) > 1,
            engine="c",
            low_memory=False,
        ):
            yield _part(frame), len(frame)


def _part(frame: pd.DataFrame) -> dict[str, Any]:
    return {
        str(name): column.to_numpy() if column.dtype.kind == "f" else column.tolist() for name, column in frame.items()
    }


def _plain(plan: Plan) -> tuple[str, set[str]]:
    """Return the decimal mark of most columns of numbers, and those that pandas can read as numbers at once with it."""
    forms = {
        name: form
        for name in plan.values
        if (form := plan.columns[name].form) is not None and not plan.columns[name].words
    }
    bare = {name: form for name, form in forms.items() if not (form.thousands or form.unit or form.factors)}
    commas = sum(form.decimal == "," for form in bare.values())
    decimal = "," if commas * 2 > len(bare) else "."
    chosen = {name for name, form in bare.items() if form.plain or form.decimal == decimal}
    if decimal == ",":
        chosen = {name for name in chosen if not bare[name].plain}
    return decimal, chosen - set(plan.clock.names) - set(plan.id) - {plan.label or ""}


class _Lines:
    """The rows as UTF-8 bytes for pandas; counts the cells of each row."""

    def __init__(self, stream: IO[bytes], text: Text, advance: Callable[[], None]) -> None:
        self._stream = stream
        self._text = text
        self._spaced = text.delimiter == SPACES
        self._delimiter = ord("\t" if self._spaced else text.delimiter)
        self._marks = len(text.names) - 1
        self._advance = advance
        self._rest = b""
        self._carry = b""
        self._left = None if text.end is None else text.end
        self._line = text.layout.first
        for _ in range(text.layout.first - 1):
            skipped = stream.readline()
            if self._left is not None:
                self._left -= len(skipped)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most about `size`."""
        block = self._stream.read(size if self._left is None else min(size, self._left))
        if self._left is not None:
            self._left -= len(block)
        if b"\x00" in block:
            raise InputError(f"{self._text.place} is not text but binary in its later part; export it as CSV again")
        self._advance()
        if self._spaced or self._text.comments:
            block = self._by_line(block, size)
        self._count(block)
        return block

    def _by_line(self, block: bytes, size: int) -> bytes:
        """Return whole lines only, without comments, with tabs for runs of blanks where these separate the cells."""
        while True:
            data = self._carry + block
            cut = data.rfind(b"\n") + 1 if block else len(data)
            if cut or not block:
                break
            self._carry, block = data, self._stream.read(size)
        self._carry = data[cut:]
        lines = [line for line in data[:cut].split(b"\n") if not is_comment(line[:80].decode("utf-8", "replace"))]
        if self._spaced:
            lines = [b"\t".join(line.split()) for line in lines]
        made = b"\n".join(lines)
        return made if made or not block else b"\n"

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
                raise RaggedError(self._line)
            self._rest = data
            return
        self._rest = data[ends[-1] + 1 :]
        count = np.diff(np.searchsorted(marks, ends), prepend=0)
        for line in np.flatnonzero(count != self._marks):
            first = ends[line - 1] + 1 if line else 0
            if data[first : ends[line]].strip():
                raise RaggedError(self._line)
        if not (self._spaced or self._text.comments):  # else lines are left out
            self._line += data.count(b"\n", 0, int(ends[-1]) + 1)


@contextmanager
def _open(text: Text, progress: Progress | None) -> Iterator[_Lines]:
    size = max(1, text.path.stat().st_size)
    with text.path.open("rb") as stream:

        def advance() -> None:
            if progress is not None:
                progress(min(1.0, stream.tell() / size))

        if text.encoding == "utf-8-sig":
            stream.read(3)
        recoded: Any = stream
        if text.encoding not in ("utf-8", "utf-8-sig"):
            recoded = codecs.EncodedFile(stream, "utf-8", text.encoding)
        yield _Lines(recoded, text, advance)
        if stream.tell() < (text.size if text.end is None else text.end):
            raise InputError(
                f"{text.place} became shorter while it was read; give it when nobody writes to it, or a copy"
            )


@contextmanager
def _open_text(path: Path, encoding: str) -> Iterator[IO[str]]:
    with path.open("rb") as stream:
        yield io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")


def explained(text: Text, error: Exception) -> InputError:
    """Return what is wrong with a file on which pandas stumbled.

    Raises
    ------
    KeyboardInterrupt
        Where it was stopped: pandas makes an error of its own of this, and hands on all else that a file brings about.
    """
    if "Calling read(nbytes) on source failed" in str(error):
        raise KeyboardInterrupt
    text.refuse_ragged()
    if "EOF inside string" in str(error):
        return InputError(f"{text.place} opens a quotation mark that is never closed; close or remove it")
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return InputError(f"{text.place} can't be read as a table: {reason}")
